import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { evaluateRules } from '../../shared/engine/evaluate.ts';
import { RULES } from '../../shared/rules/index.ts';
import { EXAMPLE_SETTINGS } from '../../shared/rules/parts/example-context.ts';
import { readTemplates } from '../../shared/templates/read-templates.ts';
import { configFor, synthesize } from './stacks.ts';

/** What Cinch deploys passes what Cinch demands: its own stacks, checked as `cinch check` would. */

const OPTIONS = { account: '111111111111', region: 'eu-central-1' };
const context = { settings: EXAMPLE_SETTINGS, now: '2026-11-22T12:00:00.000Z' };

/** What is known and stays so, by rule and the start of the logical id (empty: everywhere), and why. */
const ACCEPTED: readonly (readonly [rule: string, logicalId: string, why: string])[] = [
  ['lambda-owner-missing', '', 'Who owns it is said at deployment: cdk deploy --tags owner=<team>.'],
  ['lambda-vpc-missing', '', 'It speaks with Slack and with the APIs of AWS only, and reaches nothing in a VPC.'],
  ['lambda-failure-destination-missing', 'sweep', 'The next run does what a failed one left.'],
  ['lambda-async-age-unlimited', 'sweep', 'The next run does what a failed one left.'],
  [
    'apigateway-route-unauthenticated',
    'SlackApi',
    "on-slack verifies Slack's signature on the raw body, which no authorizer sees.",
  ],
];
const isAccepted = (found: string): boolean => ACCEPTED.some(([rule, logicalId]) => found.startsWith(`${rule} ${logicalId}`));

function judge(text: string): string[] {
  const { resources, problems } = readTemplates([{ path: 'stack.template.json', text }], OPTIONS);
  expect(problems).toEqual([]);
  return resources.flatMap(({ resource, state, at }) =>
    evaluateRules(RULES, resource, state, context)
      .filter(({ result }) => result === 'violation')
      .map(({ rule }) => `${rule.id} ${at.logicalId}`),
  );
}

const { hub, members } = synthesize(configFor());

describe.each([hub, ...members].map((stack) => [stack.stackName, Template.fromStack(stack).toJSON()] as const))(
  'the stack %s',
  (_, template) => {
    it('violates nothing but what is accepted', () => {
      expect(judge(JSON.stringify(template)).filter((found) => !isAccepted(found))).toEqual([]);
    });
  },
);

it('accepts nothing that is not there any more', () => {
  const found = judge(JSON.stringify(Template.fromStack(hub).toJSON()));
  expect(ACCEPTED.filter(([rule, logicalId]) => !found.some((one) => one.startsWith(`${rule} ${logicalId}`)))).toEqual([]);
});

it('would see a violation', () => {
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const Resources = {
    Wide: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'wide', PolicyDocument: { Statement } }] },
    },
  };
  expect(judge(JSON.stringify({ Resources }))).toContain('iam-role-overbroad Wide');
});
