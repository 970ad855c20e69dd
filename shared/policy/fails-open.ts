import type { Statement } from '../model/policy-document.ts';
import { type ConditionTest, conditionTests } from './condition-operators.ts';

/** A test of a Deny that a request without the key switches off. */
export interface OpenTest {
  readonly operator: string;
  readonly key: string;
  /**
   * What the Deny is for. `unless`: it refuses everybody who lacks something (a second factor, an organization), so that a request without the
   * key slips through what was meant to stop it. `when`: it refuses what carries a certain value, and what carries none is let through.
   */
  readonly intent: 'unless' | 'when';
  readonly why: string;
}

/** Keys that every request carries (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html). */
const ALWAYS_THERE =
  /^aws:(securetransport|currenttime|epochtime|useragent|requestedregion|principal(arn|account|type|isawsservice)|userid|viaawsservice)$/;

/**
 * The tests of a Deny statement that don't hold when the request lacks their key, so that the Deny doesn't either. Negated operators and
 * `...IfExists` hold without the key, `ForAllValues:` too: they are safe. Empty for an Allow.
 */
export function denyFailsOpen(statement: Statement): OpenTest[] {
  if (statement.effect === 'Allow') return [];
  const tests = new Map(conditionTests(statement).map((test) => [test.key, test]));
  return Object.entries(statement.conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([written, values]) => {
      const key = written.toLowerCase();
      if (ALWAYS_THERE.test(key)) return [];
      const found = openTest(operator.toLowerCase(), values, tests.get(key));
      return found ? [{ operator, key: written, ...found }] : [];
    }),
  );
}

function openTest(
  operator: string,
  values: readonly string[],
  test: ConditionTest | undefined,
): Pick<OpenTest, 'intent' | 'why'> | undefined {
  if (operator === 'null') return isEvery(values, 'false') ? when('it is asked only of requests that carry the key') : undefined;
  if (operator.endsWith('ifexists') || operator.startsWith('forallvalues:')) return undefined;
  const negated = /^(foranyvalue:)?((string|arn|numeric|date)not|notip)/.test(operator);
  if (negated) {
    // "For any value" of none is false, whatever is asked of it.
    return operator.startsWith('foranyvalue:') ? unless('ForAnyValue is false of a key that is missing') : undefined;
  }
  const bare = operator.replace('foranyvalue:', '');
  if (bare === 'bool' && isEvery(values, 'false')) return unless('a missing key is not "false"; BoolIfExists would hold');
  if (/^(numeric|date)(greater|less)/.test(bare)) return unless('a missing key compares with nothing; ...IfExists would hold');
  return test ? when('a request without the key is not refused') : undefined;
}

const unless = (why: string) => ({ intent: 'unless', why }) as const;
const when = (why: string) => ({ intent: 'when', why }) as const;
const isEvery = (values: readonly string[], wanted: string): boolean =>
  values.length > 0 && values.every((value) => value.toLowerCase() === wanted);
