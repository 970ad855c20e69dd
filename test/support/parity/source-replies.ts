import type { FunctionFacts, SourceBucket } from '../../../shared/model/state.ts';
import { type Answering, json, jsonError, type Reply, xml, xmlError } from './reply.ts';
import { lastPart } from './template.ts';

type Seen = Partial<FunctionFacts>;

/** What the services around a function answer, by their name in a signature. */
export const sourceReplies = (facts: Seen): Readonly<Record<string, Answering>> => ({
  sqs: sqsReplies(facts),
  sns: snsReplies(facts),
  events: eventsReplies(facts),
  kinesis: kinesisReplies(facts),
  s3: s3Replies(facts),
  logs: logsReplies(facts),
  ssm: ssmReplies(facts),
  secretsmanager: secretReplies(facts),
  monitoring: metricReplies(facts),
});

const sqsReplies =
  ({ queues = [] }: Seen): Answering =>
  ({ input }) => {
    const name = lastPart(new URL(String(input.QueueUrl)).pathname);
    const queue = queues.find(({ queueArn }) => lastPart(queueArn) === name);
    if (!queue) return jsonError('com.amazonaws.sqs#QueueDoesNotExist', 400);
    const redrive = queue.deadLetterArn && JSON.stringify({ deadLetterTargetArn: queue.deadLetterArn, maxReceiveCount: 5 });
    return json({
      Attributes: {
        QueueArn: queue.queueArn,
        VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
        RedrivePolicy: redrive ?? undefined,
        Policy: queue.document?.text,
        SqsManagedSseEnabled: String(queue.encrypted),
      },
    });
  };

const snsReplies =
  ({ topics = [] }: Seen): Answering =>
  ({ input }) => {
    const topic = topics.find(({ topicArn }) => topicArn === input.TopicArn);
    if (!topic) return xmlError('NotFound');
    const attributes = { TopicArn: topic.topicArn, Policy: topic.document?.text, KmsMasterKeyId: topic.keyId };
    const Attributes = Object.entries(attributes).flatMap(([key, value]) => (value ? { key, value } : []));
    return xml('GetTopicAttributesResponse', { GetTopicAttributesResult: { Attributes } }, 'entry');
  };

const eventsReplies =
  ({ buses = [] }: Seen): Answering =>
  ({ input }) => {
    const bus = buses.find(({ busArn }) => lastPart(busArn) === input.Name);
    return bus
      ? json({ Arn: bus.busArn, Name: input.Name, Policy: bus.document?.text })
      : jsonError('ResourceNotFoundException', 400);
  };

const kinesisReplies =
  ({ streams = [] }: Seen): Answering =>
  ({ operation, input }) => {
    const stream = streams.find(({ streamArn }) => streamArn === (input.StreamARN ?? input.ResourceARN));
    if (!stream) return jsonError('ResourceNotFoundException', 400);
    // A stream without a policy has an empty one.
    if (operation === 'GetResourcePolicy') return json({ Policy: stream.document?.text ?? '{}' });
    const EncryptionType = stream.encrypted ? 'KMS' : 'NONE';
    return json({ StreamDescriptionSummary: { StreamARN: stream.streamArn, EncryptionType } });
  };

const s3Replies =
  ({ buckets = [] }: Seen): Answering =>
  ({ path, query }) => {
    const bucket = buckets.find(({ name }) => name === path[0]);
    if (!bucket) return s3Error('NoSuchBucket');
    if (query.has('acl')) return s3Xml(aclOf(bucket));
    if (query.has('policy'))
      return bucket.document ? json(JSON.parse(bucket.document.text) as object) : s3Error('NoSuchBucketPolicy');
    return query.has('publicAccessBlock') ? s3Xml(blockOf(bucket)) : undefined;
  };

const s3Xml = (body: string): Reply => ({ status: 200, headers: { 'Content-Type': 'application/xml' }, body });
const s3Error = (code: string): Reply => ({ ...s3Xml(`<Error><Code>${code}</Code><Message>m</Message></Error>`), status: 404 });

const aclOf = ({ publicWriteAcl }: SourceBucket): string => {
  const owner = grant('<Grantee xsi:type="CanonicalUser"><ID>1</ID></Grantee>', 'FULL_CONTROL');
  const group = '<Grantee xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>';
  const everybody = [grant(group, 'READ'), ...(publicWriteAcl ? [grant(group, 'WRITE')] : [])];
  return `<AccessControlPolicy><Owner><ID>1</ID></Owner><AccessControlList>${owner}${everybody.join('')}</AccessControlList></AccessControlPolicy>`;
};
const grant = (grantee: string, permission: string): string => `<Grant>${grantee}<Permission>${permission}</Permission></Grant>`;

const blockOf = ({ blocksPublicPolicy, ignoresPublicAcls }: SourceBucket): string =>
  `<PublicAccessBlockConfiguration><BlockPublicAcls>false</BlockPublicAcls><IgnorePublicAcls>${ignoresPublicAcls}</IgnorePublicAcls>` +
  `<BlockPublicPolicy>${blocksPublicPolicy}</BlockPublicPolicy><RestrictPublicBuckets>${blocksPublicPolicy}</RestrictPublicBuckets></PublicAccessBlockConfiguration>`;

/** DescribeLogGroups takes a prefix: a longer name comes with it. */
const logsReplies =
  ({ logGroup }: Seen): Answering =>
  ({ input }) => {
    const longer = { logGroupName: `${String(input.logGroupNamePrefix)}-other`, retentionInDays: 1 };
    const own = logGroup && {
      logGroupName: logGroup.name,
      retentionInDays: logGroup.retentionDays ?? undefined,
      kmsKeyId: logGroup.keyArn ?? undefined,
    };
    return json({ logGroups: [longer, ...(own ? [own] : [])] });
  };

/** Those of the asked names that there are, one a page: a page may be short. */
const ssmReplies =
  ({ movedSecrets = [] }: Seen): Answering =>
  ({ input }) => {
    const [filter] = input.ParameterFilters as readonly { readonly Values: readonly string[] }[];
    const named = movedSecrets.filter(({ name }) => filter?.Values.includes(name));
    const at = Number(input.NextToken ?? 0);
    const Parameters = named
      .slice(at, at + 1)
      .map(({ name, rotated }) => ({ Name: name, Type: 'SecureString', Version: rotated ? 2 : 1 }));
    return json({ Parameters, NextToken: at + 1 < named.length ? String(at + 1) : undefined });
  };

const secretReplies =
  ({ movedSecrets = [] }: Seen): Answering =>
  ({ input }) => {
    const secret = movedSecrets.find(({ name }) => name === input.SecretId);
    if (!secret) return jsonError('ResourceNotFoundException', 400);
    const first = { [secret.rotated ? 'v2' : 'v1']: ['AWSCURRENT'] };
    return json({ Name: secret.name, VersionIdsToStages: { ...first, ...(secret.rotated ? { v1: ['AWSPREVIOUS'] } : {}) } });
  };

/** CloudWatch leaves periods without a value out. */
const metricReplies =
  ({ durations, lastInvoked, versionUses }: Seen): Answering =>
  ({ input }) => {
    const values: Readonly<Record<string, number | undefined>> = {
      duration_p99_9: durations?.p999Ms,
      duration_maximum: durations?.maximumMs,
      duration_samplecount: durations?.samples,
    };
    const asked = input.MetricDataQueries as readonly { readonly Id: string }[];
    const results = asked.map(({ Id }) => {
      const use = versionUses?.versions.find(({ version }) => Id === `invocations_sum_${version}`);
      if (use) return pointOf(Id, 3, use.lastInvoked ?? undefined);
      if (Id === 'invocations_sum') return pointOf(Id, 3, lastInvoked?.at ?? undefined);
      return pointOf(Id, values[Id], durations?.samples ? '2026-02-20T00:00:00.000Z' : undefined);
    });
    return json({ MetricDataResults: results });
  };

const pointOf = (Id: string, value: number | undefined, at: string | undefined): object =>
  value === undefined || at === undefined
    ? { Id, Timestamps: [], Values: [], StatusCode: 'Complete' }
    : { Id, Timestamps: [Date.parse(at) / 1000], Values: [value], StatusCode: 'Complete' };
