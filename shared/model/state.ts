import type { ApiFacts } from './api-facts.ts';
import type { FunctionFacts } from './function-facts.ts';
import type { ResourceKind } from './resource.ts';
import type { RoleFacts } from './role-facts.ts';
import type { Known } from './unknown.ts';
import type { UserFacts } from './user-facts.ts';

export type * from './api-facts.ts';
export * from './function-facts.ts';
export type * from './role-facts.ts';
export type * from './user-facts.ts';

export interface FactsByKind {
  readonly function: FunctionFacts;
  readonly role: RoleFacts;
  readonly api: ApiFacts;
  readonly user: UserFacts;
}
export type Facts<K extends ResourceKind> = FactsByKind[K];
export type FactName<K extends ResourceKind> = keyof FactsByKind[K] & string;

/** What a reader or a template gives: each fact, or why it is not known. Facts nobody asked for are absent. */
export type State<K extends ResourceKind> = { readonly [F in FactName<K>]?: Known<FactsByKind[K][F]> };
