import type { RuleFacts, TargetFacts } from '../flows/doctor/hub-facts.ts';
import { MalformedInput } from '../model/errors.ts';
import type { LightClient } from './hub-client.ts';

/** The rules of a bus, or of the default one, that have this target. */
export async function readRulesTo(light: LightClient, targetArn: string, busName?: string): Promise<RuleFacts[]> {
  const bus = busName === undefined ? {} : { EventBusName: busName };
  const names: string[] = [];
  let token: unknown;
  do {
    const page = await light.call('events', 'ListRuleNamesByTarget', { ...bus, TargetArn: targetArn, ...next(token) });
    names.push(...((page.RuleNames as string[] | undefined) ?? []));
    token = page.NextToken;
  } while (token);
  const rules: RuleFacts[] = [];
  for (const name of names) rules.push(await readRule(light, bus, name));
  return rules;
}

async function readRule(light: LightClient, bus: object, name: string): Promise<RuleFacts> {
  const rule = await light.call('events', 'DescribeRule', { ...bus, Name: name });
  const { Targets } = await light.call('events', 'ListTargetsByRule', { ...bus, Rule: name });
  return {
    name,
    state: String(rule.State),
    pattern: typeof rule.EventPattern === 'string' ? parsePattern(rule.EventPattern, name) : null,
    targets: ((Targets as RawTarget[] | undefined) ?? []).map(targetOf),
  };
}

interface RawTarget {
  readonly Arn?: string;
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

const targetOf = ({ Arn = '', RoleArn, DeadLetterConfig }: RawTarget): TargetFacts => ({
  arn: Arn,
  roleArn: RoleArn ?? null,
  deadArn: DeadLetterConfig?.Arn ?? null,
});

const next = (token: unknown): object => (typeof token === 'string' ? { NextToken: token } : {});

function parsePattern(text: string, rule: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedInput('rule', rule, 'its pattern is not JSON');
  }
}
