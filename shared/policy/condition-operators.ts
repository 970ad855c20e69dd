import type { Statement } from '../model/policy-document.ts';
import { hasWildcard } from './wildcards.ts';

/** One key of one operator of a Condition block. Blocks and keys are joined by AND, values by OR. */
export interface ConditionTest {
  /** Lower case: `aws:sourcearn`. Keys ignore case. */
  readonly key: string;
  readonly operator: 'StringEquals' | 'StringLike' | 'Arn' | 'IpAddress' | 'Bool' | 'other';
  readonly values: readonly string[];
  /** The condition holds when the request doesn't carry the key at all: `...IfExists`, `ForAllValues:`. */
  readonly holdsWhenMissing: boolean;
  /** `StringNotEquals` and kin: they say what the caller is not. */
  readonly negated: boolean;
}

const OPERATORS: Readonly<Record<string, ConditionTest['operator']>> = {
  stringequals: 'StringEquals',
  stringequalsignorecase: 'StringEquals',
  stringlike: 'StringLike',
  // Both ARN operators understand wildcards (reference_policies_elements_condition_operators.html#Conditions_ARN).
  arnequals: 'Arn',
  arnlike: 'Arn',
  ipaddress: 'IpAddress',
  bool: 'Bool',
};
const EVERY_MISSING = 'forallvalues:';
const ANY_PRESENT = 'foranyvalue:';
const IF_EXISTS = 'ifexists';

export function conditionTests(statement: Statement): ConditionTest[] {
  const present = keysKnownPresent(statement);
  return Object.entries(statement.conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => conditionTest(operator, key, values, present)),
  );
}

/** Whether a value describes more than one thing under this operator. In StringEquals a star is just a star. */
export const isOpenValue = (test: ConditionTest, value: string): boolean =>
  (test.operator === 'StringLike' || test.operator === 'Arn') && hasWildcard(value);

function conditionTest(written: string, key: string, values: readonly string[], present: ReadonlySet<string>): ConditionTest {
  let name = written.toLowerCase();
  let holdsWhenMissing = false;
  if (name.startsWith(EVERY_MISSING)) {
    name = name.slice(EVERY_MISSING.length);
    holdsWhenMissing = true;
  } else if (name.startsWith(ANY_PRESENT)) name = name.slice(ANY_PRESENT.length);
  if (name.endsWith(IF_EXISTS)) {
    name = name.slice(0, -IF_EXISTS.length);
    holdsWhenMissing = true;
  }
  const lowerKey = key.toLowerCase();
  return {
    key: lowerKey,
    operator: OPERATORS[name] ?? 'other',
    values,
    holdsWhenMissing: holdsWhenMissing && !present.has(lowerKey),
    negated: /^(string|arn|numeric|date)not/.test(name) || name === 'notipaddress',
  };
}

/** `"Null": {"key": "false"}` refuses a request without the key. */
function keysKnownPresent(statement: Statement): Set<string> {
  const present = new Set<string>();
  for (const [operator, keys] of Object.entries(statement.conditions)) {
    if (operator.toLowerCase() !== 'null') continue;
    for (const [key, values] of Object.entries(keys))
      if (values.length > 0 && values.every((value) => value.toLowerCase() === 'false')) present.add(key.toLowerCase());
  }
  return present;
}
