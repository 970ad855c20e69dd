import { defineRule } from '../../model/rule.ts';
import { EXAMPLE_LAMBDA_ROLE, exampleAllow, exampleGrantPasses, exampleRoleWith } from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

const WORDS: GrantWords = {
  ids: ['infrastructure-modification'],
  summary: 'it may make, change or remove infrastructure everywhere',
  expected: 'the ARNs of what the function manages',
  why: 'What the function builds is not in the policy.',
  instruction: 'Name the resources in the statement, or leave the building to a deploy role',
  leavesToBroader: true,
};

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
        state: exampleRoleWith(exampleAllow('ec2:StopInstances', 'arn:aws:ec2:eu-central-1:222222222222:instance/i-0a1b2c3d')),
      },
      {
        name: 'its network interfaces',
        state: exampleRoleWith(exampleAllow(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'])),
      },
      { name: 'a whole service, which another rule finds', state: exampleRoleWith(exampleAllow('ec2:*')) },
      ...exampleGrantPasses(exampleAllow('ec2:TerminateInstances')),
    ],
    violates: [
      { name: 'every instance', state: exampleRoleWith(exampleAllow(['ec2:RunInstances', 'ec2:TerminateInstances'])) },
      {
        name: 'every table, under a stack',
        state: {
          ...exampleRoleWith(exampleAllow(['dynamodb:CreateTable', 'dynamodb:DeleteTable'])),
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
    ],
  },
});
