import type { Resource, ResourceKind } from '../model/resource.ts';
import type { AnyRule, RuleContext, Violation } from '../model/rule.ts';
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
  context: Omit<RuleContext, 'resource'>,
): Outcome[] {
  return rules.filter((rule) => rule.resource === resource.kind).map((rule) => evaluateRule(rule, resource, state, context));
}

function evaluateRule(rule: AnyRule, resource: Resource, state: object, context: Omit<RuleContext, 'resource'>): Outcome {
  const facts: Record<string, unknown> = {};
  const why: string[] = [];
  for (const name of rule.needs) {
    const value = (state as Record<string, unknown>)[name];
    if (value === undefined) why.push(`${name} was not read`);
    else if (isUnknown(value)) why.push(`${name}: ${value.unknown}`);
    else facts[name] = value;
  }
  if (why.length > 0) return { result: 'unknown', rule, why };
  try {
    const violation = rule.evaluate(facts as never, { ...context, resource } as never);
    if (!violation) return { result: 'pass', rule };
    return { result: 'violation', rule, violation, fingerprint: fingerprintOf(rule.id, resource, violation) };
  } catch (error) {
    // The message of an unforeseen error could quote what was being read, so only its kind is told.
    return { result: 'unknown', rule, why: [`the rule failed (${error instanceof Error ? error.name : 'error'})`] };
  }
}
