import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
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
import { type NeedlessPolicy, needlessPolicies } from '../parts/needless-policies.ts';
import { cannotComeBack } from '../parts/policy-remedy.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy', 'createdAt', 'inlinePolicies', 'attachedPolicies', 'serviceAccess'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

const BECAUSE = {
  covered: 'every right of it is in another policy of the role',
  unused: 'the role never called any service of it',
} as const;

const UNSEEN =
  'Access advisor remembers 400 days and does not say when a right was given: what is done once in two years, or was granted lately, looks unused.';

function remedyFor(needless: readonly NeedlessPolicy[], { resource }: RuleContext<'role'>): Remedy {
  const deprecated = cannotComeBack(needless.map(({ policy }) => policy));
  if (deprecated !== undefined)
    return byHand(
      `AWS lets nobody attach the deprecated ${deprecated.name} again, so that detaching it could not be undone.`,
      `Detach it once you are sure: aws iam detach-role-policy --role-name ${resource.name} --policy-arn ${deprecated.arn}.`,
    );
  const steps = needless.map(({ policy }) => ({ kind: 'detach-role-policy', target: resource, policyArn: policy.arn }) as const);
  return { kind: 'steps', steps };
}

function evaluate(state: Seen, context: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const needless = needlessPolicies(state, context);
  if (needless.length === 0) return undefined;
  return {
    summary: `it doesn't need its AWS managed ${needless.length === 1 ? 'policy' : 'policies'} ${listed(needless.map(({ policy }) => policy.name))}`,
    evidence: needless.map(({ policy, because }) => ({
      path: `attached policy ${policy.name}`,
      found: BECAUSE[because],
      expected: 'detached',
    })),
    remedy: remedyFor(needless, context),
    ...(needless.some(({ because }) => because === 'unused') ? { advice: [UNSEEN] } : {}),
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
        name: 'a deprecated one, which could not be attached again',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          attachedPolicies: [EXAMPLE_LOGS, exampleManaged('arn:aws:iam::aws:policy/AWSConfigRole', exampleAllow('config:Put*'))],
          serviceAccess: [...EXAMPLE_LAMBDA_ROLE.serviceAccess, { service: 'config', lastUsed: null }],
        },
      },
      {
        name: 'both',
        state: { ...EXAMPLE_LAMBDA_ROLE, attachedPolicies: [EXAMPLE_LOGS, VPC, TOPICS], serviceAccess: NEVER },
      },
    ],
  },
});
