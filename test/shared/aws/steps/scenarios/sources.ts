import { plain } from '../../cloud/everything.ts';
import { MEMBER, type MemberCloud, memberArn, newName } from '../../cloud/member-cloud.ts';
import { rawCalls } from '../../cloud/raw-calls.ts';
import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

const raw = (cloud: MemberCloud) => rawCalls(cloud.cloud.credentials(MEMBER));
const own = (Action: string, Resource: string) => ({ Sid: 'own', Effect: 'Allow', Principal: { AWS: MEMBER }, Action, Resource });
const everybody = (Action: string, Resource: string) => ({ Sid: 'open', Effect: 'Allow', Principal: '*', Action, Resource });
/** With blanks, as people write: undo must give them back. */
const written = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement }, null, 2);

/** A queue with more set on it that no step may touch. */
export async function aQueueOf(cloud: MemberCloud, attributes: Readonly<Record<string, string>> = {}) {
  const { target } = await aFunction(cloud);
  const QueueName = newName('orders');
  const queueArn = memberArn('sqs', QueueName);
  const { json } = raw(cloud);
  const QueueUrl = String(
    (
      await json('sqs', 'AmazonSQS.CreateQueue', {
        QueueName,
        Attributes: { MessageRetentionPeriod: '86400', SqsManagedSseEnabled: 'true', VisibilityTimeout: '60', ...attributes },
      })
    ).QueueUrl,
  );
  const read = async () => {
    const { Attributes } = await json('sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    const { LastModifiedTimestamp, ...rest } = Attributes as Record<string, string>;
    return rest;
  };
  const set = (Attributes: object) => json('sqs', 'AmazonSQS.SetQueueAttributes', { QueueUrl, Attributes });
  const remove = () => json('sqs', 'AmazonSQS.DeleteQueue', { QueueUrl });
  return { target, queueArn, look: read, set, remove };
}

export async function aPolicedQueue(cloud: MemberCloud) {
  const made = await aQueueOf(cloud);
  const fromText = written(own('sqs:*', made.queueArn), everybody('sqs:SendMessage', made.queueArn));
  await made.set({ Policy: fromText });
  return { ...made, fromText, toText: written(own('sqs:*', made.queueArn)) };
}

export async function aTopic(cloud: MemberCloud) {
  const { target } = await aFunction(cloud);
  const Name = newName('orders');
  const topicArn = memberArn('sns', Name);
  const query = (Action: string, more: Record<string, string>) =>
    raw(cloud).query('sns', '2010-03-31', { Action, TopicArn: topicArn, ...more });
  await query('CreateTopic', { Name });
  const setPolicy = (text: string) => query('SetTopicAttributes', { AttributeName: 'Policy', AttributeValue: text });
  await query('SetTopicAttributes', { AttributeName: 'DisplayName', AttributeValue: 'Orders' });
  const fromText = written(own('sns:Publish', topicArn), { ...everybody('sns:Publish', topicArn), Sid: 'open & <shut>' });
  await setPolicy(fromText);
  const look = async () => (await query('GetTopicAttributes', {})).replace(/<RequestId>.*?<\/RequestId>/, '');
  const remove = () => query('DeleteTopic', {});
  return { target, topicArn, fromText, toText: written(own('sns:Publish', topicArn)), look, setPolicy, remove };
}

export async function aStream(cloud: MemberCloud) {
  const { target } = await aFunction(cloud);
  const StreamName = newName('clicks');
  const streamArn = memberArn('kinesis', `stream/${StreamName}`);
  const call = (operation: string, input: object) => raw(cloud).json('kinesis', `Kinesis_20131202.${operation}`, input);
  await call('CreateStream', { StreamName, ShardCount: 1 });
  const setPolicy = (Policy: string) => call('PutResourcePolicy', { ResourceARN: streamArn, Policy });
  const fromText = written(own('kinesis:PutRecord', streamArn), everybody('kinesis:PutRecord', streamArn));
  await setPolicy(fromText);
  const look = async () => (await call('GetResourcePolicy', { ResourceARN: streamArn })).Policy;
  return { target, streamArn, fromText, toText: written(own('kinesis:PutRecord', streamArn)), look, setPolicy };
}

/** The open statement stands last: EventBridge and Cinch append. */
export async function aBus(cloud: MemberCloud, isAlone = false) {
  const { target } = await aFunction(cloud);
  const Name = newName('orders');
  const busArn = memberArn('events', `event-bus/${Name}`);
  const call = (operation: string, input: object) => raw(cloud).json('events', `AWSEvents.${operation}`, input);
  await call('CreateEventBus', { Name });
  const permit = (more: object) =>
    call('PutPermission', { EventBusName: Name, Action: 'events:PutEvents', Principal: '*', ...more });
  const Condition = { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-abcdefghij' };
  if (!isAlone) await permit({ StatementId: 'organization', Condition });
  await permit({ StatementId: 'open' });
  const look = async () => plain(await call('DescribeEventBus', { Name }));
  const policy = async () => JSON.parse(String((await call('DescribeEventBus', { Name })).Policy ?? '{"Statement":[]}'));
  const statements = async () => (await policy()).Statement as { readonly Sid: string }[];
  const text = JSON.stringify((await statements()).find(({ Sid }) => Sid === 'open'));
  const remove = () => call('DeleteEventBus', { Name });
  return { target, busArn, statement: { sid: 'open', text }, look, permit, statements, remove };
}

export const SOURCES_SCENARIOS: readonly Scenario[] = [
  ...[false, true].map(
    (isGone): Scenario => ({
      kind: 'replace-queue-policy',
      what: isGone ? 'by none' : 'by a narrower one',
      prepare: async (cloud) => {
        const { target, queueArn, fromText, toText, look } = await aPolicedQueue(cloud);
        return {
          step: { kind: 'replace-queue-policy', target, queueArn, fromText, toText: isGone ? null : toText },
          look,
        };
      },
    }),
  ),
  {
    kind: 'replace-topic-policy',
    what: '',
    prepare: async (cloud) => {
      const { target, topicArn, fromText, toText, look } = await aTopic(cloud);
      return { step: { kind: 'replace-topic-policy', target, topicArn, fromText, toText }, look };
    },
  },
  ...[false, true].map(
    (isGone): Scenario => ({
      kind: 'replace-stream-policy',
      what: isGone ? 'by none' : 'by a narrower one',
      prepare: async (cloud) => {
        const { target, streamArn, fromText, toText, look } = await aStream(cloud);
        return {
          step: { kind: 'replace-stream-policy', target, streamArn, fromText, toText: isGone ? null : toText },
          look,
        };
      },
    }),
  ),
  ...[false, true].map(
    (isAlone): Scenario => ({
      kind: 'remove-bus-statement',
      what: isAlone ? 'that is the only one' : 'beside another',
      prepare: async (cloud) => {
        const { target, busArn, statement, look } = await aBus(cloud, isAlone);
        return { step: { kind: 'remove-bus-statement', target, busArn, statement }, look };
      },
    }),
  ),
  {
    kind: 'set-queue-visibility',
    what: '',
    prepare: async (cloud) => {
      const { target, queueArn, look } = await aQueueOf(cloud);
      return { step: { kind: 'set-queue-visibility', target, queueArn, fromSeconds: 60, toSeconds: 180 }, look };
    },
  },
  {
    kind: 'encrypt-queue',
    what: '',
    prepare: async (cloud) => {
      const { target, queueArn, look } = await aQueueOf(cloud, { SqsManagedSseEnabled: 'false' });
      return { step: { kind: 'encrypt-queue', target, queueArn }, look };
    },
  },
];
