import type { Statement } from '../model/policy-document.ts';
import { type ConditionTest, conditionTests } from './condition-operators.ts';
import { covered, effectiveActions } from './effective-actions.ts';
import { coversPattern, matchesAction } from './wildcards.ts';

export const BREADTHS = ['admin', 'service-wildcard', 'pass-role-star'] as const;
export type Breadth = (typeof BREADTHS)[number];

/** One action pattern of one statement that gives too much. */
export interface BroadGrant {
  readonly kind: Breadth;
  /** Index of the statement in its document. */
  readonly statement: number;
  readonly sid: string | null;
  /** The pattern as written, or `NotAction`. */
  readonly action: string;
}

/** The services whose every action an action pattern names: `s3:*` -> `s3`, `*` -> `*`; undefined when it doesn't name all of one. */
export function serviceOfWildcard(action: string): string | undefined {
  if (/^\*+$/.test(action)) return '*';
  const [, service, name] = /^([^:]+):(.+)$/.exec(action) ?? [];
  if (service === undefined || name === undefined) return undefined;
  // No action has fewer than three letters: `s3:?*` is `s3:*` in disguise.
  const everything = /^[*?]+$/.test(name) && name.includes('*') && (name.match(/\?/g)?.length ?? 0) <= 3;
  if (!everything) return undefined;
  return /^\*+$/.test(service) ? '*' : service.toLowerCase();
}

/** Whether a resource pattern covers every resource. */
export const isEveryResource = (resource: string): boolean => /^[*:]+$/.test(resource) || /^arn:[^:]*:[*:]+$/.test(resource);

/**
 * The grants of one policy that are too broad, by what they are after the Deny statements in `denies` (those of every policy of the role).
 * NotAction counts as everything, NotResource as every resource.
 */
export function broadGrants(statements: readonly Statement[], denies: readonly Statement[] = deniesOf(statements)): BroadGrant[] {
  return statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny' || neverHolds(statement)) return [];
    return grantedPatterns(statement).flatMap(({ pattern, written }) =>
      kindsOf(statement, pattern, denies).map((kind) => ({ kind, statement: index, sid: statement.sid, action: written })),
    );
  });
}

export const deniesOf = (statements: readonly Statement[]): Statement[] =>
  statements.filter((statement) => statement.effect === 'Deny');

function grantedPatterns(statement: Statement): { pattern: string; written: string }[] {
  if (statement.notActions.length === 0) return statement.actions.map((pattern) => ({ pattern, written: pattern }));
  return covered('*', statement.notActions) ? [] : [{ pattern: '*', written: 'NotAction' }];
}

/** Resources a statement grants on; with NotResource it is everything else, which counts as everything. */
function grantedResources(statement: Statement): readonly string[] {
  if (statement.notResources.length === 0) return statement.resources;
  return statement.notResources.some(isEveryResource) ? [] : ['*'];
}

function kindsOf(statement: Statement, pattern: string, denies: readonly Statement[]): Breadth[] {
  const limited = isLimited(statement);
  const kinds = new Set<Breadth>();
  for (const resource of grantedResources(statement)) {
    for (const action of effectiveActions(pattern, resource, denies)) {
      const service = serviceOfWildcard(action);
      if (service === '*' && isEveryResource(resource) && !limited) kinds.add('admin');
      else if (service !== undefined) kinds.add('service-wildcard');
      if (passesAnyRole(statement, action, resource, denies)) kinds.add('pass-role-star');
    }
  }
  // Passing any role is part of being administrator; saying both adds nothing.
  return kinds.has('admin') ? ['admin'] : [...kinds];
}

function passesAnyRole(statement: Statement, action: string, resource: string, denies: readonly Statement[]): boolean {
  if (!matchesAction(action, PASS_ROLE) || matchesNot(statement) || !isEveryRole(resource)) return false;
  if (effectiveActions(PASS_ROLE, resource, denies).length === 0) return false;
  return !conditionTests(statement).some((test) => limits(test) && PASS_ROLE_LIMITS.test(test.key));
}

const PASS_ROLE = 'iam:PassRole';
const PASS_ROLE_LIMITS = /^(iam:passedtoservice|iam:associatedresourcearn|(aws|iam):resourcetag\/.*)$/;
const matchesNot = (statement: Statement): boolean => statement.notActions.some((pattern) => matchesAction(pattern, PASS_ROLE));

/** `*`, or every role of an account: `arn:aws:iam::111111111111:role/*`. */
const isEveryRole = (resource: string): boolean =>
  isEveryResource(resource) ||
  coversPattern(resource.replace(/^(arn:[^:]*:[^:]*:[^:]*:)[^:]*:/, '$1*:'), 'arn:aws:iam::*:role/*');

const isEmptyOrStar = (value: string): boolean => /^\*+$/.test(value);
const limits = (test: ConditionTest): boolean => !test.negated && !test.holdsWhenMissing && !test.values.some(isEmptyOrStar);

/** Conditions on what is touched make an administrator less than one. Those on the caller or the time don't: it is the function in any case. */
const isLimited = (statement: Statement): boolean =>
  conditionTests(statement).some((test) => limits(test) && /(:resourcetag\/.*|:passedtoservice)$/.test(test.key));

/** A function's session never has a second factor, so a statement that insists on one gives it nothing. */
export const neverHolds = (statement: Statement): boolean =>
  conditionTests(statement).some(
    (test) =>
      test.key === 'aws:multifactorauthpresent' &&
      test.operator === 'Bool' &&
      !test.holdsWhenMissing &&
      test.values.every((value) => value.toLowerCase() === 'true'),
  );
