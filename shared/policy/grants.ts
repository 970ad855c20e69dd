import type { PolicyDocument, Statement } from '../model/policy-document.ts';
import { actionNamed, actionsOfService, SERVICE_PREFIXES } from './action-table.ts';
import { isEveryResource } from './breadth.ts';
import { conditionTests } from './condition-operators.ts';
import { effectiveActions } from './effective-actions.ts';
import type { NamedDocument, StatementPlace } from './finding.ts';
import { limitOf, PASSED_TO } from './limits.ts';
import { coversPattern, hasWildcard, matchesAction, matchesGlob, patternsOverlap } from './wildcards.ts';

export interface GrantOptions {
  /** The role's permissions boundary: what it doesn't allow, nothing grants. */
  readonly boundary?: PolicyDocument | undefined;
  /** The ARN of the role or user that holds the policies, where it is known: who may rewrite its own policies needs no other. */
  readonly self?: string | undefined;
}

const PASS_ROLE = 'iam:PassRole';

/**
 * Whether the policies of one role grant an action, after their Deny statements and the boundary. A condition that may hold counts as holding.
 * @param options.resource an ARN, or a pattern of which some part suffices; without it, on any resource at all.
 */
export function grantsAction(
  documents: readonly NamedDocument[],
  action: string,
  options: GrantOptions & { readonly resource?: string | undefined } = {},
): boolean {
  const statements = statementsOf(documents.map(({ document }) => document));
  const bounds = options.boundary && statementsOf([options.boundary]);
  const denies = deniedBy(statements, bounds);
  return statements.some((statement) =>
    resourcesGranted(statement, action, options.resource).some(
      (resource) =>
        !isDenied(action, resource, denies) &&
        (!bounds || bounds.some((bound) => resourcesGranted(bound, action, resource).length > 0)),
    ),
  );
}

/** The prefixes of the services of which at least one action is granted on something, sorted: `['logs', 's3']`. */
export function servicesGranted(documents: readonly NamedDocument[], options: GrantOptions = {}): string[] {
  const statements = statementsOf(documents.map(({ document }) => document));
  const named = statements.flatMap(({ actions, effect }) => (effect === 'Allow' ? actions.map(servicePart) : []));
  const wild = statements.some(({ effect, notActions }) => effect === 'Allow' && notActions.length > 0);
  const candidates = new Set([...named.filter((service) => !hasWildcard(service)), ...SERVICE_PREFIXES.filter(isNamed)]);
  return [...candidates].filter(isLeft).sort();

  function isNamed(prefix: string): boolean {
    return wild || named.some((service) => hasWildcard(service) && matchesGlob(service, prefix));
  }

  function isLeft(service: string): boolean {
    const actions = actionsOfService(service);
    // What AWS doesn't list may be newer than the table: the patterns alone decide.
    if (actions.length === 0) return patternsLeft(statements, service);
    return actions.some(({ key }) => grantsAction(documents, key, options));
  }
}

/** The Allow statements that pass roles on without saying to which service (`iam:PassedToService`), Deny and boundary counted. */
export function passesRoleWithoutService(documents: readonly NamedDocument[], options: GrantOptions = {}): StatementPlace[] {
  const denies = documents.flatMap(({ document }) => document.statements.filter(({ effect }) => effect === 'Deny'));
  return documents.flatMap(({ document, name }) =>
    document.statements.flatMap((one, statement) => {
      if (one.effect === 'Deny' || one.principals.length > 0 || namesService(one)) return [];
      const alone = { name, document: { text: '', statements: [one, ...denies] } };
      return grantsAction([alone], PASS_ROLE, options) ? [{ document: name, statement }] : [];
    }),
  );
}

/** Whether a permissions boundary restrains nothing: everything on everything, and no Deny. */
export function boundaryAllowsAll({ statements }: PolicyDocument): boolean {
  return (
    !statements.some(({ effect }) => effect === 'Deny') &&
    statements.some(
      (statement) =>
        statement.actions.some((action) => /^\*+(:\*+)?$/.test(action)) &&
        statement.resources.some(isEveryResource) &&
        limitOf(statement) === 'none',
    )
  );
}

/** Whether a Deny in the list, one that no request can switch off, denies the action on all of a resource pattern. */
export function isDenied(action: string, resource: string, denies: readonly Statement[]): boolean {
  return denies.some((deny) => isOfAction(deny, action) && isOnAllOf(deny, resource));
}

/** Whether the statement is about the action. */
export const isOfAction = ({ actions, notActions }: Statement, action: string): boolean =>
  notActions.length > 0
    ? !notActions.some((pattern) => matchesAction(pattern, action))
    : actions.some((pattern) => matchesAction(pattern, action));

/** Whether the statement is about all of a resource pattern. */
export const isOnAllOf = ({ notResources, resources }: Statement, resource: string): boolean =>
  notResources.length > 0
    ? !notResources.some((pattern) => patternsOverlap(pattern, resource))
    : resources.some((pattern) => coversPattern(pattern, resource));

/** Deny statements that hold for every request. Any other can be switched off by one that lacks the key. */
export const firmDenies = (statements: readonly Statement[]): Statement[] =>
  statements.filter(({ conditions, effect, principals }) => {
    return effect === 'Deny' && principals.length === 0 && Object.keys(conditions).length === 0;
  });

const statementsOf = (documents: readonly PolicyDocument[]): Statement[] =>
  documents.flatMap(({ statements }) => statements).filter(({ principals }) => principals.length === 0);
const deniedBy = (statements: readonly Statement[], bounds: readonly Statement[] = []): Statement[] =>
  firmDenies([...statements, ...bounds]);
const servicePart = (pattern: string): string => (pattern.split(':')[0] ?? '').toLowerCase();

/** The resource patterns on which an Allow statement grants an action; `wanted` narrows them to itself. */
function resourcesGranted(statement: Statement, action: string, wanted: string | undefined): string[] {
  if (statement.effect === 'Deny' || limitOf(statement) === 'never' || !allowsAction(statement, action)) return [];
  const open = statement.notResources.length > 0 ? openResources(statement, wanted) : statement.resources;
  // An action that can't be limited to resources is granted on everything or not at all.
  if (actionNamed(action)?.onResource === false) return open.filter(isEveryResource).map((pattern) => wanted ?? pattern);
  if (wanted === undefined) return [...open];
  return open.flatMap((pattern) => {
    if (coversPattern(pattern, wanted)) return [wanted];
    return patternsOverlap(pattern, wanted) ? [pattern] : [];
  });
}

function openResources({ notResources }: Statement, wanted: string | undefined): string[] {
  if (notResources.some(isEveryResource)) return [];
  return wanted !== undefined && notResources.some((pattern) => coversPattern(pattern, wanted)) ? [] : ['*'];
}

export function allowsAction({ actions, notActions }: Statement, action: string): boolean {
  if (notActions.length > 0) return !notActions.some((pattern) => matchesAction(pattern, action));
  return actions.some((pattern) => matchesAction(pattern, action));
}

function patternsLeft(statements: readonly Statement[], service: string): boolean {
  const denies = firmDenies(statements);
  return statements.some(
    ({ actions, effect, resources }) =>
      effect === 'Allow' &&
      actions.some(
        (action) =>
          servicePart(action) === service &&
          (resources.length === 0 ? ['*'] : resources).some((resource) => effectiveActions(action, resource, denies).length > 0),
      ),
  );
}

const namesService = (statement: Statement): boolean =>
  conditionTests(statement).some(
    ({ holdsWhenMissing, key, negated, values }) =>
      key === PASSED_TO && !holdsWhenMissing && !negated && !values.some((value) => /^\*+$/.test(value)),
  );
