import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The hub's one key: queues, table, secret, topic and the snapshots that apply seals. */
export function makeHubKey(scope: Construct, removalPolicy: RemovalPolicy): Key {
  const key = new Key(scope, 'Key', {
    alias: 'alias/cinch-hub',
    description: 'Cinch: queues, table, Slack secret and the snapshots of what it changed',
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy,
  });
  // EventBridge writes to the encrypted queues and CloudWatch to the encrypted topic in their own names. Without a condition, as AWS documents it
  // (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html): were a key missing in the request,
  // every event would be lost. The queues' policies name the one rule that may send.
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('events.amazonaws.com'), new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
    }),
  );
  return key;
}
