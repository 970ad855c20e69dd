import type { Principals, Statement } from '../model/policy-document.ts';
import { isUnknown, type Unknown, unknown } from '../model/unknown.ts';
import { type Home, narrowest, type Reach, reachOf, reachOfAccount } from './caller-reach.ts';
import { type ConditionTest, conditionTests } from './condition-operators.ts';
import { arnParts, hasWildcard } from './wildcards.ts';

/** To whom a statement of a resource policy opens the resource. */
export type Exposure = 'private' | 'public' | 'cross-account' | 'service-without-source' | Unknown;

/**
 * Judges one statement of a resource policy (aws-facts of it: a star is not public when a condition limits it, a wildcard in the condition
 * limits nothing, a service needs a source, and a bucket's name is no account). Unknown says which condition could not be judged.
 */
export function judgeStatement(statement: Statement, home: Home): Exposure {
  if (statement.effect === 'Deny') return 'private';
  const tests = conditionTests(statement);
  const reach = narrowest(tests.map((test) => reachOf(test, home)));
  if (statement.notPrincipals.length > 0) return everybody(reach, tests);
  return worst(statement.principals.flatMap((principals) => principals.values.map((value) => judgePrincipal(principals, value))));

  function judgePrincipal({ type }: Principals, value: string): Exposure {
    if (type === '*') return everybody(reach, tests);
    if (type === 'Service') return within(reach, 'service-without-source');
    if (type === 'AWS') return hasWildcard(value) ? everybody(reach, tests) : judgeAwsPrincipal(value, reach, home);
    if (type === 'Federated') return judgeFederated(value, reach, home);
    return reach === 'own' ? 'private' : unknown(`a principal of type ${type} can't be judged`);
  }
}

/** Principals that any number of people can be: without a limit they are everybody. */
function everybody(reach: Reach, tests: readonly ConditionTest[]): Exposure {
  return within(reach, tests.some(admitsServicesOnly) ? 'service-without-source' : 'public');
}

const admitsServicesOnly = (test: ConditionTest): boolean =>
  !test.holdsWhenMissing &&
  !test.negated &&
  ((test.key === 'aws:principalisawsservice' && test.values.every((value) => value.toLowerCase() === 'true')) ||
    (test.key === 'aws:principalservicename' && test.values.every((value) => value.endsWith('.amazonaws.com'))));

function within(reach: Reach, open: Exposure): Exposure {
  if (reach === 'own') return 'private';
  if (reach === 'foreign') return 'cross-account';
  return reach === 'anyone' ? open : reach;
}

/** An account, an ARN, or the id that AWS leaves behind for a deleted principal, which nobody can be again. */
function judgeAwsPrincipal(value: string, reach: Reach, home: Home): Exposure {
  if (/^A[A-Z0-9]{15,}$/.test(value)) return 'private';
  const account = /^\d{12}$/.test(value) ? value : (arnParts(value)[4] ?? '');
  if (account === '') return unknown(`the principal ${value} can't be judged`);
  // `arn:aws:iam::cloudfront:user/...` names one distribution's identity.
  if (!/^\d{12}$/.test(account) || reachOfAccount(account, home) === 'own') return 'private';
  return reach === 'own' ? 'private' : 'cross-account';
}

function judgeFederated(value: string, reach: Reach, home: Home): Exposure {
  const account = arnParts(value)[4] ?? '';
  if (/^\d{12}$/.test(account)) return reachOfAccount(account, home) === 'own' ? 'private' : 'cross-account';
  return reach === 'own' ? 'private' : unknown(`the federated principal ${value} can't be judged`);
}

/** One open principal opens the statement. What can't be told may be anything, so it stands above what is known to be less. */
function worst(exposures: readonly Exposure[]): Exposure {
  for (const exposure of ['public', 'service-without-source'] as const) if (exposures.includes(exposure)) return exposure;
  return exposures.find(isUnknown) ?? (exposures.includes('cross-account') ? 'cross-account' : 'private');
}
