import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { evaluateRules } from '../../shared/engine/evaluate.ts';
import { functionResource, roleResource } from '../../shared/model/resource.ts';
import type { RuleSettings } from '../../shared/model/rule.ts';
import type { FunctionFacts, RoleFacts } from '../../shared/model/state.ts';
import { parsePolicyDocument } from '../../shared/policy/parse.ts';
import { RULES } from '../../shared/rules/index.ts';
import { configFor, synthesize } from './stacks.ts';

/** What Cinch deploys passes what Cinch demands. */

const settings: RuleSettings = {
  timeout: { ceilingSeconds: 300, floorSeconds: 3, headroom: 1.5 },
  allowedAccounts: [],
  organizationId: null,
  secrets: { maxVariables: 10 },
};
const context = { settings, now: '2026-11-22T12:00:00.000Z' };

type Properties = Record<string, unknown>;
type Resources = Record<string, { Type: string; Properties: Properties }>;

/** An intrinsic becomes a text that is neither a wildcard nor a secret: what it stands for is one exact name. */
function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [key, ...others] = Object.keys(value);
  if (key === 'Fn::Join' && others.length === 0) {
    const [separator, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
    return parts.map(resolve).join(separator);
  }
  if (others.length === 0 && (key === 'Ref' || key?.startsWith('Fn::')))
    return `${JSON.stringify(value).replace(/[^A-Za-z0-9]+/g, '-')}`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
}

const documentOf = (value: unknown, where: string) => parsePolicyDocument(JSON.stringify(resolve(value)), where);

function functionFacts(properties: Properties, roles: readonly string[]): FunctionFacts {
  const environment = resolve((properties.Environment as { Variables?: unknown } | undefined)?.Variables ?? {}) as Record<
    string,
    string
  >;
  const role = JSON.stringify(properties.Role);
  return {
    runtime: String(properties.Runtime),
    packageType: 'Zip',
    architecture: 'arm64',
    timeoutSeconds: Number(properties.Timeout ?? 3),
    roleArn: 'arn:aws:iam::111111111111:role/own',
    layers: [],
    environment,
    snapStart: false,
    codeSigned: false,
    edge: false,
    vpc: null,
    tags: {},
    aliases: [],
    versions: [],
    resourcePolicies: [],
    urls: [],
    queues: [],
    otherSources: false,
    durations: { samples: 0, maximumMs: 0, p999Ms: 0, days: 14 },
    createdAt: null,
    roleSharers: roles.filter((other) => other === role).slice(1),
    ssmReachable: true,
    managedBy: null,
  };
}

/** A role with its inline policies: its own, and those of AWS::IAM::Policy resources that name it. */
function roleFacts(id: string, resources: Resources): RoleFacts {
  const properties = resources[id]?.Properties ?? {};
  const own = (properties.Policies ?? []) as { PolicyName: string; PolicyDocument: unknown }[];
  const attached = Object.values(resources).filter(
    ({ Type, Properties }) =>
      Type.startsWith('AWS::IAM::') &&
      Type.endsWith('Policy') &&
      JSON.stringify(Properties.Roles ?? Properties.RoleName ?? '').includes(id),
  );
  const documents = [
    ...own.map((policy) => policy.PolicyDocument),
    ...attached.map(({ Properties }) => Properties.PolicyDocument),
  ];
  return {
    path: '/',
    trustPolicy: documentOf(properties.AssumeRolePolicyDocument, id),
    permissionsBoundaryArn: null,
    tags: {},
    inlinePolicies: documents.map((document, index) => ({ name: `policy-${index}`, document: documentOf(document, id) })),
    attachedPolicies: [],
    usedBy: ['arn:aws:lambda:eu-central-1:111111111111:function:any'],
  };
}

const { hub, members } = synthesize(configFor());

describe.each(
  [hub, ...members].map((stack) => [stack.stackName, Template.fromStack(stack).toJSON().Resources as Resources] as const),
)('the stack %s', (_, resources) => {
  const functions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const rolesOfFunctions = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role));

  it('has functions that pass every rule', () => {
    for (const [id, { Properties }] of functions) {
      const outcomes = evaluateRules(
        RULES,
        functionResource('111111111111', 'eu-central-1', id),
        functionFacts(Properties, rolesOfFunctions),
        context,
      );
      expect(
        outcomes.filter(({ result }) => result !== 'pass'),
        id,
      ).toEqual([]);
    }
  });

  it('has roles that pass every rule, as if a function used them', () => {
    expect(roles.length).toBeGreaterThan(0);
    for (const [id] of roles) {
      const facts = roleFacts(id, resources);
      expect(facts.inlinePolicies.length, id).toBeGreaterThan(0);
      const outcomes = evaluateRules(RULES, roleResource('111111111111', id), facts, context);
      expect(
        outcomes.filter(({ result }) => result !== 'pass'),
        id,
      ).toEqual([]);
    }
  });
});

it('would see a violation', () => {
  const Properties = {
    AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
    Policies: [
      {
        PolicyName: 'wide',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      },
    ],
  };
  const facts = roleFacts('Wide', { Wide: { Type: 'AWS::IAM::Role', Properties } });
  const outcomes = evaluateRules(RULES, roleResource('111111111111', 'wide'), facts, context);
  expect(outcomes.some(({ result }) => result === 'violation')).toBe(true);
});
