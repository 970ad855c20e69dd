import type { Resource } from '../../../model/resource.ts';
import type { MemberClients } from '../../member.ts';
import type { StepDeps } from '../handler.ts';
import type { Move } from './environment.ts';
import type { GrantForm } from './grant.ts';
import type { Captured } from './shape.ts';

/** Whose a place is: `ours` (this plan's), `foreign`, or `none` when it bears no tag or is not there. */
export type Owner = 'none' | 'ours' | 'foreign';

/** Where values move to; a `place` is the name of a parameter or of a secret. */
export interface Store {
  /** For people. */
  readonly title: string;
  readonly grant: GrantForm;
  placeOf(functionName: string, variable: string): string;
  referenceTo(place: string): string;
  /** As a policy names it. */
  arnOf(target: Resource<'function'>, place: string): string;
  /** Of the role's inline policy: the two stores never write the same one. */
  policyNameOf(functionName: string): string;
  readOwner(clients: MemberClients, place: string, mark: string): Promise<Owner>;
  /**
   * Puts a value under a name that was free. One that this plan's cut-off run left is overwritten with the value the function has now.
   * @throws Refused when the name is somebody else's.
   */
  put(
    deps: StepDeps,
    clients: MemberClients,
    target: Resource<'function'>,
    move: Move,
    value: string,
    { id, keyArn }: Pick<Captured, 'id' | 'keyArn'>,
  ): Promise<void>;
  takenMessage(place: string): string;
  /** The value now; undefined when there is none. Only undo's role may. */
  read(clients: MemberClients, place: string): Promise<string | undefined>;
  undoPut(clients: MemberClients, place: string): Promise<void>;
}

/** Says which capture of which plan made a parameter or a secret. */
export const MARK_TAG = 'cinch:plan';

export const tagsOf = (target: Resource<'function'>, move: Move, mark: string): { Key: string; Value: string }[] =>
  [
    [MARK_TAG, mark],
    ['cinch:function', target.name],
    ['cinch:variable', move.variable],
  ].map(([Key = '', Value = '']) => ({ Key, Value }));

export function ownerByTags(tags: readonly { Key?: string; Value?: string }[], mark: string): Owner {
  if (tags.length === 0) return 'none';
  return tags.some((tag) => tag.Key === MARK_TAG && tag.Value === mark) ? 'ours' : 'foreign';
}
