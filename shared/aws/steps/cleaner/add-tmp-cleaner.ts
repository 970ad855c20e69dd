import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { TMP_CLEANER_LAYER } from '../../../names.ts';
import {
  CLEANER_KEEP_VARIABLE,
  CLEANER_NEXT_VARIABLE,
  cleanerSlot,
  isCleanerLayer,
  withCleaner,
  withoutCleaner,
} from '../../../secrets/cleaner-contract.ts';
import { type ConfigChange, changeConfig, readSettled, updateProblem } from '../function-config.ts';
import { clientsFor, type StepHandler } from '../handler.ts';
import { layersOf, type Variables, variablesOf } from '../secrets/environment.ts';
import { applyLayer, TMP_CLEANER } from '../secrets/layer.ts';

type AddCleaner = StepOf<'add-tmp-cleaner'>;
interface Captured {
  /** Whether the layer was there already, without its wrapper. */
  readonly hadLayer: boolean;
  readonly keep: string | null;
}
interface Receipt {
  readonly layerArn: string | null;
}

/** Stands for the layer before it is published, to see whether everything would fit. */
const SOME_LAYER = `arn:aws:lambda:us-east-1:000000000000:layer:${TMP_CLEANER_LAYER}:1`;
const MOST_LAYERS = 5;
const MOST_BYTES = 4096;

export const addTmpCleaner: StepHandler<'add-tmp-cleaner', Captured, Receipt> = {
  capture: async (deps, step) => {
    const config = await readSettled(deps, clientsFor(deps, step.target, 'write'), step.target);
    const variables = variablesOf(config);
    if (isAdded(step, config)) throw new StateMoved(`${step.target.name} has the cleaner already`);
    changeTo(step, config, SOME_LAYER);
    return { hadLayer: layersOf(config).some(isCleanerLayer), keep: variables[CLEANER_KEEP_VARIABLE] ?? null };
  },

  apply: async (deps, step) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    if (isAdded(step, config)) return { layerArn: layersOf(config).find(isCleanerLayer) ?? null };
    changeTo(step, config, SOME_LAYER);
    const layerArn = await applyLayer(clients, deps.layerFolder, step.architecture, TMP_CLEANER);
    await changeConfig(deps, clients, step.target, (now) => (isAdded(step, now) ? undefined : changeTo(step, now, layerArn)));
    return { layerArn };
  },

  verify: async (deps, step) => {
    const config = await readSettled(deps, clientsFor(deps, step.target, 'write'), step.target);
    if (cleanerSlot(variablesOf(config)) === undefined) return 'the cleaner is not among the wrappers';
    if (!layersOf(config).some(isCleanerLayer)) return 'the layer of the cleaner is not there';
    if (!isAdded(step, config)) return `${CLEANER_KEEP_VARIABLE} is not as it was set`;
    return updateProblem(config);
  },

  undo: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'undo');
    let lines: string[] = [];
    await changeConfig(deps, clients, step.target, (config) => {
      const undone = undoneOf(step, captured, config);
      lines = undone.lines;
      return undone.change;
    });
    await readSettled(deps, clients, step.target);
    return lines;
  },
};

function isAdded({ keep }: AddCleaner, config: FunctionConfiguration): boolean {
  const variables = variablesOf(config);
  if (cleanerSlot(variables) === undefined || !layersOf(config).some(isCleanerLayer)) return false;
  return keep.length === 0 || variables[CLEANER_KEEP_VARIABLE] === keep.join(':');
}

/** @throws StateMoved, Refused */
function changeTo(step: AddCleaner, config: FunctionConfiguration, layerArn: string): ConfigChange {
  requirePlanned(step, config);
  const before = variablesOf(config);
  if (cleanerSlot(before) === undefined && before[CLEANER_NEXT_VARIABLE] !== undefined)
    throw new Refused(`${CLEANER_NEXT_VARIABLE} is set, but the cleaner is not among the function's wrappers`);
  const variables = withCleaner(before, step.keep);
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size > MOST_BYTES) throw new Refused(`with the cleaner the environment would have ${size} bytes of ${MOST_BYTES}`);
  const layers = layersOf(config);
  const all = layers.some(isCleanerLayer) ? layers : [...layers, layerArn];
  if (all.length > MOST_LAYERS) throw new Refused(`the function has ${layers.length} layers already`);
  return { Environment: { Variables: variables }, Layers: all };
}

/** What the plan took for granted of the function. @throws StateMoved, Refused */
function requirePlanned(step: AddCleaner, config: FunctionConfiguration): void {
  const { name } = step.target;
  if ((config.Architectures?.[0] ?? 'x86_64') !== step.architecture)
    throw new StateMoved(`${name} runs on another architecture now`);
  if (config.PackageType === 'Image') throw new Refused(`${name} is an image, which takes no layers`);
  if (config.Runtime?.startsWith('provided')) throw new Refused(`${name} runs on an OS-only runtime, which starts no wrapper`);
  if (config.SnapStart?.ApplyOn === 'PublishedVersions')
    throw new Refused(`${name} uses SnapStart, which would keep one proxy in every snapshot`);
}

/** What is still ours is taken back; what somebody set since stays and is said. */
function undoneOf(
  step: AddCleaner,
  captured: Captured,
  config: FunctionConfiguration,
): { change?: ConfigChange; lines: string[] } {
  const now = variablesOf(config);
  const layers = layersOf(config);
  const hasLayer = layers.some(isCleanerLayer) && !captured.hadLayer;
  if (cleanerSlot(now) === undefined) {
    const isOurs = hasLayer || now[CLEANER_NEXT_VARIABLE] !== undefined;
    return { lines: isOurs ? [`the wrapper of ${step.target.name} was changed since: it stays, and so does the layer`] : [] };
  }
  const { variables, lines } = withKeepOf(step, captured, withoutCleaner(now));
  const left = captured.hadLayer ? layers : layers.filter((arn) => !isCleanerLayer(arn));
  return { change: { Environment: { Variables: { ...variables } }, Layers: left }, lines };
}

function withKeepOf({ keep }: AddCleaner, captured: Captured, variables: Variables): { variables: Variables; lines: string[] } {
  const { [CLEANER_KEEP_VARIABLE]: now, ...others } = variables;
  if (keep.length === 0 || (now ?? null) === captured.keep) return { variables, lines: [] };
  if (now !== keep.join(':')) return { variables, lines: [`${CLEANER_KEEP_VARIABLE} was changed since`] };
  return { variables: captured.keep === null ? others : { ...others, [CLEANER_KEEP_VARIABLE]: captured.keep }, lines: [] };
}
