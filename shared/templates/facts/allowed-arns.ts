import type { QualifiedPolicy } from '../../model/state.ts';
import { conditionTests } from '../../policy/condition-operators.ts';
import { hasWildcard } from '../../policy/wildcards.ts';
import { NotTold } from '../values.ts';

/**
 * The sources that a function's policies let a service invoke it for, by `aws:SourceArn`.
 * @param narrow makes of a value the ARN that is meant, undefined when it can't be told.
 * @throws NotTold when a statement names none, or one that could be many.
 */
export function allowedArns(
  policies: readonly QualifiedPolicy[],
  service: string,
  narrow: (arn: string) => string | undefined = (arn) => (hasWildcard(arn) ? undefined : arn),
): string[] {
  const found = new Set<string>();
  for (const statement of policies.flatMap(({ document }) => document.statements)) {
    const isFor = statement.principals.some(({ type, values }) => type === 'Service' && values.includes(service));
    if (statement.effect !== 'Allow' || !isFor) continue;
    const arns = conditionTests(statement).flatMap(({ key, negated, holdsWhenMissing, values }) =>
      key === 'aws:sourcearn' && !negated && !holdsWhenMissing ? values : [],
    );
    if (arns.length === 0) throw new NotTold(`its policy lets ${service} invoke it for a source that it doesn't name`);
    for (const value of arns) {
      const arn = narrow(value);
      if (arn === undefined) throw new NotTold(`its policy lets ${service} invoke it for whatever matches ${value}`);
      found.add(arn);
    }
  }
  return [...found];
}

/** The bus of a rule: `rule/<bus>/<name>`, or `rule/<name>` on the default bus. Undefined where a star may stand for the bus. */
export function busOfRule(ruleArn: string): string | undefined {
  const [, partition, service, region, account, rule = ''] = ruleArn.split(':');
  const [kind, ...parts] = rule.split('/');
  if (service !== 'events' || kind !== 'rule' || parts.length === 0) return undefined;
  const bus = parts.length === 1 ? 'default' : parts.slice(0, -1).join('/');
  const isLooseName = parts.length === 1 && hasWildcard(parts[0] ?? '');
  const arn = `arn:${partition}:events:${region}:${account}:event-bus/${bus}`;
  return isLooseName || hasWildcard(arn) ? undefined : arn;
}
