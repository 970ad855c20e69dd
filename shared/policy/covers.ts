import type { Principals, Statement } from '../model/policy-document.ts';
import { isFullPattern } from './held-actions.ts';
import { arnParts, coversAction, coversPattern, patternsOverlap } from './wildcards.ts';

/** A statement as what it speaks of: each of its actions on each of its resources by each of its principals, under all of its conditions. */
export interface Speech {
  readonly statement: Statement;
  /** The policy language's version, which says whether `${...}` is a variable. */
  readonly version: string | null;
  readonly actions: readonly Part[];
  readonly resources: readonly Part[];
  readonly principals: readonly PrincipalPart[];
}

/** A pattern, or everything but these patterns. */
export type Part = { readonly one: string } | { readonly allBut: readonly string[] };

/** `none` in an identity policy, which speaks of who holds it. */
export type PrincipalPart =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly type: string; readonly value: string }
  | { readonly kind: 'allBut'; readonly principals: readonly Principals[] };

export function speechOf(statement: Statement, version: string | null): Speech {
  return {
    statement,
    version,
    actions: partsOf(statement.actions, statement.notActions),
    resources: partsOf(statement.resources, statement.notResources),
    principals: principalParts(statement),
  };
}

/** A trust policy names no resource: it is the role's own. */
function partsOf(named: readonly string[], left: readonly string[]): Part[] {
  if (left.length > 0) return [{ allBut: left }];
  return named.length === 0 ? [{ one: '*' }] : named.map((one) => ({ one }));
}

function principalParts({ principals, notPrincipals }: Statement): PrincipalPart[] {
  if (notPrincipals.length > 0) return [{ kind: 'allBut', principals: notPrincipals }];
  if (principals.length === 0) return [{ kind: 'none' }];
  return principals.flatMap(({ type, values }) => values.map((value) => ({ kind: 'one', type, value }) as const));
}

/** One thing that a statement says and that none of the others do. */
export interface Uncovered {
  readonly action: Part;
  readonly resource: Part;
  readonly principal: PrincipalPart;
}

/** What `narrow` says that no single one of `broad` says too, the first so many. What can't be told counts as not said. */
export function uncoveredOf(narrow: Speech, broad: readonly Speech[], most: number): Uncovered[] {
  const covers = broad.flatMap((one) => coverOf(one, narrow) ?? []);
  const found: Uncovered[] = [];
  for (const action of narrow.actions) {
    const ofAction = covers.filter(({ actions }) => actions.has(action));
    for (const resource of narrow.resources) {
      const ofResource = ofAction.filter(({ resources }) => resources.has(resource));
      for (const principal of narrow.principals) {
        if (ofResource.some(({ principals }) => principals.has(principal))) continue;
        found.push({ action, resource, principal });
        if (found.length >= most) return found;
      }
    }
  }
  return found;
}

/** Which parts of `narrow` a statement covers; undefined when its conditions leave out some request. */
function coverOf(broad: Speech, narrow: Speech) {
  const text = broad.version === narrow.version ? coversText : coversPlainText;
  if (!coversConditions(broad.statement.conditions, narrow.statement.conditions, text)) return undefined;
  const ofActions: Comparison = { covers: coversActionText, meet: actionsMeet, isAll: isFullPattern };
  const ofResources: Comparison = { covers: coversArn(text), meet: resourcesMeet, isAll: isStar };
  return {
    actions: new Set(narrow.actions.filter((part) => broad.actions.some((one) => coversPart(one, part, ofActions)))),
    resources: new Set(narrow.resources.filter((part) => broad.resources.some((one) => coversPart(one, part, ofResources)))),
    principals: new Set(narrow.principals.filter((part) => broad.principals.some((one) => coversPrincipal(one, part)))),
  };
}

type Compare = (broad: string, narrow: string) => boolean;
interface Comparison {
  readonly covers: Compare;
  /** Whether both may speak of one thing. */
  readonly meet: Compare;
  readonly isAll: (pattern: string) => boolean;
}

function coversPart(broad: Part, narrow: Part, { covers, meet, isAll }: Comparison): boolean {
  if ('one' in broad) return 'one' in narrow ? covers(broad.one, narrow.one) : isAll(broad.one);
  if ('one' in narrow) return !broad.allBut.some((left) => meet(left, narrow.one));
  return broad.allBut.every((left) => narrow.allBut.some((other) => covers(other, left)));
}

const isStar = (pattern: string): boolean => /^\*+$/.test(pattern);
const coversActionText: Compare = (broad, narrow) => isFullPattern(broad) || coversAction(broad, narrow);
const actionsMeet: Compare = (left, right) =>
  isFullPattern(left) || isFullPattern(right) || patternsOverlap(left.toLowerCase(), right.toLowerCase());
const resourcesMeet: Compare = (left, right) => patternsOverlap(opened(left), opened(right));

/** A variable may stand for anything. */
const opened = (text: string): string => text.replace(/\$\{[^}]*\}/g, '*');

/** The same text, or a pattern without variables that matches whatever the narrow one's variables turn out to be. */
const coversText: Compare = (broad, narrow) =>
  broad === narrow || (!broad.includes('${') && coversPattern(broad, opened(narrow)));
/** In two versions of the language a variable is not the same thing. */
const coversPlainText: Compare = (broad, narrow) => !`${broad}${narrow}`.includes('${') && coversPattern(broad, narrow);

/** Part by part: that a star reaches over a colon is nothing to rely on. */
const coversArn =
  (covers: Compare): Compare =>
  (broad, narrow) => {
    if (isStar(broad)) return true;
    const broadParts = arnParts(broad);
    const narrowParts = arnParts(narrow);
    if (broadParts.length !== 6 || narrowParts.length !== 6) return broad === narrow && covers(broad, narrow);
    return broadParts.every((part, index) => covers(part, narrowParts[index] ?? ''));
  };

function coversPrincipal(broad: PrincipalPart, narrow: PrincipalPart): boolean {
  if (broad.kind === 'none' || narrow.kind === 'none') return broad.kind === narrow.kind;
  if (broad.kind === 'allBut')
    return narrow.kind === 'allBut' && JSON.stringify(broad.principals) === JSON.stringify(narrow.principals);
  if (isEverybody(broad)) return narrow.kind === 'allBut' || ['*', 'AWS', 'Service'].includes(narrow.type);
  return narrow.kind === 'one' && broad.type === narrow.type && accountForm(broad.value) === accountForm(narrow.value);
}

/** `{"AWS": "*"}` is `"*"` (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html). */
const isEverybody = ({ type, value }: { readonly type: string; readonly value: string }): boolean =>
  value === '*' && (type === '*' || type === 'AWS');

/** An account's number is short for its root. */
const accountForm = (value: string): string => /^arn:[^:]*:iam::(\d{12}):root$/.exec(value)?.[1] ?? value;

type Conditions = Statement['conditions'];

/** Each test of the broad one is made by the narrow one as well, at least as strictly: tests are joined by AND. */
function coversConditions(broad: Conditions, narrow: Conditions, covers: Compare): boolean {
  const tests = testsOf(narrow);
  return testsOf(broad).every((wide) =>
    tests.some((strict) => wide.key === strict.key && wide.operator === strict.operator && isAsStrict(strict, wide, covers)),
  );
}

interface Test {
  /** In lower case, like the key: neither has a case of its own. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

const testsOf = (conditions: Conditions): Test[] =>
  Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator: operator.toLowerCase(), key: key.toLowerCase(), values })),
  );

/** Operators whose values are joined by OR, so that fewer are stricter. */
const POSITIVE = /^(string(equals|equalsignorecase|like)|arn(equals|like)|bool|ipaddress|numericequals|dateequals)(ifexists)?$/;
/** Those of a negated one exclude: more are stricter. */
const NEGATED =
  /^(string(notequals|notequalsignorecase|notlike)|arn(notequals|notlike)|notipaddress|numericnotequals|datenotequals)(ifexists)?$/;

function isAsStrict(strict: Test, wide: Test, text: Compare): boolean {
  const value: Compare = /^arn/.test(wide.operator)
    ? coversArn(text)
    : (broad, narrow) => (/like/.test(wide.operator) ? text(broad, narrow) : broad === narrow && text(broad, narrow));
  const within = (few: readonly string[], many: readonly string[], by: Compare): boolean =>
    few.every((one) => many.some((other) => by(other, one)));
  if (POSITIVE.test(wide.operator)) return within(strict.values, wide.values, value);
  if (NEGATED.test(wide.operator)) return within(wide.values, strict.values, value);
  // Of a list of several values, of a comparison and of `Null` only the very same is known to be as strict.
  const equal: Compare = (broad, narrow) => broad === narrow && text(broad, narrow);
  return within(strict.values, wide.values, equal) && within(wide.values, strict.values, equal);
}
