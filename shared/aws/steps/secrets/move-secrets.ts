import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import { sharedKeyArn } from '../../../model/secret-key.ts';
import type { MoveSecretsStep } from '../../../model/steps/secrets.ts';
import { WRAPPER_PATH, WRAPPER_VARIABLE } from '../../../secrets/resolver-contract.ts';
import type { MemberClients } from '../../member.ts';
import { changeConfig, readSettled, updateProblem } from '../function-config.ts';
import { refuseBeyondCeiling } from '../grant-ceilings.ts';
import { clientsFor, type StepDeps, type StepHandler } from '../handler.ts';
import { getRole } from '../roles/role-copy.ts';
import { isSeen, readInline, roleNameOf, writeInline } from '../roles/role-policies.ts';
import { isOwnLayer, layersOf, situationOf, variablesOf, withReferences } from './environment.ts';
import { type Grant, grantText, joinGrants, parseGrant } from './grant.ts';
import { readParameterKey } from './key.ts';
import { applyLayer } from './layer.ts';
import type { Captured, Receipt } from './shape.ts';
import type { Store } from './store.ts';
import { undoMove } from './undo.ts';

/** Stands for the layer before it is published, to see whether everything would fit. */
const SOME_LAYER = 'arn:aws:lambda:us-east-1:000000000000:layer:cinch-secret-resolver:1';

/** Values go from the function's configuration into the store and nowhere else; the order is such that the function can start at every moment. */
export const moveSecretsTo = (store: Store): StepHandler<MoveSecretsStep['kind'], Captured, Receipt> => ({
  capture: async (deps, step) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    requirePlanned(step, config);
    const moves = step.variables.map((variable) => {
      const place = store.placeOf(step.target.name, variable);
      return { variable, place, reference: store.referenceTo(place) };
    });
    const variables = variablesOf(config);
    if (situationOf(variables, moves) === 'after') throw new StateMoved(`the secrets of ${step.target.name} are moved already`);
    const layers = layersOf(config);
    withReferences({ variables, layers }, moves, SOME_LAYER);
    const id = deps.id();
    // One without tags shows itself when the name is put, which never overwrites it.
    for (const { place } of moves)
      if ((await store.readOwner(clients, place, id)) !== 'none') throw new Refused(store.takenMessage(place));
    const [keyArn, policyText] = await Promise.all([
      readParameterKey(clients, (await deps.config.read()).secrets.key),
      readInline(clients, roleNameOf(step.roleArn), store.policyNameOf(step.target.name)),
      refuseBoundary(store, clients, roleNameOf(step.roleArn)),
    ]);
    if (policyText !== null && !parseGrant(store.grant, policyText))
      throw new Refused(`the inline policy ${store.policyNameOf(step.target.name)} of the role is not as Cinch wrote it`);
    return { id, moves, layers, wrapper: variables[WRAPPER_VARIABLE] ?? null, policyText, keyArn };
  },

  apply: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    requirePlanned(step, config);
    const values = variablesOf(config);
    const policyText = grantText(store.grant, wantedGrant(store, step, captured));
    if (situationOf(values, captured.moves) === 'after')
      return { layerArn: layersOf(config).find(isOwnLayer) ?? null, policyText };
    const layerArn = await applyLayer(clients, deps.layerFolder, step.architecture);
    for (const move of captured.moves) await store.put(deps, clients, step.target, move, values[move.variable] ?? '', captured);
    await applyGrant(store, deps, clients, step, captured, policyText);
    await deps.clock.sleep((await deps.config.read()).secrets.iamPropagationSeconds * 1000);
    await changeConfig(deps, clients, step.target, (now) => {
      requirePlanned(step, now);
      const variables = variablesOf(now);
      if (situationOf(variables, captured.moves) === 'after') return undefined;
      const changed = captured.moves.find(({ variable }) => variables[variable] !== values[variable]);
      if (changed) throw new StateMoved(`somebody changed ${changed.variable} meanwhile`);
      const wanted = withReferences({ variables, layers: layersOf(now) }, captured.moves, layerArn);
      return { Environment: { Variables: { ...wanted.variables } }, Layers: [...wanted.layers] };
    });
    return { layerArn, policyText };
  },

  verify: async (deps, step, captured) => {
    const clients = clientsFor(deps, step.target, 'write');
    const config = await readSettled(deps, clients, step.target);
    const variables = variablesOf(config);
    const missing = captured.moves.find(({ variable, reference }) => variables[variable] !== reference);
    if (missing) return `${missing.variable} does not hold its reference`;
    if (variables[WRAPPER_VARIABLE] !== WRAPPER_PATH) return `${WRAPPER_VARIABLE} is not the resolver`;
    if (!layersOf(config).some(isOwnLayer)) return 'the layer of the resolver is not there';
    return updateProblem(config) ?? (await storageProblem(store, deps, clients, step, captured));
  },

  undo: (deps, step, captured, receipt) => undoMove(store, deps, step, captured, receipt),
});

/** What the plan took for granted of the function. @throws StateMoved, Refused */
function requirePlanned(step: MoveSecretsStep, config: FunctionConfiguration): void {
  const { name } = step.target;
  if (config.Role !== step.roleArn) throw new StateMoved(`${name} uses the role ${config.Role} now`);
  if ((config.Architectures?.[0] ?? 'x86_64') !== step.architecture)
    throw new StateMoved(`${name} runs on another architecture now`);
  if (config.PackageType === 'Image') throw new Refused(`${name} is an image, which takes no layers`);
  if (config.Runtime?.startsWith('provided')) throw new Refused(`${name} runs on an OS-only runtime, which starts no wrapper`);
  if (config.SnapStart?.ApplyOn === 'PublishedVersions')
    throw new Refused(`${name} uses SnapStart, which would freeze the values`);
}

/** A boundary that forgets the store would keep the function from starting, whatever the inline policy says. */
async function refuseBoundary(store: Store, clients: MemberClients, role: string): Promise<void> {
  const boundary = (await getRole(clients, role))?.PermissionsBoundary?.PermissionsBoundaryArn;
  if (boundary)
    throw new Refused(
      `the role ${role} has the permissions boundary ${boundary}, which may forbid to read ${store.title}: move the secrets by hand`,
    );
}

function wantedGrant(store: Store, step: MoveSecretsStep, captured: Captured): Grant {
  const own = {
    placeArns: captured.moves.map(({ place }) => store.arnOf(step.target, place)),
    keyArns: captured.keyArn === null ? [] : [captured.keyArn],
  };
  const former = captured.policyText === null ? undefined : parseGrant(store.grant, captured.policyText);
  return former ? joinGrants(former, own) : own;
}

async function applyGrant(
  store: Store,
  deps: StepDeps,
  clients: MemberClients,
  step: MoveSecretsStep,
  captured: Captured,
  policyText: string,
): Promise<void> {
  const role = roleNameOf(step.roleArn);
  const policyName = store.policyNameOf(step.target.name);
  const now = await readInline(clients, role, policyName);
  if (now === policyText) return;
  if (now !== captured.policyText) throw new StateMoved(`the inline policy ${policyName} of ${role} was changed meanwhile`);
  const { account, region } = step.target;
  const shared = sharedKeyArn((await deps.config.read()).secrets.key, region);
  refuseBeyondCeiling(step.kind, account, policyName, policyText, shared);
  await writeInline(deps, clients, role, policyName, policyText);
}

async function storageProblem(
  store: Store,
  deps: StepDeps,
  clients: MemberClients,
  step: MoveSecretsStep,
  captured: Captured,
): Promise<string | undefined> {
  for (const { place } of captured.moves)
    if ((await store.readOwner(clients, place, captured.id)) !== 'ours') return `${place} is not the one that was put`;
  const wanted = captured.moves.map(({ place }) => store.arnOf(step.target, place));
  const policyName = store.policyNameOf(step.target.name);
  const isGranted = await isSeen(deps.clock, async () => {
    const text = await readInline(clients, roleNameOf(step.roleArn), policyName);
    const grant = text === null ? undefined : parseGrant(store.grant, text);
    return wanted.every((arn) => grant?.placeArns.includes(arn));
  });
  return isGranted ? undefined : `the role lacks the inline policy ${policyName}`;
}
