import type { Resource, ResourceKind } from '../model/resource.ts';
import type { AnyRule, RuleContext, RuleSettings, Violation } from '../model/rule.ts';
import { isUnknown } from '../model/unknown.ts';
import { fingerprintOf } from './fingerprint.ts';

export type Outcome =
  | { readonly result: 'pass'; readonly rule: AnyRule }
  | { readonly result: 'violation'; readonly rule: AnyRule; readonly violation: Violation; readonly fingerprint: string }
  /** A needed fact is not known: never a pass, never a write. */
  | { readonly result: 'unknown'; readonly rule: AnyRule; readonly why: readonly string[] };

/** The facts that these rules read of a kind of resource, without repeats. */
export function needsOf(rules: readonly AnyRule[], kind: ResourceKind): string[] {
  return [...new Set(rules.filter((rule) => rule.resource === kind).flatMap((rule) => rule.needs))];
}

/** Judges one resource by every rule of its kind. A rule that throws is `unknown`: writes fail closed. */
export function evaluateRules(
  rules: readonly AnyRule[],
  resource: Resource,
  state: object,
  context: EvaluationContext,
): Outcome[] {
  const { settings, now } = context;
  const same = typeof settings === 'function' ? undefined : { settings, now, resource };
  const contextOf = (rule: AnyRule): RuleContext =>
    same ?? { settings: typeof settings === 'function' ? settings(rule) : settings, now, resource };
  const outcomes: Outcome[] = [];
  for (const rule of rules) if (rule.resource === resource.kind) outcomes.push(evaluateRule(rule, state, contextOf(rule)));
  return outcomes;
}

/** The settings may differ from rule to rule. */
export interface EvaluationContext extends Pick<RuleContext, 'now'> {
  readonly settings: RuleSettings | ((rule: AnyRule) => RuleSettings);
}

/** The whole state is handed on; that a rule reads nothing besides its needs is held by its type and by the walk over all rules. */
function evaluateRule(rule: AnyRule, state: object, context: RuleContext): Outcome {
  const why = whyUnknown(rule, state as Readonly<Record<string, unknown>>);
  if (why) return { result: 'unknown', rule, why };
  try {
    const violation = rule.evaluate(state as never, context as never);
    return violation ? violated(rule, violation, context.resource) : { result: 'pass', rule };
  } catch (error) {
    // The message of an unforeseen error could quote what was being read, so only its kind is told.
    return { result: 'unknown', rule, why: [`the rule failed (${error instanceof Error ? error.name : 'error'})`] };
  }
}

/** Hashes when somebody asks: who only counts or prints violations needs no fingerprint. */
function violated(rule: AnyRule, violation: Violation, resource: Resource): Outcome {
  return {
    result: 'violation',
    rule,
    violation,
    get fingerprint() {
      return fingerprintOf(rule.id, resource, violation);
    },
  };
}

function whyUnknown(rule: AnyRule, state: Readonly<Record<string, unknown>>): string[] | undefined {
  let why: string[] | undefined;
  for (const name of rule.needs) {
    const value = state[name];
    if (value !== undefined && !isUnknown(value)) continue;
    why ??= [];
    why.push(value === undefined ? `${name} was not read` : `${name}: ${value.unknown}`);
  }
  return why;
}
