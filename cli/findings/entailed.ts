import { canonicalJson } from '../../shared/engine/fingerprint.ts';
import type { Resource } from '../../shared/model/resource.ts';
import type { AnyRule, Evidence, RuleContext, Violation } from '../../shared/model/rule.ts';
import { isUnknown } from '../../shared/model/unknown.ts';

/** What a rule finds whatever the facts are that nobody knows here. */
export interface Entailed {
  readonly summary: string;
  /** What all of them say. */
  readonly evidence: readonly Evidence[];
  readonly advice: readonly string[];
  readonly violations: readonly Violation[];
  /** The facts that made no difference. */
  readonly unknown: readonly string[];
}

/** More than that is not tried, and stays unknown. */
const MOST_TRIED = 400;

type Values = Readonly<Record<string, unknown>>;

/**
 * What only decides how a fault is put right, in most rules: what was measured, who else is touched, what stands in the way. Nothing else is
 * tried: that a service was never used, say, follows from no example.
 */
const OF_REMEDIES: ReadonlySet<string> = new Set([
  'aliases',
  'codeSigned',
  'createdAt',
  'durations',
  'managedBy',
  'roleSharers',
  'ssmReachable',
  'versions',
]);

/**
 * A template can't tell how long a function runs, but a timeout that its API cuts off is wrong for every duration. So the rule is asked with each
 * value that its own examples have for what is not known, in every combination: the examples cover each of its branches. Only when all of them
 * violate in the same words is it a finding; whatever was tried is in none of it.
 */
export function entailedViolation(
  rule: AnyRule,
  resource: Resource,
  state: object,
  context: Omit<RuleContext, 'resource'>,
): Entailed | undefined {
  const facts = state as Values;
  const unknown = rule.needs.filter((need) => facts[need] === undefined || isUnknown(facts[need]));
  if (!unknown.every((need) => OF_REMEDIES.has(need))) return undefined;
  const tried = combinations(unknown.map((need) => [need, exampleValues(rule, need)]));
  if (unknown.length === 0 || tried === undefined) return undefined;
  const known = Object.fromEntries(rule.needs.filter((need) => !unknown.includes(need)).map((need) => [need, facts[need]]));
  const violations: Violation[] = [];
  for (const values of tried) {
    const violation = tryEvaluate(rule, { ...known, ...values }, { ...context, resource });
    if (!violation || violation.summary !== (violations[0] ?? violation).summary) return undefined;
    violations.push(violation);
  }
  const evidence = commonTo(violations.map((one) => one.evidence));
  if (!violations[0] || evidence.length === 0) return undefined;
  const advice = commonTo(violations.map((one) => one.advice ?? []));
  return { summary: violations[0].summary, evidence, advice, violations, unknown };
}

/** By rule: they never change, and thousands of resources ask for them. */
const kept = new WeakMap<AnyRule, Map<string, readonly unknown[]>>();

function exampleValues(rule: AnyRule, need: string): readonly unknown[] {
  const ofRule = kept.get(rule) ?? new Map<string, readonly unknown[]>();
  kept.set(rule, ofRule);
  const values = ofRule.get(need) ?? distinctValues(rule, need);
  ofRule.set(need, values);
  return values;
}

/** A fact that is the same in every example is one whose difference nobody has shown: nothing is tried. */
function distinctValues(rule: AnyRule, need: string): readonly unknown[] {
  const examples = [...rule.examples.passes, ...rule.examples.violates];
  const values = new Map(examples.map(({ state }) => [canonicalJson((state as Values)[need]), (state as Values)[need]]));
  return values.size < 2 ? [] : [...values.values()];
}

function combinations(values: readonly (readonly [string, readonly unknown[]])[]): Values[] | undefined {
  const count = values.reduce((product, [, of]) => product * of.length, 1);
  if (count === 0 || count > MOST_TRIED) return undefined;
  return values.reduce<Values[]>(
    (all, [need, of]) => all.flatMap((before) => of.map((value) => ({ ...before, [need]: value }))),
    [{}],
  );
}

/** A rule that fails has not said that it is violated. */
function tryEvaluate(rule: AnyRule, facts: Values, context: RuleContext): Violation | undefined {
  try {
    return rule.evaluate(facts as never, context as never);
  } catch {
    return undefined;
  }
}

function commonTo<T>(lists: readonly (readonly T[])[]): T[] {
  const [first = [], ...others] = lists.map((list) => list.map((one) => [canonicalJson(one), one] as const));
  return first.filter(([text]) => others.every((other) => other.some(([one]) => one === text))).map(([, one]) => one);
}
