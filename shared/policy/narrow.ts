import type { PolicyDocument, Statement } from '../model/policy-document.ts';
import { type BroadGrant, broadGrants, deniesOf, serviceOfWildcard } from './breadth.ts';
import { DATA_PLANE } from './data-plane.ts';
import { arnParts, hasWildcard } from './wildcards.ts';

/**
 * The policy without its too broad grants, as JSON text: administrator statements go, a known service's wildcard becomes what a function does
 * with its data, iam:PassRole on everything goes. Other statements stay as they stood. Null when nothing is left: then the policy can go.
 * @param denies Deny statements of every policy of the role; by default those of the document.
 */
export function narrowDocument(
  document: PolicyDocument,
  denies: readonly Statement[] = deniesOf(document.statements),
): string | null {
  const grants = broadGrants(document.statements, denies);
  const kept = document.statements.flatMap((statement, index) => {
    const found = grants.filter((grant) => grant.statement === index);
    return found.length === 0 ? [statement.source] : narrowStatement(statement, found);
  });
  if (kept.length === 0) return null;
  const source: unknown = JSON.parse(document.text);
  return JSON.stringify({ ...(source as object), Statement: kept }, null, 2);
}

/** The statement with narrowed actions, or nothing. */
function narrowStatement(statement: Statement, grants: readonly BroadGrant[]): unknown[] {
  if (grants.some((grant) => grant.kind === 'admin' || grant.action === 'NotAction')) return [];
  const broad = new Map(grants.map((grant) => [grant.action, grant]));
  const actions = statement.actions.flatMap((action) => (broad.has(action) ? narrowAction(action, statement) : [action]));
  const unique = [...new Set(actions)];
  return unique.length === 0 ? [] : [{ ...(statement.source as object), Action: unique }];
}

function narrowAction(action: string, statement: Statement): readonly string[] {
  const service = serviceOfWildcard(action);
  if (service === undefined) return [];
  if (service !== '*') return DATA_PLANE[service] ?? [];
  return servicesOf(statement).flatMap((one) => DATA_PLANE[one] ?? []);
}

/** For `*` on named resources, the services these belong to. */
function servicesOf(statement: Statement): string[] {
  const services = statement.resources.map((resource) => arnParts(resource)[2] ?? '');
  return [...new Set(services)].filter((service) => service !== '' && !hasWildcard(service));
}
