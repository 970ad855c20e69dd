import type { QualifiedPolicy } from '../model/state.ts';
import { type Known, unknown } from '../model/unknown.ts';
import { conditionTests } from './condition-operators.ts';
import { hasWildcard } from './wildcards.ts';

/** A source that a service may invoke the function for. `account` is what `aws:SourceAccount` says; a bucket's ARN names none. */
export interface AllowedSource {
  readonly arn: string;
  readonly account: string | null;
}

/**
 * The sources that a function's policies let a service invoke it for, by `aws:SourceArn`; unknown when a statement names none, or a pattern
 * that `narrow` finds no exact ARN in: then which ones those are is nowhere written.
 * @param service `sns.amazonaws.com`
 * @param narrow makes of a value the ARN to read, undefined when it can't be told.
 */
export function allowedSources(
  policies: readonly QualifiedPolicy[],
  service: string,
  narrow: (arn: string) => string | undefined = exactly,
): Known<readonly AllowedSource[]> {
  const found = new Map<string, AllowedSource>();
  const statements = policies.flatMap(({ document }) => document.statements);
  for (const statement of statements) {
    const isFor = statement.principals.some(({ type, values }) => type === 'Service' && values.includes(service));
    if (statement.effect !== 'Allow' || !isFor) continue;
    const tests = conditionTests(statement).filter((test) => !test.negated && !test.holdsWhenMissing);
    const arns = tests.filter(({ key }) => key === 'aws:sourcearn').flatMap(({ values }) => values);
    if (arns.length === 0) return unknown(`its policy lets ${service} invoke it for a source that it doesn't name`);
    const accounts = tests.filter(({ key }) => key === 'aws:sourceaccount').flatMap(({ values }) => values);
    for (const value of arns) {
      const arn = narrow(value);
      if (arn === undefined) return unknown(`its policy lets ${service} invoke it for whatever matches ${value}`);
      found.set(arn, { arn, account: accounts.length === 1 ? (accounts[0] ?? null) : null });
    }
  }
  return [...found.values()];
}

const exactly = (arn: string): string | undefined => (hasWildcard(arn) ? undefined : arn);

/**
 * The bus of a rule: `rule/<bus>/<name>`, or `rule/<name>` on the default bus. Undefined where a star may stand for the bus: it matches
 * slashes too (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html).
 */
export function busOfRule(ruleArn: string): string | undefined {
  const [, partition, service, region, account, rule = ''] = ruleArn.split(':');
  const [kind, ...parts] = rule.split('/');
  if (service !== 'events' || kind !== 'rule' || parts.length === 0) return undefined;
  const bus = parts.length === 1 ? 'default' : parts.slice(0, -1).join('/');
  const isLooseName = parts.length === 1 && hasWildcard(parts[0] ?? '');
  const arn = `arn:${partition}:events:${region}:${account}:event-bus/${bus}`;
  return isLooseName || hasWildcard(arn) ? undefined : arn;
}
