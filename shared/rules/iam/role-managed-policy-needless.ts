import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import {
  EXAMPLE_ADMINISTRATOR,
  EXAMPLE_LAMBDA_ROLE,
  EXAMPLE_LOGS,
  EXAMPLE_SERVICE_PATH,
  exampleAllow,
  exampleManaged,
} from '../parts/example-role.ts';
import { concernsLambda } from '../parts/lambda-role.ts';
import { needlessPolicies } from '../parts/needless-policies.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy', 'createdAt', 'inlinePolicies', 'attachedPolicies', 'serviceAccess'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

const BECAUSE = {
  covered: 'every right of it is in another policy of the role',
  unused: 'the role never called any service of it',
} as const;

function evaluate(state: Seen, context: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const needless = needlessPolicies(state, context);
  const [first] = needless;
  if (first === undefined) return undefined;
  return {
    summary: `it doesn't need its AWS managed ${needless.length === 1 ? 'policy' : 'policies'} ${listed(needless.map(({ policy }) => policy.name))}`,
    evidence: needless.map(({ policy, because }) => ({
      path: `attached policy ${policy.name}`,
      found: BECAUSE[because],
      expected: 'detached',
    })),
    remedy: byHand(
      'What a function does once a year leaves no trace in most years.',
      `Detach it: aws iam detach-role-policy --role-name ${context.resource.name} --policy-arn ${first.policy.arn}.`,
    ),
  };
}

const LOG_ACTIONS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const VPC = exampleManaged(
  'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole',
  exampleAllow([...LOG_ACTIONS, 'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface']),
);
const TOPICS = exampleManaged(
  'arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess',
  exampleAllow(['sns:GetTopicAttributes', 'sns:List*']),
);
const NEVER = [...EXAMPLE_LAMBDA_ROLE.serviceAccess, { service: 'sns', lastUsed: null }];

export default defineRule({
  id: 'iam-role-managed-policy-needless',
  title: "A function's role needs every AWS managed policy that it has",
  severity: 'low',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'logs only', state: EXAMPLE_LAMBDA_ROLE },
      { name: 'logs and network interfaces in one', state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [VPC] } },
      {
        name: 'a service that was used',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          attachedPolicies: [EXAMPLE_LOGS, TOPICS],
          serviceAccess: [{ service: 'sns', lastUsed: '2025-06-01T00:00:00.000Z' }],
        },
      },
      {
        name: 'a young role',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          createdAt: '2026-02-20T00:00:00.000Z',
          attachedPolicies: [TOPICS],
          serviceAccess: NEVER,
        },
      },
      {
        name: 'logs of a function that never ran',
        state: { ...EXAMPLE_LAMBDA_ROLE, serviceAccess: [{ service: 'logs', lastUsed: null }] },
      },
      {
        name: 'an administrator, which another rule finds',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_LOGS, EXAMPLE_ADMINISTRATOR] },
      },
      {
        name: 'a role that AWS keeps for a service',
        state: { ...EXAMPLE_LAMBDA_ROLE, path: EXAMPLE_SERVICE_PATH, attachedPolicies: [EXAMPLE_LOGS, VPC] },
      },
    ],
    violates: [
      {
        name: 'logs beside network interfaces with logs',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_LOGS, VPC] },
      },
      {
        name: 'a service that was never used',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_LOGS, TOPICS], serviceAccess: NEVER },
      },
      {
        name: 'both',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_LOGS, VPC, TOPICS], serviceAccess: NEVER },
      },
    ],
  },
});
