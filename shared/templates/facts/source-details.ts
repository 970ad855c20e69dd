import type { PolicyDocument } from '../../model/policy-document.ts';
import type { FunctionFacts, SourceBucket, SourceQueue } from '../../model/state.ts';
import { parsePolicyDocument } from '../../policy/parse.ts';
import { certain, type Declared, type World } from '../declared.ts';
import { referring } from '../references.ts';
import { at, flagOf, isObject, NotTold, numberOf, textOf, type Value } from '../values.ts';
import { documentOf } from './fact.ts';

/** AWS's own (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-sqs-queue.html). */
const VISIBILITY_TIMEOUT_SECONDS = 30;

/** The declared source of an ARN. @throws NotTold when the template does not have it. */
function sourceNamed(world: World, arn: string, ...types: readonly string[]): Declared {
  const found = world.find(arn, ...types);
  if (!found) throw new NotTold(`the template does not have ${arn}`);
  return certain(found);
}

/** The policy that others attach to a source. @throws NotTold for two of them: the last that is deployed counts. */
function attachedDocument(world: World, type: string, property: string, source: Declared): PolicyDocument | null {
  const [first, second] = referring(world, type, property, source);
  if (second) throw new NotTold(`${source.logicalId} has several policies, of which the last one deployed counts`);
  return first ? documentOf(first.properties.PolicyDocument ?? first.properties.ResourcePolicy, first.logicalId) : null;
}

export function queueOf(world: World, queueArn: string): SourceQueue {
  const queue = sourceNamed(world, queueArn, 'AWS::SQS::Queue');
  const { properties } = queue;
  return {
    queueArn,
    visibilityTimeoutSeconds: numberOf(properties.VisibilityTimeout) ?? VISIBILITY_TIMEOUT_SECONDS,
    deadLetterArn: deadLetterOf(properties.RedrivePolicy),
    document: attachedDocument(world, 'AWS::SQS::QueuePolicy', 'Queues', queue),
    // New queues are encrypted unless somebody says no.
    encrypted: Boolean(textOf(properties.KmsMasterKeyId)) || (flagOf(properties.SqsManagedSseEnabled) ?? true),
  };
}

/** A map, or its JSON text. */
function deadLetterOf(redrive: Value | undefined): string | null {
  if (isObject(redrive)) return textOf(at(redrive, 'deadLetterTargetArn')) || null;
  const text = textOf(redrive);
  if (!text) return null;
  const found = /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(text);
  if (!found?.[1]) throw new NotTold('the redrive policy names no dead-letter queue');
  return found[1];
}

export function topicOf(world: World, topicArn: string): FunctionFacts['topics'][number] {
  const topic = sourceNamed(world, topicArn, 'AWS::SNS::Topic');
  return {
    topicArn,
    document: attachedDocument(world, 'AWS::SNS::TopicPolicy', 'Topics', topic) ?? defaultTopicPolicy(world, topicArn),
    keyId: textOf(topic.properties.KmsMasterKeyId) || null,
  };
}

/** A topic without a policy gets one that lets its owner's account do everything (https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html). */
function defaultTopicPolicy({ account }: World, topicArn: string): PolicyDocument {
  const actions = [
    'GetTopicAttributes',
    'SetTopicAttributes',
    'AddPermission',
    'RemovePermission',
    'DeleteTopic',
    'Subscribe',
    'ListSubscriptionsByTopic',
    'Publish',
  ];
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: actions.map((action) => `SNS:${action}`),
    Resource: topicArn,
    Condition: { StringEquals: { 'AWS:SourceOwner': account } },
  };
  return parsePolicyDocument({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] }, topicArn);
}

export function busOf(world: World, busArn: string): FunctionFacts['buses'][number] {
  if (busArn.endsWith(':event-bus/default')) {
    const statements = policiesOfBus(world, 'default');
    if (statements.length === 0) throw new NotTold('a template does not tell of the policy of the default bus');
    return { busArn, document: busDocument(statements, busArn) };
  }
  const bus = sourceNamed(world, busArn, 'AWS::Events::EventBus');
  if (bus.properties.Policy !== undefined) return { busArn, document: documentOf(bus.properties.Policy, bus.logicalId) };
  const statements = policiesOfBus(world, bus.identity.name);
  return { busArn, document: statements.length > 0 ? busDocument(statements, busArn) : null };
}

const policiesOfBus = (world: World, name: string): Declared[] =>
  world
    .ofType('AWS::Events::EventBusPolicy')
    .filter(({ properties }) => (textOf(properties.EventBusName) ?? 'default').split('/').at(-1) === name)
    .map(certain);

/** Either a whole statement, or an action, a principal and a condition. */
function busDocument(policies: readonly Declared[], busArn: string): PolicyDocument {
  const statements = policies.map(({ properties, logicalId }) => {
    const written = properties.Statement;
    if (written !== undefined) return documentOf({ Statement: written }, logicalId).statements[0]?.source;
    const principal = textOf(properties.Principal) ?? '*';
    const [type, key, value] = ['Type', 'Key', 'Value'].map((part) => textOf(at(properties.Condition, part)));
    return {
      Sid: textOf(properties.StatementId) ?? logicalId,
      Effect: 'Allow',
      Principal: principal === '*' ? '*' : { AWS: principal },
      Action: textOf(properties.Action) ?? 'events:PutEvents',
      Resource: busArn,
      ...(type && key && value && { Condition: { [type]: { [key]: value } } }),
    };
  });
  return parsePolicyDocument({ Version: '2012-10-17', Statement: statements }, busArn);
}

export function streamOf(world: World, streamArn: string): FunctionFacts['streams'][number] {
  const stream = sourceNamed(world, streamArn, 'AWS::Kinesis::Stream');
  return {
    streamArn,
    document: attachedDocument(world, 'AWS::Kinesis::ResourcePolicy', 'ResourceArn', stream),
    encrypted: textOf(at(stream.properties, 'StreamEncryption', 'EncryptionType')) === 'KMS',
  };
}

export function bucketOf(world: World, arn: string): SourceBucket {
  const bucket = sourceNamed(world, arn, 'AWS::S3::Bucket');
  const { properties } = bucket;
  // New buckets block public access unless somebody says otherwise; what a block leaves out is off.
  const block = properties.PublicAccessBlockConfiguration;
  const blocks = (part: string): boolean => (block === undefined ? true : (flagOf(at(block, part)) ?? false));
  const acl = textOf(properties.AccessControl);
  return {
    name: bucket.identity.name,
    document: attachedDocument(world, 'AWS::S3::BucketPolicy', 'Bucket', bucket),
    // What a public policy may still do, as the live reader tells it.
    blocksPublicPolicy: blocks('RestrictPublicBuckets'),
    ignoresPublicAcls: blocks('IgnorePublicAcls'),
    publicWriteAcl: acl === 'PublicReadWrite',
  };
}
