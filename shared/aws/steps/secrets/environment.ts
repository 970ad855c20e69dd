import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { Refused, StateMoved } from '../../../model/errors.ts';
import {
  LAYER_NAME,
  NEXT_WRAPPER_VARIABLE,
  parseReference,
  WRAPPER_PATH,
  WRAPPER_VARIABLE,
} from '../../../secrets/resolver-contract.ts';

export type Variables = Readonly<Record<string, string>>;

/** A variable, and where its value moves to. */
export interface Move {
  readonly variable: string;
  /** The parameter's name, or the secret's. */
  readonly place: string;
  /** What the variable holds then. */
  readonly reference: string;
}

export interface Configured {
  readonly variables: Variables;
  readonly layers: readonly string[];
}

/** Lambda measures the JSON text of all variables (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const MOST_BYTES = 4096;
const MOST_LAYERS = 5;

/** @throws Refused when Lambda hides the variables. */
export function variablesOf(config: FunctionConfiguration): Variables {
  const error = config.Environment?.Error;
  if (error) throw new Refused(`the environment can't be read (${error.ErrorCode ?? 'no code'}): its key admits Cinch not`);
  return config.Environment?.Variables ?? {};
}

export const layersOf = (config: FunctionConfiguration): string[] => (config.Layers ?? []).flatMap((layer) => layer.Arn ?? []);

/** Our resolver's layer, in whatever version and account. */
export const isOwnLayer = (arn: string): boolean => arn.split(':')[6] === LAYER_NAME;

const isMoved = (variables: Variables, { variable, reference }: Move): boolean => variables[variable] === reference;

/** Whether the variables still hold their values (`before`) or already our references (`after`). @throws StateMoved for anything else. */
export function situationOf(variables: Variables, moves: readonly Move[]): 'before' | 'after' {
  if (moves.every((move) => isMoved(variables, move))) return 'after';
  for (const { variable } of moves) {
    const value = variables[variable];
    if (value === undefined || value === '') throw new StateMoved(`the variable ${variable} is gone`);
    if (parseReference(value)) throw new StateMoved(`the variable ${variable} holds a reference already`);
  }
  return 'before';
}

/** The configuration with references in place of the values, the resolver's layer and wrapper. @throws Refused when it would not fit. */
export function withReferences({ variables, layers }: Configured, moves: readonly Move[], layerArn: string): Configured {
  const changed: Record<string, string> = { ...variables };
  for (const { variable, reference } of moves) changed[variable] = reference;
  const wrapper = variables[WRAPPER_VARIABLE];
  if (wrapper !== WRAPPER_PATH) {
    if (variables[NEXT_WRAPPER_VARIABLE] !== undefined)
      throw new Refused(`${NEXT_WRAPPER_VARIABLE} is set, but the resolver is not the function's wrapper`);
    changed[WRAPPER_VARIABLE] = WRAPPER_PATH;
    if (wrapper) changed[NEXT_WRAPPER_VARIABLE] = wrapper;
  }
  const all = layers.some(isOwnLayer) ? [...layers] : [...layers, layerArn];
  if (all.length > MOST_LAYERS) throw new Refused(`the function has ${layers.length} layers already`);
  const size = Buffer.byteLength(JSON.stringify(changed));
  if (size > MOST_BYTES) throw new Refused(`with references the environment would have ${size} bytes of ${MOST_BYTES}`);
  return { variables: changed, layers: all };
}

/**
 * The configuration with values again. When no reference is left the resolver goes too, and the wrapper that it had chained is the
 * function's own again.
 */
export function withValues({ variables, layers }: Configured, values: ReadonlyMap<string, string>): Configured {
  const changed: Record<string, string> = { ...variables };
  for (const [variable, value] of values) changed[variable] = value;
  const isNeeded = Object.values(changed).some((value) => parseReference(value) !== undefined);
  if (isNeeded || changed[WRAPPER_VARIABLE] !== WRAPPER_PATH) return { variables: changed, layers };
  const { [WRAPPER_VARIABLE]: _, [NEXT_WRAPPER_VARIABLE]: next, ...others } = changed;
  const restored = next === undefined ? others : { ...others, [WRAPPER_VARIABLE]: next };
  return { variables: restored, layers: layers.filter((arn) => !isOwnLayer(arn)) };
}
