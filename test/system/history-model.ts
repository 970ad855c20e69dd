import fc from 'fast-check';
import { LAYER_NAME, WRAPPER_PATH, WRAPPER_VARIABLE } from '../../shared/secrets/resolver-contract.ts';

/** Random histories of one function and its role, and what each must come to: a small model of what people and Cinch change. */

export interface Picture {
  readonly timeout: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
  /** The function policy: Sid -> who may invoke. */
  readonly statements: Readonly<Record<string, string>>;
  /** The version that the alias points to. */
  readonly alias: string;
  readonly limit: number | null;
  /** The role's inline policies, by the action they allow. */
  readonly policies: Readonly<Record<string, string>>;
  readonly attached: boolean;
  /** Variable -> the value that its parameter holds. */
  readonly parameters: Readonly<Record<string, string>>;
}

export const FIXES = [
  'lower-timeout',
  'move-secrets-to-ssm',
  'remove-permission',
  'set-concurrency',
  'replace-role-policy',
  'detach-role-policy',
] as const;
export type Fix = (typeof FIXES)[number];

/** What Cinch sets. A person never does: an undo could not tell theirs from Cinch's. */
export const FIXED = { timeout: 29, limit: 5, action: 's3:GetObject' } as const;
export const referenceFor = (variable: string): string => `reference to ${variable}`;

export type Human =
  | { readonly by: 'human'; readonly sets: 'timeout'; readonly to: number }
  | { readonly by: 'human'; readonly sets: 'limit'; readonly to: number | null }
  | { readonly by: 'human'; readonly sets: 'alias'; readonly to: '1' | '2' }
  | { readonly by: 'human'; readonly sets: 'variable'; readonly name: 'NOTE' | 'SECRET'; readonly to: string | null }
  | { readonly by: 'human'; readonly sets: 'statement'; readonly name: 'open' | 'extra'; readonly to: string | null }
  | { readonly by: 'human'; readonly sets: 'policy'; readonly name: 'main' | 'other'; readonly to: string | null }
  | { readonly by: 'human'; readonly sets: 'attached'; readonly to: boolean };

export type Move =
  | Human
  /** `stale` comes between plan and run, `atWrite` right before Cinch's own write. */
  | { readonly by: 'fix'; readonly fix: Fix; readonly stale: Human | null; readonly atWrite: Human | null }
  | { readonly by: 'undo'; readonly fix: Fix; readonly atWrite: Human | null };

const human: fc.Arbitrary<Human> = fc.oneof(
  fc.record({ by: fc.constant('human' as const), sets: fc.constant('timeout' as const), to: fc.constantFrom(30, 45, 700, 900) }),
  fc.record({ by: fc.constant('human' as const), sets: fc.constant('limit' as const), to: fc.constantFrom(3, 7, null) }),
  fc.record({
    by: fc.constant('human' as const),
    sets: fc.constant('alias' as const),
    to: fc.constantFrom('1' as const, '2' as const),
  }),
  fc.record({
    by: fc.constant('human' as const),
    sets: fc.constant('variable' as const),
    name: fc.constantFrom('NOTE' as const, 'SECRET' as const),
    to: fc.constantFrom('one', 'two', 'three', null),
  }),
  fc.record({
    by: fc.constant('human' as const),
    sets: fc.constant('statement' as const),
    name: fc.constantFrom('open' as const, 'extra' as const),
    to: fc.constantFrom('*', '333333333333', null),
  }),
  fc.record({
    by: fc.constant('human' as const),
    sets: fc.constant('policy' as const),
    name: fc.constantFrom('main' as const, 'other' as const),
    to: fc.constantFrom('s3:*', 's3:Get*', null),
  }),
  fc.record({ by: fc.constant('human' as const), sets: fc.constant('attached' as const), to: fc.boolean() }),
);
const maybe = fc.option(human, { freq: 2 });
const fix = fc.constantFrom(...FIXES);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: human },
  {
    weight: 5,
    arbitrary: fc.record({ by: fc.constant('fix' as const), fix, stale: fc.option(human, { freq: 4 }), atWrite: maybe }),
  },
  { weight: 4, arbitrary: fc.record({ by: fc.constant('undo' as const), fix, atWrite: maybe }) },
);
export const histories = fc.array(move, { minLength: 2, maxLength: 10 });

const set = <V>(all: Readonly<Record<string, V>>, name: string, value: V | null): Record<string, V> => {
  const { [name]: _, ...others } = all;
  return value === null ? others : { ...others, [name]: value };
};

export function afterHuman(picture: Picture, change: Human): Picture {
  switch (change.sets) {
    case 'variable':
      return { ...picture, variables: set(picture.variables, change.name, change.to) };
    case 'statement':
      return { ...picture, statements: set(picture.statements, change.name, change.to) };
    case 'policy':
      return { ...picture, policies: set(picture.policies, change.name, change.to) };
    default:
      return { ...picture, [change.sets]: change.to };
  }
}

/** @param seen what the plan was made from. Undefined: it may not be done any more. */
export function afterFix(now: Picture, which: Fix, seen: Picture): Picture | undefined {
  switch (which) {
    case 'lower-timeout':
      return now.timeout === seen.timeout ? { ...now, timeout: FIXED.timeout } : undefined;
    case 'set-concurrency':
      return now.limit === seen.limit ? { ...now, limit: FIXED.limit } : undefined;
    case 'replace-role-policy':
      return now.policies.main === seen.policies.main ? { ...now, policies: { ...now.policies, main: FIXED.action } } : undefined;
    case 'detach-role-policy':
      return { ...now, attached: false };
    case 'remove-permission':
      // Somebody else may have removed it as well.
      if (now.statements.open !== undefined && now.statements.open !== seen.statements.open) return undefined;
      return { ...now, statements: set(now.statements, 'open', null) };
    case 'move-secrets-to-ssm':
      return now.variables.SECRET === seen.variables.SECRET ? moved(now) : undefined;
  }
}

function moved(now: Picture): Picture | undefined {
  const { SECRET: value } = now.variables;
  // A parameter that holds somebody's former value is never written over.
  if (value === undefined || now.parameters.SECRET !== undefined) return undefined;
  return {
    ...now,
    variables: { ...now.variables, SECRET: referenceFor('SECRET'), [WRAPPER_VARIABLE]: WRAPPER_PATH },
    layers: now.layers.includes(LAYER_NAME) ? now.layers : [...now.layers, LAYER_NAME],
    policies: { ...now.policies, grant: 'ssm:GetParameters' },
    parameters: { SECRET: value },
  };
}

/** @param seen what the fix was made from. `left`: that somebody's later change stays is said. */
export function afterUndo(now: Picture, which: Fix, seen: Picture): { readonly picture: Picture; readonly left: boolean } {
  const put = (isOurs: boolean, isFormer: boolean, back: Partial<Picture>) => ({
    picture: isOurs && !isFormer ? { ...now, ...back } : now,
    left: !isOurs && !isFormer,
  });
  const { main } = seen.policies;
  const { open } = seen.statements;
  switch (which) {
    case 'lower-timeout':
      return put(now.timeout === FIXED.timeout, now.timeout === seen.timeout, { timeout: seen.timeout });
    case 'set-concurrency':
      return put(now.limit === FIXED.limit, now.limit === seen.limit, { limit: seen.limit });
    case 'replace-role-policy':
      return put(now.policies.main === FIXED.action, now.policies.main === main, {
        policies: set(now.policies, 'main', main ?? null),
      });
    case 'detach-role-policy':
      return { picture: { ...now, attached: true }, left: false };
    case 'remove-permission':
      return put(now.statements.open === undefined, now.statements.open === open, {
        statements: set(now.statements, 'open', open ?? null),
      });
    case 'move-secrets-to-ssm':
      return unmoved(now);
  }
}

function unmoved(now: Picture): { picture: Picture; left: boolean } {
  const value = now.parameters.SECRET;
  const isOurs = now.variables.SECRET === referenceFor('SECRET');
  if (!isOurs && now.variables.SECRET !== value) return { picture: now, left: true };
  const without = { ...now, policies: set(now.policies, 'grant', null), parameters: {} };
  if (!isOurs || value === undefined) return { picture: without, left: false };
  const variables = set({ ...now.variables, SECRET: value }, WRAPPER_VARIABLE, null);
  return { picture: { ...without, variables, layers: now.layers.filter((name) => name !== LAYER_NAME) }, left: false };
}
