import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import type { Resource } from '../../../../shared/model/resource.ts';
import { MEMBER, type MemberCloud, memberArn, newName, policy, REGION } from '../cloud/member-cloud.ts';
import type { RawCalls } from '../cloud/raw-calls.ts';
import { documentOf, EVERYBODY, service, someDocument, statement } from './reading.ts';

/** A queue and a stream with everything on them, as the reader shall give them. */
export async function feedingFrom({ json }: RawCalls, name: string) {
  const queueArn = memberArn('sqs', name);
  const deadLetterArn = memberArn('sqs', `${name}-dead`);
  const send = { actions: ['sqs:SendMessage'], resources: [queueArn], principals: EVERYBODY };
  const text = policy([{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: queueArn }]);
  await json('sqs', 'AmazonSQS.CreateQueue', { QueueName: `${name}-dead` });
  await json('sqs', 'AmazonSQS.CreateQueue', {
    QueueName: name,
    Attributes: {
      VisibilityTimeout: '77',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount: 5 }),
      Policy: text,
      SqsManagedSseEnabled: 'true',
    },
  });
  const queue = {
    queueArn,
    visibilityTimeoutSeconds: 77,
    deadLetterArn,
    document: someDocument(statement(send)),
    encrypted: true,
  };
  await json('kinesis', 'Kinesis_20131202.CreateStream', { StreamName: name, ShardCount: 1 });
  const streamArn = memberArn('kinesis', `stream/${name}`);
  const put = { actions: ['kinesis:PutRecord'], resources: [streamArn], principals: [{ type: 'AWS', values: ['*'] }] };
  const Policy = policy([{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kinesis:PutRecord', Resource: streamArn }]);
  await json('kinesis', 'Kinesis_20131202.PutResourcePolicy', { ResourceARN: streamArn, Policy });
  await json('kinesis', 'Kinesis_20131202.StartStreamEncryption', {
    StreamName: name,
    EncryptionType: 'KMS',
    KeyId: 'alias/aws/kinesis',
  });
  return { queue, stream: { streamArn, document: documentOf(Policy, statement(put)), encrypted: true } };
}

/** A topic, a bus and a bucket that its policy lets invoke it, and anybody through its alias. */
export async function lettingIn(cloud: MemberCloud, raw: RawCalls, { name, arn }: Resource<'function'>) {
  const topic = await aTopic(raw, name);
  const bus = await aBus(raw, name);
  const bucket = await aBucket(raw);
  const allow = (StatementId: string, Principal: string, more: object) =>
    cloud.lambda.send(
      new AddPermissionCommand({ FunctionName: name, StatementId, Action: 'lambda:InvokeFunction', Principal, ...more }),
    );
  const ruleArn = memberArn('events', `rule/${name}/orders`);
  await allow('topic', 'sns.amazonaws.com', { SourceArn: topic.topicArn });
  await allow('rule', 'events.amazonaws.com', { SourceArn: ruleArn });
  await allow('bucket', 's3.amazonaws.com', { SourceArn: `arn:aws:s3:::${bucket.name}`, SourceAccount: MEMBER });
  await allow('all', '*', { Qualifier: 'live' });
  const invoke = (sid: string, principal: string, conditions: object) =>
    statement({
      sid,
      actions: ['lambda:InvokeFunction'],
      resources: [arn],
      principals: service(principal),
      conditions: conditions as never,
    });
  const from = (sourceArn: string) => ({ ArnLike: { 'AWS:SourceArn': [sourceArn] } });
  return {
    topics: [topic],
    buses: [bus],
    buckets: [bucket],
    resourcePolicies: [
      {
        qualifier: null,
        revisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        document: someDocument(
          invoke('topic', 'sns.amazonaws.com', from(topic.topicArn)),
          invoke('rule', 'events.amazonaws.com', from(ruleArn)),
          invoke('bucket', 's3.amazonaws.com', {
            StringEquals: { 'AWS:SourceAccount': [MEMBER] },
            ...from(`arn:aws:s3:::${bucket.name}`),
          }),
        ),
      },
      {
        qualifier: 'live',
        revisionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        document: someDocument(
          statement({ sid: 'all', actions: ['lambda:InvokeFunction'], resources: [`${arn}:live`], principals: EVERYBODY }),
        ),
      },
    ],
  };
}

async function aTopic({ query }: RawCalls, Name: string) {
  const TopicArn = memberArn('sns', Name);
  const set = (AttributeName: string, AttributeValue: string) =>
    query('sns', '2010-03-31', { Action: 'SetTopicAttributes', TopicArn, AttributeName, AttributeValue });
  await query('sns', '2010-03-31', { Action: 'CreateTopic', Name });
  const text = policy([{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: TopicArn }]);
  await set('Policy', text);
  await set('KmsMasterKeyId', 'alias/aws/sns');
  const publish = statement({ actions: ['sns:Publish'], resources: [TopicArn], principals: EVERYBODY });
  return { topicArn: TopicArn, document: documentOf(text, publish), keyId: 'alias/aws/sns' };
}

async function aBus({ json }: RawCalls, Name: string) {
  await json('events', 'AWSEvents.CreateEventBus', { Name });
  const busArn = memberArn('events', `event-bus/${Name}`);
  await json('events', 'AWSEvents.PutPermission', {
    EventBusName: Name,
    StatementId: 'other',
    Action: 'events:PutEvents',
    Principal: '333333333333',
  });
  const put = {
    sid: 'other',
    actions: ['events:PutEvents'],
    resources: [busArn],
    principals: [{ type: 'AWS', values: ['arn:aws:iam::333333333333:root'] }],
  };
  return { busArn, document: someDocument(statement(put)) };
}

const XML = { 'Content-Type': 'application/xml' };

async function aBucket({ send }: RawCalls) {
  const name = newName('cinch-in');
  const location = `<LocationConstraint>${REGION}</LocationConstraint>`;
  await send('s3', 'PUT', `/${name}`, `<CreateBucketConfiguration>${location}</CreateBucketConfiguration>`, XML);
  const root = `arn:aws:iam::${MEMBER}:root`;
  const Resource = `arn:aws:s3:::${name}/*`;
  const text = policy([{ Effect: 'Allow', Principal: { AWS: root }, Action: 's3:PutObject', Resource }]);
  await send('s3', 'PUT', `/${name}?policy`, text, { 'Content-Type': 'application/json' });
  const block = `<BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>`;
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  await send(
    's3',
    'PUT',
    `/${name}?publicAccessBlock`,
    `<PublicAccessBlockConfiguration xmlns="${xmlns}">${block}</PublicAccessBlockConfiguration>`,
    XML,
  );
  const put = statement({ actions: ['s3:PutObject'], resources: [Resource], principals: [{ type: 'AWS', values: [root] }] });
  return {
    name,
    document: documentOf(text, put),
    blocksPublicPolicy: true,
    ignoresPublicAcls: false,
    publicWriteAcl: false,
  };
}
