import type { AnyRule, RuleSettings, Violation } from '../../../shared/model/rule.ts';
import { exampleContext, judgeExample } from '../../../shared/rules/parts/example-context.ts';

/** What a rule says of the example with this name. */
export function violationOf(rule: AnyRule, name: string): Violation {
  const example = rule.examples.violates.find((one) => one.name === name);
  if (!example) throw new Error(`${rule.id} has no violating example named "${name}"`);
  const violation = judgeExample(rule, example);
  if (!violation) throw new Error(`${rule.id} finds nothing wrong with its example "${name}"`);
  return violation;
}

/** What a rule says of one of its examples after a change to it. */
export function judgeChanged(
  rule: AnyRule,
  name: string,
  change: object,
  settings?: Partial<RuleSettings>,
): Violation | undefined {
  const example = [...rule.examples.passes, ...rule.examples.violates].find((one) => one.name === name);
  if (!example) throw new Error(`${rule.id} has no example named "${name}"`);
  const context = exampleContext(rule.resource, settings ?? example.settings);
  return rule.evaluate({ ...example.state, ...change } as never, context as never);
}

export function stepsOf(violation: Violation | undefined) {
  if (violation?.remedy.kind !== 'steps') throw new Error('the remedy has no steps');
  return violation.remedy.steps;
}

export const approvalOf = (violation: Violation | undefined): string | undefined =>
  violation?.remedy.kind === 'steps' ? violation.remedy.approvalBecause : undefined;
