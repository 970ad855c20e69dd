import { TMP_CLEANER_LAYER } from '../names.ts';
import { NEXT_WRAPPER_VARIABLE, WRAPPER_PATH, WRAPPER_VARIABLE } from './resolver-contract.ts';

/**
 * What the /tmp cleaner (layers/tmp-cleaner, Go) and everything that prepares a function for it agree on, and how it stands in
 * a function's environment beside the secret resolver. The Go program has its own copy of these names; test/layers holds the two equal.
 */
export const CLEANER_PATH = '/opt/cinch/tmp-cleaner';
/** Holds the wrapper that the cleaner starts in its turn. */
export const CLEANER_NEXT_VARIABLE = 'CINCH_TMP_NEXT_WRAPPER';
/** Colon separated paths below /tmp that stay. */
export const CLEANER_KEEP_VARIABLE = 'CINCH_TMP_KEEP';

type Variables = Readonly<Record<string, string>>;

export const isCleanerLayer = (arn: string): boolean => arn.split(':')[6] === TMP_CLEANER_LAYER;

/**
 * The variable that names the cleaner; undefined when it is not in the chain. The order is always: resolver, cleaner, the function's own
 * wrapper. So the resolver is found where it looks for itself, and either can be taken out again while the other stays.
 */
export function cleanerSlot(variables: Variables): string | undefined {
  if (variables[WRAPPER_VARIABLE] === CLEANER_PATH) return WRAPPER_VARIABLE;
  const isBehind = variables[WRAPPER_VARIABLE] === WRAPPER_PATH && variables[NEXT_WRAPPER_VARIABLE] === CLEANER_PATH;
  return isBehind ? NEXT_WRAPPER_VARIABLE : undefined;
}

/** The environment with the cleaner in the chain of wrappers; unchanged when it is there already. */
export function withCleaner(variables: Variables, keep: readonly string[]): Record<string, string> {
  const kept = keep.length === 0 ? {} : { [CLEANER_KEEP_VARIABLE]: keep.join(':') };
  if (cleanerSlot(variables) !== undefined) return { ...variables, ...kept };
  const slot = variables[WRAPPER_VARIABLE] === WRAPPER_PATH ? NEXT_WRAPPER_VARIABLE : WRAPPER_VARIABLE;
  const before = variables[slot];
  const next = before === undefined ? {} : { [CLEANER_NEXT_VARIABLE]: before };
  return { ...variables, ...kept, [slot]: CLEANER_PATH, ...next };
}

/** The environment without it: the wrapper that it had chained is where it was. What is kept is not touched. */
export function withoutCleaner(variables: Variables): Record<string, string> {
  const slot = cleanerSlot(variables);
  if (slot === undefined) return { ...variables };
  const { [slot]: _, [CLEANER_NEXT_VARIABLE]: next, ...others } = variables;
  return next === undefined ? others : { ...others, [slot]: next };
}
