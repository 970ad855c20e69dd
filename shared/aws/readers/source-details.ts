import { MalformedInput } from '../../model/errors.ts';
import type { PolicyDocument } from '../../model/policy-document.ts';
import type { FunctionFacts, SourceQueue } from '../../model/state.ts';
import { type Known, unknown } from '../../model/unknown.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { isCode, isGone } from '../aws-error.ts';
import { endpointOf } from '../endpoints.ts';
import type { LightClient } from '../hub-client.ts';
import { type CallDeps, callQuery } from '../query-client.ts';
import { allOf, textOf } from '../xml.ts';

/** Each answers undefined when the source is gone: a mapping or a statement outlives it, and then feeds nothing. */

export async function readQueue(light: LightClient, queueArn: string): Promise<Known<SourceQueue> | undefined> {
  const [, , , , account = '', name = ''] = queueArn.split(':');
  const QueueUrl = new URL(`/${account}/${name}`, endpointOf('sqs', light.region)).href;
  const answer = await unlessGone(() => light.call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }));
  return answer && queueOf(queueArn, recordOf(answer.Attributes));
}

/** @param attributes as GetQueueAttributes names them, all of them texts. */
export function queueOf(queueArn: string, attributes: Readonly<Record<string, unknown>>): Known<SourceQueue> {
  const seconds = Number(attributes.VisibilityTimeout ?? Number.NaN);
  if (!Number.isInteger(seconds)) return unknown(`SQS named no visibility timeout for ${queueArn}`);
  const redrive = textIn(attributes.RedrivePolicy);
  return {
    queueArn,
    visibilityTimeoutSeconds: seconds,
    deadLetterArn: redrive ? textIn(parseObject(redrive, `RedrivePolicy of ${queueArn}`).deadLetterTargetArn) : null,
    document: documentOf(attributes.Policy, queueArn),
    encrypted: attributes.SqsManagedSseEnabled === 'true' || textIn(attributes.KmsMasterKeyId) !== null,
  };
}

export async function readTopic(deps: CallDeps, topicArn: string): Promise<FunctionFacts['topics'][number] | undefined> {
  const xml = await unlessGone(() => callQuery(deps, 'sns', 'GetTopicAttributes', { TopicArn: topicArn }));
  return xml === undefined ? undefined : topicOf(topicArn, xml);
}

/** @param xml GetTopicAttributes' answer: `<Attributes><entry><key>..</key><value>..</value></entry>..`. */
export function topicOf(topicArn: string, xml: string): FunctionFacts['topics'][number] {
  const attributes = new Map(allOf(xml, 'entry').map((entry) => [textOf(entry, 'key'), textOf(entry, 'value')]));
  return {
    topicArn,
    document: documentOf(attributes.get('Policy'), topicArn),
    keyId: attributes.get('KmsMasterKeyId') || null,
  };
}

export async function readBus(light: LightClient, busArn: string): Promise<FunctionFacts['buses'][number] | undefined> {
  const name = busArn.slice(busArn.indexOf('/') + 1);
  const answer = await unlessGone(() => light.call('events', 'DescribeEventBus', { Name: name }));
  return answer && { busArn, document: documentOf(answer.Policy, busArn) };
}

/** A mapping may name a consumer of a stream: `stream/clicks/consumer/one:1700000000`. */
export const streamOf = (arn: string): string => arn.replace(/\/consumer\/.*$/, '');

export async function readStream(light: LightClient, streamArn: string): Promise<FunctionFacts['streams'][number] | undefined> {
  const [summary, policy] = await Promise.all([
    unlessGone(() => light.call('kinesis', 'DescribeStreamSummary', { StreamARN: streamArn })),
    unlessGone(() => light.call('kinesis', 'GetResourcePolicy', { ResourceARN: streamArn })),
  ]);
  if (!summary) return undefined;
  const { EncryptionType: encryption } = recordOf(summary.StreamDescriptionSummary);
  return { streamArn, document: documentOf(policy?.Policy, streamArn), encrypted: encryption === 'KMS' };
}

/** None, an empty text and an empty object are no policy. */
export function documentOf(policy: unknown, where: string): PolicyDocument | null {
  const text = textIn(policy);
  return text === null || text.replaceAll(/\s/g, '') === '{}' ? null : parsePolicyDocument(text, where);
}

export const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function parseObject(text: string, where: string): Readonly<Record<string, unknown>> {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    throw new MalformedInput('attribute', where, 'not JSON');
  }
}

async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    // SNS writes it without `Exception`.
    if (isGone(error) || isCode(error, 'NotFound')) return undefined;
    throw error;
  }
}
