import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { AttachRolePolicyCommand, CreateUserCommand, DeleteRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddLayerVersionPermissionCommand,
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  memberArn,
  newName,
  noFacts,
  policy,
  REGION,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';
import { type RawCalls, rawCalls } from './cloud/raw-calls.ts';

let cloud: MemberCloud;
let reader: Reader;
let role: string;
let raw: RawCalls;

beforeAll(async () => {
  cloud = await startMemberCloud();
  // Buckets are addressed by path, which needs no name of their own for this machine.
  process.env.AWS_ENDPOINT_URL_S3 = cloud.cloud.endpoint;
  reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
  raw = rawCalls(cloud.cloud.credentials(MEMBER));
  role = await createExecutionRole(cloud, 'exec');
  const everything = policy([{ Effect: 'Allow', Action: ['kinesis:*', 'sqs:*', 'sns:*'], Resource: '*' }]);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'exec', PolicyName: 'sources', PolicyDocument: everything }));
});
afterAll(() => cloud?.stop());

const statement = (...actions: string[]) => expect.objectContaining({ statements: [expect.objectContaining({ actions })] });

const allow = (FunctionName: string, service: string, SourceArn: string, SourceAccount?: string) =>
  cloud.lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: newName('s'),
      Action: 'lambda:InvokeFunction',
      Principal: service,
      SourceArn,
      SourceAccount,
    }),
  );

describe('a function', () => {
  it('the rest of its configuration', async () => {
    const target = await createFunction(cloud, newName('config'), role, {
      KMSKeyArn: cloud.keyArn,
      EphemeralStorage: { Size: 2048 },
      TracingConfig: { Mode: 'Active' },
      DeadLetterConfig: { TargetArn: memberArn('sqs', 'dead') },
    });
    const needs = ['environmentKeyArn', 'ephemeralStorageMb', 'fileSystems', 'tracing', 'deadLetterArn', 'lastModified'];
    const state = await reader.readState(target, needs, noFacts);
    expect(state).toMatchObject({
      environmentKeyArn: cloud.keyArn,
      ephemeralStorageMb: 2048,
      fileSystems: [],
      tracing: true,
      deadLetterArn: memberArn('sqs', 'dead'),
    });
    expect(state?.lastModified).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('what is set beside it: concurrency and asynchronous invocations; nothing where nobody set it', async () => {
    const needs = ['reservedConcurrency', 'asyncConfigs', 'codeSigning', 'codeSigned'];
    const plain = await createFunction(cloud, newName('plain'), role);
    expect(await reader.readState(plain, needs, noFacts)).toEqual({
      reservedConcurrency: null,
      asyncConfigs: [],
      codeSigning: null,
      codeSigned: false,
    });
    const set = await createFunction(cloud, newName('set'), role);
    const FunctionName = set.name;
    await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
    await cloud.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 7 }));
    await cloud.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
    const Destination = memberArn('sqs', 'failed');
    await cloud.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        Qualifier: '1',
        MaximumEventAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination } },
      }),
    );
    const state = await reader.readState(set, needs, noFacts);
    expect(state?.reservedConcurrency).toBe(7);
    expect(state?.asyncConfigs).toEqual(
      expect.arrayContaining([
        { qualifier: null, maximumAgeSeconds: 21_600, maximumRetries: 0, onFailureArn: null },
        { qualifier: '1', maximumAgeSeconds: 60, maximumRetries: 2, onFailureArn: Destination },
      ]),
    );
  });

  it('the policies of its own layers', async () => {
    const layer = async (name: string) => {
      const Content = { ZipFile: zipSync({ 'a.txt': new TextEncoder().encode('a') }) };
      const { LayerVersionArn = '', Version } = await cloud.lambda.send(
        new PublishLayerVersionCommand({ LayerName: name, Content }),
      );
      return { LayerVersionArn, Version };
    };
    const shared = await layer('shared-layer');
    const own = await layer('own-layer');
    await cloud.lambda.send(
      new AddLayerVersionPermissionCommand({
        LayerName: 'shared-layer',
        VersionNumber: shared.Version,
        StatementId: 'all',
        Action: 'lambda:GetLayerVersion',
        Principal: '*',
      }),
    );
    const Layers = [shared.LayerVersionArn, own.LayerVersionArn];
    const target = await createFunction(cloud, newName('layered'), role, { Layers });
    expect(await reader.readState(target, ['layerPolicies'], noFacts)).toEqual({
      layerPolicies: [{ layerArn: shared.LayerVersionArn, document: statement('lambda:GetLayerVersion') }],
    });
  });

  it('whose owner still exists', async () => {
    await cloud.iam.send(new CreateUserCommand({ UserName: 'alice', Path: '/people/' }));
    const target = await createFunction(cloud, newName('owned'), role, {
      Tags: {
        owner: `arn:aws:iam::${MEMBER}:user/people/alice`,
        moved: `arn:aws:iam::${MEMBER}:user/alice`,
        gone: `arn:aws:iam::${MEMBER}:role/nobody`,
        role,
        elsewhere: 'arn:aws:iam::333333333333:user/bob',
        team: 'shop',
      },
    });
    const { taggedPrincipals } = (await reader.readState(target, ['taggedPrincipals'], noFacts)) ?? {};
    const exists = Object.fromEntries(
      (Array.isArray(taggedPrincipals) ? taggedPrincipals : []).map((one) => [one.tag, one.exists]),
    );
    expect(exists).toEqual({ owner: true, moved: false, gone: false, role: true });
  });

  it('where it logs', async () => {
    const target = await createFunction(cloud, newName('logs'), role);
    const name = `/aws/lambda/${target.name}`;
    const make = (logGroupName: string) => raw.json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName });
    await make(`${name}-too`);
    expect(await reader.readState(target, ['logGroup'], noFacts)).toEqual({ logGroup: null });
    await make(name);
    expect(await reader.readState(target, ['logGroup'], noFacts)).toEqual({
      logGroup: { name, retentionDays: null, keyArn: null },
    });
    await raw.json('logs', 'Logs_20140328.PutRetentionPolicy', { logGroupName: name, retentionInDays: 30 });
    expect(await reader.readState(target, ['logGroup'], noFacts)).toMatchObject({ logGroup: { retentionDays: 30 } });
  });

  it('what its role may do, and that a role which is gone tells nothing', async () => {
    const name = newName('worker');
    const target = await createFunction(cloud, newName('works'), await createExecutionRole(cloud, name));
    const text = policy([{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'main', PolicyDocument: text }));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
    expect(await reader.readState(target, ['rolePolicies'], noFacts)).toEqual({
      rolePolicies: [
        { name: 'main', document: statement('s3:GetObject') },
        { name: 'AdministratorAccess', document: statement('*') },
      ],
    });
    const lost = newName('lost');
    const orphan = await createFunction(cloud, newName('orphan'), await createExecutionRole(cloud, lost));
    await cloud.iam.send(new DeleteRoleCommand({ RoleName: lost }));
    expect(await reader.readState(orphan, ['rolePolicies'], noFacts)).toEqual({
      rolePolicies: { unknown: expect.stringContaining('no longer exists') },
    });
  });

  it('when it was last invoked', async () => {
    const target = await createFunction(cloud, newName('idle'), role);
    expect(await reader.readState(target, ['lastInvoked'], noFacts)).toEqual({ lastInvoked: { at: null, days: 400 } });
    const Timestamp = new Date(Date.now() - 10 * 86_400_000);
    const { endpoint } = cloud.cloud;
    await new CloudWatchClient({ endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) }).send(
      new PutMetricDataCommand({
        Namespace: 'AWS/Lambda',
        MetricData: [
          {
            MetricName: 'Invocations',
            Dimensions: [{ Name: 'FunctionName', Value: target.name }],
            Timestamp,
            Value: 1,
            Unit: 'Count',
          },
        ],
      }),
    );
    const { lastInvoked } = (await reader.readState(target, ['lastInvoked'], noFacts)) ?? {};
    expect(lastInvoked).toEqual({ at: `${Timestamp.toISOString().slice(0, 10)}T00:00:00.000Z`, days: 400 });
  });
});

describe('what feeds a function', () => {
  it('mappings and streams', async () => {
    await raw.json('kinesis', 'Kinesis_20131202.CreateStream', { StreamName: 'clicks', ShardCount: 1 });
    const target = await createFunction(cloud, newName('fed'), role);
    const streamArn = memberArn('kinesis', 'stream/clicks');
    const { UUID: id } = await cloud.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: target.name,
        EventSourceArn: streamArn,
        StartingPosition: 'LATEST',
        Enabled: false,
        MaximumRetryAttempts: 4,
        MaximumRecordAgeInSeconds: 3600,
        DestinationConfig: { OnFailure: { Destination: memberArn('sqs', 'failed') } },
        FilterCriteria: { Filters: [{ Pattern: '{"a":[1]}' }] },
      }),
    );
    const needs = ['mappings', 'streams', 'queues'];
    expect(await reader.readState(target, needs, noFacts)).toEqual({
      mappings: [
        {
          id,
          sourceArn: streamArn,
          qualifier: null,
          enabled: false,
          onFailureArn: memberArn('sqs', 'failed'),
          maximumRetries: 4,
          maximumAgeSeconds: 3600,
          filtered: true,
        },
      ],
      streams: [{ streamArn, document: null, encrypted: false }],
      queues: [],
    });
    const open = policy([{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kinesis:PutRecord', Resource: streamArn }]);
    await raw.json('kinesis', 'Kinesis_20131202.PutResourcePolicy', { ResourceARN: streamArn, Policy: open });
    await raw.json('kinesis', 'Kinesis_20131202.StartStreamEncryption', {
      StreamName: 'clicks',
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    });
    expect(await reader.readState(target, ['streams'], noFacts)).toEqual({
      streams: [{ streamArn, document: statement('kinesis:PutRecord'), encrypted: true }],
    });
  });

  it('topics, buses and buckets that its policy names', async () => {
    const target = await createFunction(cloud, newName('open'), role);
    const needs = ['topics', 'buses', 'buckets'];
    expect(await reader.readState(target, needs, noFacts)).toEqual({ topics: [], buses: [], buckets: [] });
    const topicArn = memberArn('sns', 'orders');
    await raw.query('sns', '2010-03-31', { Action: 'CreateTopic', Name: 'orders' });
    const publish = policy([{ Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: topicArn }]);
    for (const [AttributeName, AttributeValue] of [
      ['Policy', publish],
      ['KmsMasterKeyId', 'alias/aws/sns'],
    ] as const)
      await raw.query('sns', '2010-03-31', {
        Action: 'SetTopicAttributes',
        TopicArn: topicArn,
        AttributeName,
        AttributeValue,
      });
    await raw.json('events', 'AWSEvents.CreateEventBus', { Name: 'shop' });
    await raw.send(
      's3',
      'PUT',
      '/cinch-in-box',
      `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`,
    );
    const Principal = { AWS: `arn:aws:iam::${MEMBER}:root` };
    const write = policy([{ Effect: 'Allow', Principal, Action: 's3:PutObject', Resource: 'arn:aws:s3:::cinch-in-box/*' }]);
    await allow(target.name, 's3.amazonaws.com', 'arn:aws:s3:::cinch-in-box', MEMBER);
    expect(await reader.readState(target, ['buckets'], noFacts)).toMatchObject({ buckets: [{ document: null }] });
    await raw.send('s3', 'PUT', '/cinch-in-box?policy', write);
    await allow(target.name, 'sns.amazonaws.com', topicArn);
    await allow(target.name, 'sns.amazonaws.com', memberArn('sns', 'never-was'));
    await allow(target.name, 'events.amazonaws.com', memberArn('events', 'rule/shop/orders'));
    await allow(target.name, 'events.amazonaws.com', memberArn('events', 'rule/nightly'));
    await allow(target.name, 'events.amazonaws.com', memberArn('events', 'rule/never-was/x'));
    await allow(target.name, 's3.amazonaws.com', 'arn:aws:s3:::cinch-never-was', MEMBER);
    const state = await reader.readState(target, needs, noFacts);
    expect(state?.topics).toEqual([{ topicArn, document: statement('sns:Publish'), keyId: 'alias/aws/sns' }]);
    expect(state?.buses).toEqual([
      { busArn: memberArn('events', 'event-bus/shop'), document: null },
      { busArn: memberArn('events', 'event-bus/default'), document: null },
    ]);
    expect(state?.buckets).toEqual([
      {
        name: 'cinch-in-box',
        document: statement('s3:PutObject'),
        blocksPublicPolicy: true,
        ignoresPublicAcls: true,
        publicWriteAcl: false,
      },
    ]);
    const block = (on: boolean) =>
      raw.send(
        's3',
        'PUT',
        '/cinch-in-box?publicAccessBlock',
        `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>${on}</BlockPublicAcls><IgnorePublicAcls>${on}</IgnorePublicAcls><BlockPublicPolicy>${on}</BlockPublicPolicy><RestrictPublicBuckets>${on}</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
      );
    for (const on of [true, false]) {
      await block(on);
      const again = await reader.readState(target, ['buckets'], noFacts);
      expect(again?.buckets).toMatchObject([{ blocksPublicPolicy: on, ignoresPublicAcls: on }]);
    }
  });

  it('a source that can’t be told or read is unknown, with the reason', async () => {
    const target = await createFunction(cloud, newName('foreign'), role);
    await allow(target.name, 'sns.amazonaws.com', `arn:aws:sns:${REGION}:333333333333:theirs`);
    await allow(target.name, 'events.amazonaws.com', memberArn('events', 'rule/*'));
    await allow(target.name, 's3.amazonaws.com', 'arn:aws:s3:::theirs', '333333333333');
    expect(await reader.readState(target, ['topics', 'buses', 'buckets'], noFacts)).toEqual({
      topics: { unknown: expect.stringMatching(/arn:aws:sns:.*theirs lies in another account/) },
      buses: { unknown: expect.stringContaining('whatever matches') },
      buckets: { unknown: expect.stringContaining('lies in another account') },
    });
  });
});
