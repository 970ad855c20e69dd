import type { PolicyDocument, Statement } from '../../model/policy-document.ts';
import { actionsMatching } from '../../policy/action-table.ts';
import { matchesAction } from '../../policy/wildcards.ts';
import { indentOf, type Json, limited, withOwnSids } from './limit-statement.ts';

const PASS_ROLE = 'iam:PassRole';

/**
 * The policy whose statements `at` pass roles to these services only, as JSON text: what else such a statement grants keeps a statement without
 * the limit. Every other statement stays as it stood, and so does the text when `at` is empty. Undefined when iam:PassRole can't be told from
 * other actions (NotAction, `iam:*`), or when the statement tests iam:PassedToService in a way that would be lost.
 */
export function limitPassRole(
  document: PolicyDocument,
  at: ReadonlySet<number>,
  services: readonly string[],
): string | undefined {
  if (at.size === 0) return document.text;
  const sids = new Set(document.statements.flatMap(({ sid }) => sid ?? []));
  const statements: unknown[] = [];
  for (const [index, statement] of document.statements.entries()) {
    const split = at.has(index) ? splitStatement(statement, services) : [statement.source as Json];
    if (split === undefined) return undefined;
    statements.push(...withOwnSids(split, statement.sid, sids));
  }
  return JSON.stringify({ ...(JSON.parse(document.text) as Json), Statement: statements }, null, indentOf(document.text));
}

function splitStatement({ actions, notActions, source }: Statement, services: readonly string[]): Json[] | undefined {
  if (notActions.length > 0) return undefined;
  const passing = actions.filter((pattern) => matchesAction(pattern, PASS_ROLE));
  if (passing.some((pattern) => actionsMatching(pattern).length !== 1)) return undefined;
  const others = actions.filter((pattern) => !passing.includes(pattern));
  const whole = source as Json;
  const passes = limited(others.length === 0 ? whole : { ...whole, Action: PASS_ROLE }, ['iam:PassedToService', services]);
  if (passes === undefined) return undefined;
  return others.length === 0 ? [passes] : [{ ...whole, Action: others }, passes];
}
