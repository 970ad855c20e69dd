import type { Statement } from '../model/policy-document.ts';
import { neverHolds } from './breadth.ts';
import { type ConditionTest, conditionTests, isOpenValue } from './condition-operators.ts';
import { matchesGlob } from './wildcards.ts';

export const PASSED_TO = 'iam:passedtoservice';

/** How much of what a statement names it really grants. */
export type Limit = 'none' | 'limited' | 'never';

/**
 * Keys that say who calls, when and by which way. The holder of the policy is who it is, and chooses the rest: they narrow nothing of what is
 * granted. A region narrows where, not what.
 */
const OF_THE_CALLER =
  /^aws:(securetransport|currenttime|epochtime|useragent|referer|requestedregion|tokenissuetime|principal(arn|account|orgid|orgpaths|type|tag\/.*|isawsservice|servicename.*)|userid|username|sourceidentity|federatedprovider)$/;

/** What the conditions leave of an Allow statement. */
export function limitOf(statement: Statement): Limit {
  if (Object.keys(statement.conditions).length === 0) return 'none';
  if (neverHolds(statement)) return 'never';
  return conditionTests(statement).some(limits) || hasEnd(statement) ? 'limited' : 'none';
}

/** Until when, as against from when: a grant for some time, or one that is over. There is no clock here to tell. */
const hasEnd = ({ conditions }: Statement): boolean =>
  Object.entries(conditions).some(
    ([operator, keys]) =>
      /^(date|numeric)lessthan/i.test(operator) && Object.keys(keys).some((key) => /^aws:(currenttime|epochtime)$/i.test(key)),
  );

function limits(test: ConditionTest): boolean {
  if (OF_THE_CALLER.test(test.key) || (test.holdsWhenMissing && mayBeMissing(test.key))) return false;
  // Whatever its value, a tag has to be there.
  if (test.negated || /:(resource|request)tag\//.test(test.key)) return true;
  return !test.values.some((value) => /^\*+$/.test(value) && isOpenValue(test, value)) && !isEveryAddress(test);
}

/** Global keys and tags come and go with the request; a service's own key is there for the actions it is made for. */
const mayBeMissing = (key: string): boolean => key.startsWith('aws:') || key.includes('tag/') || key === PASSED_TO;

const isEveryAddress = (test: ConditionTest): boolean =>
  test.key === 'aws:sourceip' && test.values.some((value) => /^(0\.0\.0\.0|::)\/0$/.test(value));

/**
 * The services that `iam:PassedToService` allows, as patterns, when it is all that limits the statement. Undefined when something else limits
 * it as well, or nothing does.
 */
export function passedServices(statement: Statement): readonly string[] | undefined {
  const limiting = conditionTests(statement).filter(limits);
  const [only] = limiting;
  if (limiting.length !== 1 || only?.key !== PASSED_TO || only.negated) return undefined;
  return only.values.map((value) => value.toLowerCase());
}

/** Whether a statement with these allowed services may pass a role to one of `services`: `lambda`. */
export const mayPassTo = (allowed: readonly string[], services: readonly string[]): boolean =>
  services.some((service) => allowed.some((pattern) => matchesGlob(pattern, `${service}.amazonaws.com`)));
