import { Aws, CfnCondition, Fn, type Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnQueue, CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { CANARY_PATTERN, eventPatterns } from '../../shared/events/patterns.ts';
import { IAM_REGION } from '../../shared/model/resource.ts';
import { accept } from '../accept.ts';

/** From the account's default bus to the hub's, one rule a source; what can't be forwarded stays in a queue here. */
export function makeForwardRules(stack: Stack, hubBusArn: string, watchesFunctions: CfnCondition): void {
  const isIamRegion = new CfnCondition(stack, 'IsIamRegion', { expression: Fn.conditionEquals(Aws.REGION, IAM_REGION) });
  const role = forwardRole(stack, hubBusArn);
  const undelivered = new CfnQueue(stack, 'Undelivered', { sqsManagedSseEnabled: true, messageRetentionPeriod: 14 * 24 * 3600 });
  accept(undelivered, 'It is the dead-letter queue of the rules, which the pack does not see.', 'SQS3');
  const targets = [{ id: 'hub', arn: hubBusArn, roleArn: role.attrArn, deadLetterConfig: { arn: undelivered.attrArn } }];
  for (const { id, pattern } of eventPatterns()) {
    const rule = new CfnRule(stack, `Forward${id[0]?.toUpperCase()}${id.slice(1)}`, {
      description: `Cinch: changes of ${id}, to the hub`,
      state: 'ENABLED',
      eventPattern: pattern,
      targets,
    });
    rule.cfnOptions.condition = id === 'iam' ? isIamRegion : watchesFunctions;
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
