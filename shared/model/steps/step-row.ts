import type { FactName } from '../state.ts';

/** What an IAM permission is granted on; infra turns it into ARNs of the account it is deployed to. */
export type PermissionScope =
  | 'function'
  /** Published versions and aliases: never a function as a whole. */
  | 'version'
  | 'code-signing'
  | 'role'
  | 'user'
  | 'group'
  /** Cinch's own layers; `layer-any` are all of the account. */
  | 'layer'
  | 'layer-any'
  | 'parameter'
  | 'parameter-key'
  /** Cinch's own secrets in Secrets Manager. */
  | 'secret'
  | 'log-group'
  /** Event source mappings. */
  | 'mapping'
  | 'queue'
  | 'topic'
  | 'bus'
  | 'stream'
  | 'bucket'
  /** Rules of event buses. */
  | 'rule'
  /** CloudTrail's trails; an organization's belongs to another account. */
  | 'trail'
  | 'api'
  | 'api-domain'
  | 'any';

export interface Permission {
  readonly actions: readonly string[];
  readonly on: PermissionScope;
  /** Condition block of the statement, IAM JSON. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Whether an action changes something, by its name. */
export const isChange = (action: string): boolean => !/:(?:Get|GET|List|Describe|Simulate)/.test(action);

/** Families a customer can leave out of the member stack's write role. */
export const STEP_FAMILIES = ['timeout', 'secrets', 'exposure', 'roles', 'runtime', 'cleaner', 'sources', 'api'] as const;
export type StepFamily = (typeof STEP_FAMILIES)[number];

export interface StepRow {
  readonly title: string;
  readonly family: StepFamily;
  /** `safe` may run by itself where a person set the mode to `fix`; `approval` always waits for a click. A rule or configuration may raise it, never lower it. */
  readonly risk: 'safe' | 'approval';
  /** The facts that it changes of what rules see of its target. */
  readonly changes: readonly (FactName<'function'> | FactName<'role'> | FactName<'api'>)[];
  /** What the write role needs for capture, apply and verify. */
  readonly permissions: readonly Permission[];
  /** What only undo needs, in the role that only undo assumes. */
  readonly undoPermissions: readonly Permission[];
  /** What undo gives back, and what it can't; a sentence for docs/remedies.md. */
  readonly undo: string;
  /** Nothing can give it back: said on the card, and always asked of two people. */
  readonly irreversible?: true;
  /** What might break although all is done right; a sentence for the card and docs/remedies.md. */
  readonly mightBreak: string;
  /** After it, sweep looks for a while whether the function still answers. */
  readonly watched?: true;
}

export type StepRows<S extends { readonly kind: string }> = { readonly [K in S['kind']]: StepRow };
