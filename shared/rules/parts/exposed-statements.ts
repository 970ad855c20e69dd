import type { PolicyDocument, Statement } from '../../model/policy-document.ts';
import type { Evidence } from '../../model/rule.ts';
import { isUnknown } from '../../model/unknown.ts';
import { type Home, narrowest, type Reach, reachOf, widest } from '../../policy/caller-reach.ts';
import { conditionTests } from '../../policy/condition-operators.ts';
import { type Exposure, judgeStatement } from '../../policy/public-access.ts';
import { actionsOverlap, coversAction, coversPattern } from '../../policy/wildcards.ts';
import { grantOf, placeIn } from './permission-statement.ts';

/** A statement of a resource policy that opens the resource beyond its own accounts. */
export interface ExposedStatement {
  /** Index in its document. */
  readonly index: number;
  readonly statement: Statement;
  readonly exposure: 'public' | 'cross-account' | 'service-without-source';
}

/**
 * The Allow statements that strangers can use, after the Deny statements beside them: `Allow *` with `Deny` unless it comes from the own
 * organization, network or addresses is the usual way to write a limit. What can't be judged is left out: it is limited in some way.
 * @param actions only statements that allow any of these count, e.g. `sqs:SendMessage`.
 */
export function exposedStatements(document: PolicyDocument | null, home: Home, actions: readonly string[]): ExposedStatement[] {
  const statements = document?.statements ?? [];
  return statements.flatMap((statement, index) => {
    if (statement.effect === 'Deny' || !allowsAny(statement, actions)) return [];
    const exposure = afterDenies(judgeStatement(statement, home), statement, statements, home);
    return isUnknown(exposure) || exposure === 'private' ? [] : [{ index, statement, exposure }];
  });
}

/** For people: `statement 2: sqs:* for everybody`. */
export const exposureEvidence = (where: string, { index, statement, exposure }: ExposedStatement): Evidence => ({
  path: `${where}: ${placeIn(statement, index)}`,
  found: `${grantOf(statement)}, ${EXPOSURE_WORDS[exposure]}`,
  expected: 'a limit to your accounts, your organization or one source',
});

const EXPOSURE_WORDS: { readonly [E in ExposedStatement['exposure']]: string } = {
  public: 'which is everybody',
  'cross-account': 'which is another account',
  'service-without-source': 'on behalf of anybody',
};

/** The widest of several exposures, in words: `everybody`. */
export function widestCaller(exposed: readonly ExposedStatement[]): string {
  const exposures = exposed.map(({ exposure }) => exposure);
  if (exposures.includes('public')) return 'everybody';
  return exposures.includes('service-without-source') ? 'an AWS service on behalf of anybody' : 'another account';
}

function allowsAny(statement: Statement, actions: readonly string[]): boolean {
  if (statement.notActions.length > 0)
    return actions.some((action) => !statement.notActions.some((pattern) => coversAction(pattern, action)));
  return statement.actions.some((pattern) => actions.some((action) => actionsOverlap(pattern, action)));
}

function afterDenies(exposure: Exposure, allow: Statement, statements: readonly Statement[], home: Home): Exposure {
  if (isUnknown(exposure) || exposure === 'private') return exposure;
  const reach = reachOfDenies(allow, statements, home, exposure === 'service-without-source');
  if (reach === 'own') return 'private';
  if (reach === 'foreign') return 'cross-account';
  return reach === 'anyone' ? exposure : reach;
}

/**
 * Where callers may still come from after the Deny statements that speak of all that `allow` gives.
 * @param services whether AWS's own services are the callers: a Deny often leaves them out.
 */
export const reachOfDenies = (allow: Statement, statements: readonly Statement[], home: Home, services = false): Reach =>
  narrowest(statements.filter((deny) => denies(deny, allow)).map((deny) => admittedBy(deny, home, services)));

/** Whether a Deny speaks to everybody of all that the Allow gives. */
function denies(deny: Statement, allow: Statement): boolean {
  if (deny.effect !== 'Deny') return false;
  const everybody =
    deny.notPrincipals.length > 0 ||
    deny.principals.some(({ type, values }) => type === '*' || (type === 'AWS' && values.includes('*')));
  return everybody && deniesActions(deny, allow) && deniesResources(deny, allow);
}

function deniesActions(deny: Statement, { actions }: Statement): boolean {
  if (deny.notActions.length > 0) return actions.every((one) => !deny.notActions.some((pattern) => actionsOverlap(pattern, one)));
  if (actions.length === 0) return deny.actions.includes('*');
  return actions.every((one) => deny.actions.some((pattern) => coversAction(pattern, one)));
}

/** A queue's or topic's statement may leave its resource out: it has one only. */
function deniesResources(deny: Statement, { resources, notResources }: Statement): boolean {
  if (deny.notResources.length > 0) return false;
  if (deny.resources.length === 0) return true;
  if (notResources.length > 0) return deny.resources.includes('*');
  return resources.every((one) => deny.resources.some((pattern) => coversPattern(pattern, one)));
}

/** Whom a Deny lets through: those for whom any of its tests fails. */
function admittedBy(deny: Statement, home: Home, services: boolean): Reach {
  const reaches = Object.entries(deny.conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => {
      // Such a Deny leaves AWS's own services out: strangers gain nothing by it.
      if (/^aws:(principalisawsservice|viaawsservice)$/i.test(key)) return services ? ['anyone' as const] : [];
      return [reachOfFailing(deny, operator, key, values, home)];
    }),
  );
  // Nobody at all passes a Deny without conditions; NotPrincipal lets pass whom it names.
  return widest(reaches);
}

/** Negated tests hold for a request without the key, so that failing one means to carry a value of the list. */
const OPPOSITE: Readonly<Record<string, string>> = {
  stringnotequals: 'StringEquals',
  stringnotequalsignorecase: 'StringEqualsIgnoreCase',
  stringnotlike: 'StringLike',
  arnnotequals: 'ArnEquals',
  arnnotlike: 'ArnLike',
  notipaddress: 'IpAddress',
};

function reachOfFailing(deny: Statement, operator: string, key: string, values: readonly string[], home: Home): Reach {
  const opposite = OPPOSITE[operator.toLowerCase().replace(/^forallvalues:|ifexists$/g, '')];
  if (opposite === undefined) return 'anyone';
  const failing = conditionTests({ ...deny, conditions: { [opposite]: { [key]: values } } });
  return narrowest(failing.map((test) => reachOf(test, home)));
}
