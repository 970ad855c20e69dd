import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { RoleFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { BY_LAMBDA, EXAMPLE_LAMBDA_ROLE, EXAMPLE_SERVICE_PATH, exampleTrust } from '../parts/example-role.ts';
import { concernsLambda } from '../parts/lambda-role.ts';
import { serviceOf, type Trusted, trustCommand, trustEvidence, trusted, trustReach } from '../parts/trust.ts';
import { limitToAccount } from '../parts/trust-remedy.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['path', 'trustPolicy', 'usedBy'] as const;
type Seen = Pick<RoleFacts, (typeof NEEDS)[number]>;

/**
 * Services whose documentation shows aws:SourceAccount or aws:SourceArn in the trust policy of a role that they assume for a customer
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). Others, EC2 and Lambda@Edge among them, send no source: a condition
 * would lock them out.
 */
const SENDS_SOURCE: ReadonlySet<string> = new Set(
  [
    'appsync',
    'bedrock',
    'cloudformation',
    'cloudtrail',
    'codebuild',
    'codepipeline',
    'cognito-idp',
    'config',
    'ecs-tasks',
    'events',
    'firehose',
    'iot',
    'kinesisanalytics',
    'logs',
    'pipes',
    'sagemaker',
    'scheduler',
    'ssm',
    'states',
    'transfer',
    'vpc-flow-logs',
  ].map((name) => `${name}.amazonaws.com`),
);

function evaluate(state: Seen, { resource, settings }: RuleContext<'role'>): Violation | undefined {
  if (!concernsLambda(state)) return undefined;
  const home = { account: resource.account, ...settings };
  const isDeputy = (one: Trusted): boolean =>
    SENDS_SOURCE.has(serviceOf(one) ?? '') && trustReach(one.statement, home) === 'anyone';
  const deputies = trusted(state.trustPolicy).filter(isDeputy);
  if (deputies.length === 0) return undefined;
  return {
    summary: `${listed([...new Set(deputies.map(({ value }) => value))])} may assume it for whichever account asks`,
    evidence: deputies.map((one) => trustEvidence(one, 'a condition on aws:SourceAccount or aws:SourceArn')),
    remedy:
      limitToAccount(resource, state.trustPolicy, deputies) ??
      byHand(
        'A condition would also meet who else stands in the statement, or one on the account stands there already.',
        `Add StringEquals aws:SourceAccount ${resource.account} for the service, in a statement of its own: ${trustCommand(resource)}.`,
      ),
  };
}

const withTrust = (...statements: object[]): Seen => ({
  ...EXAMPLE_LAMBDA_ROLE,
  trustPolicy: exampleTrust(BY_LAMBDA, ...statements),
});
const SCHEDULER = { Principal: { Service: 'scheduler.amazonaws.com' } };

export default defineRule({
  id: 'iam-role-trust-confused-deputy',
  title: 'A service assumes a role only for its own account',
  severity: 'low',
  resource: 'role',
  checklist: ['wp-1', 'wa-SEC03-BP08'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'Lambda, which acts for the function itself', state: withTrust() },
      {
        name: 'a scheduler for its account',
        state: withTrust({ ...SCHEDULER, Condition: { StringEquals: { 'aws:SourceAccount': '222222222222' } } }),
      },
      {
        name: 'a schedule',
        state: withTrust({
          ...SCHEDULER,
          Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:*:222222222222:schedule/orders/*' } },
        }),
      },
      { name: 'a service that sends no source', state: withTrust({ Principal: { Service: 'ec2.amazonaws.com' } }) },
      { name: "a role that isn't Lambda's", state: { ...withTrust(), usedBy: [], trustPolicy: exampleTrust(SCHEDULER) } },
      { name: 'a role that AWS keeps for a service', state: { ...withTrust(SCHEDULER), path: EXAMPLE_SERVICE_PATH } },
    ],
    violates: [
      { name: 'a scheduler for anybody', state: withTrust(SCHEDULER) },
      {
        name: 'a scheduler in one statement with Lambda',
        state: {
          ...EXAMPLE_LAMBDA_ROLE,
          trustPolicy: exampleTrust({ Principal: { Service: ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] } }),
        },
      },
      {
        name: 'an account that may be any',
        state: withTrust({ ...SCHEDULER, Condition: { StringLike: { 'aws:SourceAccount': '*' } } }),
      },
    ],
  },
});
