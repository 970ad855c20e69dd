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

export function conditionTests(statement: Statement): readonly ConditionTest[] {
  const operators = Object.entries(statement.conditions);
  if (operators.length === 0) return NO_TESTS;
  const present = keysKnownPresent(operators);
  const tests: ConditionTest[] = [];
  for (const [written, keys] of operators) {
    const operator = readOperator(written);
    for (const key of Object.keys(keys)) tests.push(conditionTest(operator, key.toLowerCase(), keys[key] ?? [], present));
  }
  return tests;
}
const NO_TESTS: readonly ConditionTest[] = [];

/** Whether a value describes more than one thing under this operator. In StringEquals a star is just a star. */
export const isOpenValue = (test: ConditionTest, value: string): boolean =>
  (test.operator === 'StringLike' || test.operator === 'Arn') && hasWildcard(value);

type Operator = Pick<ConditionTest, 'operator' | 'holdsWhenMissing' | 'negated'>;

/** Everybody writes the same few; a stranger's spelling is read anew. */
const KNOWN_OPERATORS = new Map<string, Operator>();
const MOST_KNOWN = 100;

function readOperator(written: string): Operator {
  const known = KNOWN_OPERATORS.get(written);
  if (known) return known;
  const operator = parseOperator(written.toLowerCase());
  if (KNOWN_OPERATORS.size < MOST_KNOWN) KNOWN_OPERATORS.set(written, operator);
  return operator;
}

function parseOperator(written: string): Operator {
  let name = written;
  let holdsWhenMissing = false;
  if (name.startsWith(EVERY_MISSING)) {
    name = name.slice(EVERY_MISSING.length);
    holdsWhenMissing = true;
  } else if (name.startsWith(ANY_PRESENT)) name = name.slice(ANY_PRESENT.length);
  if (name.endsWith(IF_EXISTS)) {
    name = name.slice(0, -IF_EXISTS.length);
    holdsWhenMissing = true;
  }
  return {
    operator: OPERATORS[name] ?? 'other',
    holdsWhenMissing,
    negated: /^(string|arn|numeric|date)not/.test(name) || name === 'notipaddress',
  };
}

function conditionTest(
  { operator, holdsWhenMissing, negated }: Operator,
  key: string,
  values: readonly string[],
  present: ReadonlySet<string>,
): ConditionTest {
  return { key, operator, values, holdsWhenMissing: holdsWhenMissing && !present.has(key), negated };
}

const NOTHING: ReadonlySet<string> = new Set();

/** `"Null": {"key": "false"}` refuses a request without the key. */
function keysKnownPresent(
  operators: readonly (readonly [string, Readonly<Record<string, readonly string[]>>])[],
): ReadonlySet<string> {
  const nulls = operators.filter(([operator]) => operator.length === 4 && operator.toLowerCase() === 'null');
  if (nulls.length === 0) return NOTHING;
  const present = new Set<string>();
  for (const [, keys] of nulls)
    for (const [key, values] of Object.entries(keys))
      if (values.length > 0 && values.every((value) => value.toLowerCase() === 'false')) present.add(key.toLowerCase());
  return present;
}
