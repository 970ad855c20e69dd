import type { Statement } from '../model/policy-document.ts';
import { actionsOverlap, coversAction, coversPattern, patternsOverlap } from './wildcards.ts';

/**
 * What is left of an action pattern on a resource pattern after the Deny statements of all the role's policies: patterns again, none when
 * nothing is left. Only a Deny without conditions is counted: any other can be switched off by a request that lacks its key.
 */
export function effectiveActions(action: string, resource: string, denies: readonly Statement[]): string[] {
  let left = [action];
  for (const deny of denies) {
    if (Object.keys(deny.conditions).length > 0 || !deniesResource(deny, resource)) continue;
    left = deny.notActions.length > 0 ? onlyWithin(left, deny.notActions) : left.filter((one) => !covered(one, deny.actions));
  }
  return left;
}

export const covered = (action: string, by: readonly string[]): boolean => by.some((pattern) => coversAction(pattern, action));

function deniesResource(deny: Statement, resource: string): boolean {
  if (deny.notResources.length > 0) return !deny.notResources.some((pattern) => patternsOverlap(pattern, resource));
  return deny.resources.some((pattern) => coversPattern(pattern, resource));
}

/** `Deny` with `NotAction` denies everything else, so only what the list and the pattern have in common stays. */
function onlyWithin(actions: readonly string[], kept: readonly string[]): string[] {
  return actions.flatMap((action) =>
    kept.filter((keep) => actionsOverlap(keep, action)).map((keep) => (coversAction(action, keep) ? keep : action)),
  );
}
