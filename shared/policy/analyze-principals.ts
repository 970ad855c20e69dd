import type { PolicyDocument, Statement } from '../model/policy-document.ts';
import { isUnknown } from '../model/unknown.ts';
import { isEveryResource } from './breadth.ts';
import { type Home, reachOf } from './caller-reach.ts';
import { conditionTests } from './condition-operators.ts';
import { isOpenProvider } from './federation.ts';
import { POLICY_FINDINGS, type PolicyFinding } from './finding.ts';
import { judgeStatement } from './public-access.ts';
import { coversAction, coversPattern } from './wildcards.ts';

/** Nobody's: any account that a condition names is somebody, and that is all that can be said without knowing whose the resource is. */
const NOWHERE: Home = { account: '', organizationId: null, allowedAccounts: [] };

/**
 * What is wrong with whom a trust policy or a resource policy lets in, when nothing is known of the account it belongs to: `public-principal`
 * and, but for trust policies, `service-principal-without-source`. What a condition leaves open for certain is said; what can't be told isn't.
 * With the account at hand, ask {@link judgeStatement}.
 */
export function analyzePrincipals(document: PolicyDocument, name: string): PolicyFinding[] {
  const open = document.statements.map((statement) => openTo(statement, document.statements));
  return (['public-principal', 'service-principal-without-source'] as const).flatMap((id) => {
    const indexes = open.flatMap((kind, index) => (kind === id ? [index] : []));
    if (indexes.length === 0) return [];
    const actions = indexes.flatMap((index) => writtenActions(document.statements[index]));
    return [
      {
        id,
        severity: POLICY_FINDINGS[id],
        places: indexes.map((statement) => ({ document: name, statement })),
        actions: [...new Set(actions)],
        message:
          id === 'public-principal'
            ? 'lets in everybody'
            : 'lets a service in whoever it acts for: aws:SourceArn or aws:SourceAccount is missing',
      },
    ];
  });
}

type Opening = 'public-principal' | 'service-principal-without-source' | undefined;

function openTo(statement: Statement, all: readonly Statement[]): Opening {
  if (statement.effect === 'Deny' || (statement.principals.length === 0 && statement.notPrincipals.length === 0))
    return undefined;
  const exposure = judgeStatement(statement, NOWHERE);
  const isPublic = exposure === 'public' || statement.principals.some((principals) => isOpenProvider(principals, statement));
  if (isPublic) return all.some((other) => narrows(other, statement)) ? undefined : 'public-principal';
  if (isUnknown(exposure) || exposure !== 'service-without-source' || isTrust(statement)) return undefined;
  return all.some((other) => narrows(other, statement)) ? undefined : 'service-principal-without-source';
}

/** A role is there to be assumed by a service; which accounts it may act for is the service's matter, and a rule's. */
const isTrust = ({ actions }: Statement): boolean => actions.length > 0 && actions.every((action) => /^sts:/i.test(action));

/** Whether a Deny for everybody closes what the Allow opens: for good, or for all but those of an account, organization or network. */
function narrows(deny: Statement, allow: Statement): boolean {
  if (deny.effect === 'Allow' || !deniesEverybody(deny) || !deniesAll(deny, allow)) return false;
  const [only, ...more] = conditionTests(deny);
  if (only === undefined) return true;
  // Refusing all whose account is not this one is as good as letting in those whose account is; without the key, it refuses as well.
  if (more.length > 0 || !only.negated) return false;
  return conditionTests(affirmed(deny)).every((test) => reachOf(test, NOWHERE) !== 'anyone');
}

/** The same conditions without their "not" and without their "if exists". */
function affirmed(deny: Statement): Statement {
  const conditions = Object.entries(deny.conditions).map(
    ([operator, keys]) => [operator.replace(/not|ifexists$/gi, ''), keys] as const,
  );
  return { ...deny, conditions: Object.fromEntries(conditions) };
}

const deniesEverybody = ({ principals }: Statement): boolean =>
  principals.some(({ type, values }) => type === '*' || (type === 'AWS' && values.includes('*')));

function deniesAll(deny: Statement, allow: Statement): boolean {
  const actions =
    allow.actions.length > 0 && allow.actions.every((one) => deny.actions.some((pattern) => coversAction(pattern, one)));
  const resources =
    allow.resources.every((one) => deny.resources.some((pattern) => coversPattern(pattern, one))) ||
    deny.resources.some(isEveryResource);
  return actions && resources && deny.notResources.length === 0 && allow.notResources.length === 0;
}

const writtenActions = (statement: Statement | undefined): readonly string[] => {
  if (!statement) return [];
  return statement.notActions.length > 0 ? ['NotAction'] : statement.actions;
};
