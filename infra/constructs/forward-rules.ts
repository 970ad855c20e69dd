import { Aws, CfnCondition, Fn, type Stack, Validations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { CANARY_PATTERN, type NamedPattern } from '../../shared/events/patterns.ts';
import { IAM_REGION } from '../../shared/model/resource.ts';
import { FORWARD_ROLE_NAME } from '../../shared/names.ts';
import { accept } from '../accept.ts';

/** The validation takes one region for all there are. */
const IN_EVERY_REGION = ['W1028', 'W2503'].map((check) => ({
  id: `CloudFormation-Validate::${check}`,
  reason: 'Whether a region is the home region, the one of IAM, both or neither is decided where the template is deployed.',
}));

export interface ForwardConditions {
  /** The one region in which the role is made. */
  readonly isHome: CfnCondition;
  readonly isIamRegion: CfnCondition;
  readonly watchesFunctions: CfnCondition;
}

/** Whether a stack's region is the one that IAM's events reach. */
export const iamRegionCondition = (stack: Stack): CfnCondition =>
  new CfnCondition(stack, 'IsIamRegion', { expression: Fn.conditionEquals(Aws.REGION, IAM_REGION) });

/** From the account's default bus to the hub's, one rule a source; what can't be forwarded stays in a queue here. */
export function makeForwardRules(
  stack: Stack,
  hubBusArn: string,
  patterns: readonly NamedPattern[],
  { isHome, isIamRegion, watchesFunctions }: ForwardConditions,
): void {
  const role = forwardRole(stack, hubBusArn);
  role.cfnOptions.condition = isHome;
  // By its name: in the other regions it is another stack's.
  const byName = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${FORWARD_ROLE_NAME}`;
  const roleArn = Fn.conditionIf(isHome.logicalId, role.attrArn, byName).toString();
  const undelivered = new CfnQueue(stack, 'Undelivered', { sqsManagedSseEnabled: true, messageRetentionPeriod: 14 * 24 * 3600 });
  accept(undelivered, 'It is the dead-letter queue of the rules, which the pack does not see.', 'SQS3');
  const targets = [{ id: 'hub', arn: hubBusArn, roleArn, deadLetterConfig: { arn: undelivered.attrArn } }];
  for (const { id, pattern } of patterns) {
    const rule = new CfnRule(stack, `Forward${id[0]?.toUpperCase()}${id.slice(1)}`, {
      description: `Cinch: changes of ${id}, to the hub`,
      state: 'ENABLED',
      eventPattern: pattern,
      targets,
    });
    rule.cfnOptions.condition = id === 'iam' ? isIamRegion : watchesFunctions;
    Validations.of(rule).acknowledge(...IN_EVERY_REGION);
  }
  new CfnRule(stack, 'ForwardCanary', {
    description: 'Cinch: what the self-check sends, to the hub',
    state: 'ENABLED',
    eventPattern: CANARY_PATTERN,
    targets,
  });
  admitRules(stack, undelivered);
}

function forwardRole(stack: Stack, hubBusArn: string): CfnRole {
  return new CfnRole(stack, 'ForwardRole', {
    roleName: FORWARD_ROLE_NAME,
    description: 'EventBridge forwards changes to the Cinch hub with it',
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    },
    policies: [
      {
        policyName: 'forward',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: [hubBusArn] }],
        },
      },
    ],
  });
}

function admitRules(stack: Stack, queue: CfnQueue): void {
  new CfnQueuePolicy(stack, 'UndeliveredPolicy', {
    queues: [queue.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queue.attrArn,
          Condition: {
            StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
            // Not every rule is there in every region, so they can't be named one by one.
            ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*` },
          },
        },
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: queue.attrArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  });
}
