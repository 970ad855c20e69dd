import { defineRule } from '../../model/rule.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
} from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantFacts, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

const WORDS: GrantWords = {
  ids: ['infrastructure-modification'],
  summary: 'it may make, change or remove infrastructure everywhere',
  expected: 'the ARNs of what the function manages',
  why: 'What the function builds is not in the policy.',
  instruction: 'Name the resources in the statement, or leave the building to a deploy role',
  leavesToBroader: true,
};

const withInline = (...statements: object[]): GrantFacts => ({
  ...EXAMPLE_LAMBDA_ROLE,
  inlinePolicies: [exampleInline('orders', ...statements)],
});

export default defineRule({
  id: 'iam-role-infrastructure-modification',
  title: "A function's role doesn't build or remove infrastructure at will",
  severity: 'low',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      { name: 'a table', state: EXAMPLE_LAMBDA_ROLE },
      {
        name: 'one instance',
        state: withInline(exampleAllow('ec2:StopInstances', 'arn:aws:ec2:eu-central-1:222222222222:instance/i-0a1b2c3d')),
      },
      {
        name: 'its network interfaces',
        state: withInline(exampleAllow(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'])),
      },
      { name: 'a whole service, which another rule finds', state: withInline(exampleAllow('ec2:*')) },
      {
        name: 'an administrator, which another rule finds',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_ADMINISTRATOR] },
      },
      {
        name: 'what the boundary takes away',
        state: {
          ...withInline(exampleAllow('ec2:TerminateInstances')),
          boundary: exampleInline('functions', exampleAllow(['dynamodb:*', 'logs:*'])).document,
        },
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...withInline(exampleAllow('ec2:TerminateInstances')), path: EXAMPLE_SERVICE_PATH },
      },
    ],
    violates: [
      { name: 'every instance', state: withInline(exampleAllow(['ec2:RunInstances', 'ec2:TerminateInstances'])) },
      {
        name: 'every table, under a stack',
        state: {
          ...withInline(exampleAllow(['dynamodb:CreateTable', 'dynamodb:DeleteTable'])),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
    ],
  },
});
