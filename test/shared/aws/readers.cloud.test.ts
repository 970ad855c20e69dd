import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, CreatePolicyCommand, DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeMemberAccess } from '../../../shared/aws/member.ts';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { LedgerFacts, Reader } from '../../../shared/flows/ports.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';
import { functionResource, type Resource, roleResource } from '../../../shared/model/resource.ts';
import {
  config,
  createExecutionRole,
  createFunction,
  LAMBDA_TRUST,
  MEMBER,
  type MemberCloud,
  newName,
  noFacts,
  policy,
  REGION,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';

let cloud: MemberCloud;
let reader: Reader;
let role: string;
let admin: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  cloud = await startMemberCloud();
  reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
  role = await createExecutionRole(cloud, 'exec', '/deep/er/');
  admin = { endpoint: cloud.cloud.endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) };
});
afterAll(() => cloud?.stop());

const users = (...resources: Resource<'function'>[]): LedgerFacts => ({
  note: undefined,
  functionsOfRole: async () => resources,
});

describe('a function', () => {
  it('its configuration', async () => {
    const target = await createFunction(cloud, newName('config'), role, {
      Timeout: 900,
      Architectures: ['arm64'],
      Environment: { Variables: { A: 'é"1' } },
      Tags: { team: 'a', 'lambda:createdBy': 'SAM' },
    });
    const needs = [
      'runtime',
      'packageType',
      'architecture',
      'timeoutSeconds',
      'roleArn',
      'layers',
      'environment',
      'snapStart',
      'codeSigned',
      'edge',
      'vpc',
      'ssmReachable',
      'tags',
      'managedBy',
      'createdAt',
    ];
    expect(await reader.readState(target, needs, noFacts)).toEqual({
      runtime: 'nodejs20.x',
      packageType: 'Zip',
      architecture: 'arm64',
      timeoutSeconds: 900,
      roleArn: role,
      layers: [],
      environment: { A: 'é"1' },
      snapStart: false,
      codeSigned: false,
      edge: false,
      vpc: null,
      ssmReachable: true,
      tags: { team: 'a', 'lambda:createdBy': 'SAM' },
      managedBy: { tool: 'SAM', stack: null },
      createdAt: null,
    });
  });

  it('no fact that was not asked for, and nothing at all of a function that is gone', async () => {
    const target = await createFunction(cloud, newName('few'), role);
    expect(Object.keys((await reader.readState(target, ['timeoutSeconds', 'no-such-fact'], noFacts)) ?? {})).toEqual([
      'timeoutSeconds',
    ]);
    await cloud.lambda.send(new DeleteFunctionCommand({ FunctionName: target.name }));
    const all = ['tags', 'aliases', 'versions', 'resourcePolicies', 'urls', 'queues', 'durations', 'roleSharers', 'environment'];
    expect(await reader.readState(target, all, users(target))).toBeUndefined();
    expect(await reader.readState(target, [], noFacts)).toBeUndefined();
  });

  it('what hangs on its qualifiers', async () => {
    const target = await createFunction(cloud, newName('live'), role, { Environment: { Variables: { OLD: '1' } } });
    const FunctionName = target.name;
    await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
    await cloud.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const open = { FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '*' };
    await cloud.lambda.send(new AddPermissionCommand(open));
    await cloud.lambda.send(new AddPermissionCommand({ ...open, StatementId: 'alias', Qualifier: 'live' }));
    const Cors = { AllowOrigins: ['*'], AllowCredentials: true };
    await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', Cors }));
    await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, Qualifier: 'live', AuthType: 'AWS_IAM' }));
    const state = await reader.readState(target, ['aliases', 'versions', 'resourcePolicies', 'urls'], noFacts);
    expect(state).toMatchObject({
      aliases: [{ name: 'live', version: '1' }],
      versions: [{ version: '1', environment: { OLD: '1' }, roleArn: role, timeoutSeconds: 3, runtime: 'nodejs20.x' }],
      resourcePolicies: [
        { qualifier: null, document: { statements: [{ sid: 's' }] } },
        { qualifier: 'live', document: { statements: [{ sid: 'alias' }] } },
      ],
    });
    expect(state?.urls).toEqual(
      expect.arrayContaining([
        { qualifier: null, authType: 'NONE', cors: { allowOrigins: ['*'], allowCredentials: true } },
        { qualifier: 'live', authType: 'AWS_IAM', cors: null },
      ]),
    );
  });

  it('what feeds it', async () => {
    const sqs = new SQSClient(admin);
    await cloud.iam.send(
      new PutRolePolicyCommand({
        RoleName: 'exec',
        PolicyName: 'sqs',
        PolicyDocument: policy([{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]),
      }),
    );
    const target = await createFunction(cloud, newName('fed'), role, { Timeout: 10 });
    const queueArn = `arn:aws:sqs:${REGION}:${MEMBER}:orders`;
    const deadLetterArn = `arn:aws:sqs:${REGION}:${MEMBER}:orders-dead`;
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders-dead' }));
    const open = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: queueArn };
    const Attributes = {
      VisibilityTimeout: '77',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount: 5 }),
      Policy: policy([open]),
      SqsManagedSseEnabled: 'true',
    };
    await sqs.send(new CreateQueueCommand({ QueueName: 'orders', Attributes }));
    const needs = ['queues', 'otherSources'];
    expect(await reader.readState(target, needs, noFacts)).toEqual({ queues: [], otherSources: false });
    await cloud.lambda.send(new CreateEventSourceMappingCommand({ FunctionName: target.name, EventSourceArn: queueArn }));
    expect(await reader.readState(target, needs, noFacts)).toEqual({
      queues: [
        {
          queueArn,
          visibilityTimeoutSeconds: 77,
          deadLetterArn,
          document: expect.objectContaining({ statements: [expect.objectContaining({ actions: ['sqs:SendMessage'] })] }),
          encrypted: true,
        },
      ],
      otherSources: false,
    });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders' }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    expect(await reader.readState(target, needs, noFacts)).toEqual({ queues: [], otherSources: false });
    await cloud.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: target.name,
        EventSourceArn: `arn:aws:kinesis:${REGION}:${MEMBER}:stream/clicks`,
        StartingPosition: 'LATEST',
      }),
    );
    expect(await reader.readState(target, ['otherSources'], noFacts)).toEqual({ otherSources: true });
  });

  it('how long it ran, and what it answered since', async () => {
    const target = await createFunction(cloud, newName('ran'), role);
    expect(await reader.readState(target, ['durations'], noFacts)).toEqual({
      durations: { samples: 0, maximumMs: 0, p999Ms: 0, days: 14 },
    });
    const since = new Date().toISOString();
    for (let count = 0; count < 3; count++) await cloud.lambda.send(new InvokeCommand({ FunctionName: target.name }));
    await expect.poll(() => reader.readTraffic(target, since)).toEqual({ invocations: 3, errors: 0 });
    const Dimensions = [{ Name: 'FunctionName', Value: target.name }];
    const Timestamp = new Date(Date.now() - 5 * 86_400_000);
    await new CloudWatchClient(admin).send(
      new PutMetricDataCommand({
        Namespace: 'AWS/Lambda',
        MetricData: [{ MetricName: 'Duration', Dimensions, Timestamp, Value: 123_456, Unit: 'Milliseconds' }],
      }),
    );
    const { durations } = (await reader.readState(target, ['durations'], noFacts)) ?? {};
    expect(durations).toMatchObject({ samples: 4, maximumMs: 123_456, days: 14 });
  });

  it('who shares its role, as the index knows and a look confirms', async () => {
    const target = await createFunction(cloud, newName('one'), role);
    const other = await createFunction(cloud, newName('two'), role);
    const moved = await createFunction(cloud, newName('moved'), await createExecutionRole(cloud, newName('else')));
    const gone = functionResource(MEMBER, REGION, 'never-was');
    const elsewhere = functionResource(MEMBER, 'us-west-2', 'unreadable');
    const ledger = users(target, other, moved, gone, elsewhere);
    // cinch-read of this cloud may read in one region only: what can't be confirmed counts.
    expect(await reader.readState(target, ['roleSharers'], ledger)).toEqual({ roleSharers: [other.arn, elsewhere.arn] });
  });
});

describe('ssmReachable of a function in a VPC', () => {
  it('false without a way out, true through a NAT gateway', async () => {
    const ec2 = new EC2Client(admin);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const VpcId = Vpc?.VpcId;
    const subnetOf = async (CidrBlock: string) =>
      (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).Subnet?.SubnetId ?? '';
    const subnetIds = [await subnetOf('10.0.1.0/24'), await subnetOf('10.0.2.0/24')];
    const groups = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId ?? ''] }] }));
    const SecurityGroupIds = [groups.SecurityGroups?.[0]?.GroupId ?? ''];
    const target = await createFunction(cloud, newName('inside'), role, {
      VpcConfig: { SubnetIds: subnetIds, SecurityGroupIds },
    });
    const reach = async () => (await reader.readState(target, ['ssmReachable'], noFacts))?.ssmReachable;
    expect(await reader.readState(target, ['vpc'], noFacts)).toMatchObject({ vpc: { subnetIds } });
    expect(await reach()).toBe(false);
    const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnetIds[0], ConnectivityType: 'private' }));
    const tables = await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId ?? ''] }] }));
    const RouteTableId = tables.RouteTables?.[0]?.RouteTableId;
    await ec2.send(
      new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId: NatGateway?.NatGatewayId }),
    );
    expect(await reach()).toBe(true);
  });
});

describe('a role', () => {
  it('its facts, also when an event named it without its path', async () => {
    const name = newName('facts');
    const arn = await createExecutionRole(cloud, name, '/teams/a/');
    const text = '{ "Version":"2012-10-17", "Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"} }';
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'main', PolicyDocument: text }));
    const { Policy } = await cloud.iam.send(
      new CreatePolicyCommand({
        PolicyName: newName('own'),
        PolicyDocument: policy([{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]),
      }),
    );
    for (const PolicyArn of ['arn:aws:iam::aws:policy/AdministratorAccess', Policy?.Arn])
      await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
    const user = await createFunction(cloud, newName('user'), arn);
    const asked: string[] = [];
    const ledger: LedgerFacts = {
      note: undefined,
      functionsOfRole: async (roleArn) => {
        asked.push(roleArn);
        return [user];
      },
    };
    const needs = ['path', 'trustPolicy', 'permissionsBoundaryArn', 'tags', 'inlinePolicies', 'attachedPolicies', 'usedBy'];
    const state = await reader.readState(roleResource(MEMBER, name), needs, ledger);
    expect(state).toMatchObject({
      path: '/teams/a/',
      trustPolicy: { text: LAMBDA_TRUST },
      permissionsBoundaryArn: null,
      tags: {},
      inlinePolicies: [{ name: 'main', document: { text, statements: [{ actions: ['s3:*'] }] } }],
      usedBy: [user.arn],
    });
    expect(asked).toEqual([arn]);
    expect(state?.attachedPolicies).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'AdministratorAccess', awsManaged: true }),
        expect.objectContaining({
          arn: Policy?.Arn,
          awsManaged: false,
          document: expect.objectContaining({ statements: [expect.objectContaining({ actions: ['sqs:*'] })] }),
        }),
      ]),
    );
    expect(await reader.readState(roleResource(MEMBER, 'never-was'), needs, ledger)).toBeUndefined();
  });

  it('the roles of a managed policy that Lambda may assume', async () => {
    const { Policy } = await cloud.iam.send(
      new CreatePolicyCommand({
        PolicyName: newName('shared'),
        PolicyDocument: policy([{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]),
      }),
    );
    const PolicyArn = Policy?.Arn ?? '';
    expect(await reader.readRolesOfPolicy(MEMBER, PolicyArn)).toEqual([]);
    const name = newName('holder');
    await createExecutionRole(cloud, name, '/x/');
    for (const RoleName of [name, 'cinch-write']) await cloud.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    expect(await reader.readRolesOfPolicy(MEMBER, PolicyArn)).toEqual([roleResource(MEMBER, `x/${name}`)]);
  });
});

it('lists all functions of a region, page after page', async () => {
  const names = await Promise.all(
    Array.from({ length: 55 }, async (_, index) => (await createFunction(cloud, `listed-${index}`, role)).name),
  );
  const found: string[] = [];
  for await (const { resource, roleArn } of reader.listFunctions(MEMBER, REGION)) {
    expect(roleArn).toMatch(/^arn:aws:iam::/);
    found.push(resource.name);
  }
  expect(found).toEqual(expect.arrayContaining(names));
  expect(new Set(found).size).toBe(found.length);

  const first = await reader.readFunctionPage(MEMBER, REGION, null);
  expect(first.items).toHaveLength(50);
  const second = await reader.readFunctionPage(MEMBER, REGION, first.next);
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(
    found.slice(0, first.items.length + second.items.length),
  );
});

describe('access', () => {
  it('a fact that cinch-read may not read is unknown, with the reason, and the others are read', async () => {
    const target = await createFunction(cloud, newName('hidden'), role);
    const deny = policy([{ Effect: 'Deny', Action: ['lambda:GetPolicy', 'cloudwatch:GetMetricData'], Resource: '*' }]);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'deny', PolicyDocument: deny }));
    try {
      expect(await reader.readState(target, ['resourcePolicies', 'durations', 'timeoutSeconds'], noFacts)).toEqual({
        resourcePolicies: { unknown: expect.stringContaining('cinch-read may not read resourcePolicies') },
        durations: { unknown: expect.stringContaining('AccessDenied') },
        timeoutSeconds: 3,
      });
      await expect(reader.readTraffic(target, new Date().toISOString())).rejects.toBeInstanceOf(AccessRefused);
    } finally {
      await cloud.iam.send(new DeleteRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'deny' }));
    }
  });

  it('an account that does not admit the role, or another external id, is refused; one AssumeRole serves all', async () => {
    await expect(reader.readState(functionResource('333333333333', REGION, 'f'), ['runtime'], noFacts)).rejects.toBeInstanceOf(
      AccessRefused,
    );
    const wrong = makeMemberAccess({
      clock: realClock,
      random: Math.random,
      region: REGION,
      config: { read: async () => ({ ...config, hub: { ...config.hub, externalId: 'not-the-external-id' } }) },
      session: 'cinch-test',
    });
    const refused = makeReader({ members: wrong, clock: realClock, random: Math.random });
    await expect(refused.readState(functionResource(MEMBER, REGION, 'f'), ['runtime'], noFacts)).rejects.toThrow(
      /account 222222222222 does not let Cinch assume its role cinch-read/,
    );
    let reads = 0;
    let ahead = 0;
    const counted = makeMemberAccess({
      clock: { ...realClock, now: () => new Date(Date.now() + ahead) },
      random: Math.random,
      region: REGION,
      config: {
        read: async () => {
          reads += 1;
          return config;
        },
      },
      session: 'cinch-test',
    });
    const twice = makeReader({ members: counted, clock: realClock, random: Math.random });
    const target = await createFunction(cloud, newName('warm'), role);
    await Promise.all([1, 2, 3].map(() => twice.readState(target, ['tags', 'aliases', 'durations'], noFacts)));
    await twice.readState(target, ['runtime'], noFacts);
    expect(reads).toBe(1);
    const { credentials } = counted.clients(MEMBER, 'us-east-1', 'read');
    const first = await credentials();
    ahead = 56 * 60_000;
    const [second, third] = await Promise.all([credentials(), credentials()]);
    expect(reads).toBe(2);
    expect(second.sessionToken).not.toBe(first.sessionToken);
    expect(third.sessionToken).toBe(second.sessionToken);
  });
});
