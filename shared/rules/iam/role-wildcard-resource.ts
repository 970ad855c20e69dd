import { defineRule } from '../../model/rule.ts';
import {
  EXAMPLE_ADMINISTRATOR_PASSES,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleInline,
  exampleManaged,
  exampleRoleWith,
} from '../parts/example-role.ts';
import { GRANT_NEEDS, type GrantWords, judgeGrants } from '../parts/role-grants.ts';

const WORDS: GrantWords = {
  ids: ['wildcard-resource-on-write'],
  summary: 'it may change every resource of a service',
  expected: 'the ARNs that the function writes to',
  why: 'Which resources the function writes to is not in the policy.',
  instruction: 'Name the resources in the statement',
  leavesToBroader: true,
};

export default defineRule({
  id: 'iam-role-wildcard-resource',
  title: "A function's role changes named resources only",
  severity: 'medium',
  resource: 'role',
  checklist: ['wp-1', 'fsbp-KMS.1', 'fsbp-KMS.2', 'wa-SEC03-BP02'],
  needs: GRANT_NEEDS,
  evaluate: (state, context) => judgeGrants(state, context, WORDS),
  examples: {
    passes: [
      { name: 'writes to one table', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'reads on everything', state: exampleRoleWith(exampleAllow(['dynamodb:GetItem', 'dynamodb:Query'])) },
      {
        name: 'logs, traces, metrics and network interfaces',
        state: exampleRoleWith(
          exampleAllow(['logs:PutLogEvents', 'xray:PutTraceSegments', 'cloudwatch:PutMetricData', 'ec2:CreateNetworkInterface']),
        ),
      },
      { name: 'a whole service, which another rule finds', state: exampleRoleWith(exampleAllow('dynamodb:*')) },
      EXAMPLE_ADMINISTRATOR_PASSES,
      {
        name: "AWS's policy for functions behind a queue",
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          attachedPolicies: [
            exampleManaged(
              'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
              exampleAllow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']),
            ),
          ],
        },
      },
      {
        name: 'writes that the boundary takes away',
        state: {
          ...exampleRoleWith(exampleAllow('dynamodb:PutItem')),
          boundary: exampleInline('functions', exampleAllow(['s3:*', 'logs:*'])).document,
        },
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...exampleRoleWith(exampleAllow('dynamodb:PutItem')), path: EXAMPLE_SERVICE_PATH },
      },
    ],
    violates: [
      { name: 'writes to every table', state: exampleRoleWith(exampleAllow(['dynamodb:GetItem', 'dynamodb:PutItem'])) },
      {
        name: 'every writing action of a service, in a policy of its own',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          attachedPolicies: [
            exampleManaged('arn:aws:iam::222222222222:policy/writers', {
              Sid: 'Write',
              ...exampleAllow(['sqs:Send*', 'sns:Publish']),
            }),
          ],
          tags: { 'aws:cloudformation:stack-name': 'orders' },
        },
      },
      { name: 'decrypting under every key', state: exampleRoleWith(exampleAllow('kms:Decrypt')) },
      { name: 'managing permissions', state: exampleRoleWith(exampleAllow('s3:PutBucketPolicy')) },
    ],
  },
});
