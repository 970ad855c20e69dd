import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import { EXISTENCE_PERMISSIONS, READ_PERMISSIONS } from '../../../shared/model/read-permissions.ts';
import { apiResource, type Resource, type ResourceKind, roleResource, userResource } from '../../../shared/model/resource.ts';
import { isUnknown } from '../../../shared/model/unknown.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  memberArn,
  noFacts,
  policy,
  policyOf,
  REGION,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';
import { rawCalls } from './cloud/raw-calls.ts';
import { movedSecrets } from './readings/function-surroundings.ts';

/** One resource of each kind that has something of everything that a fact is read from. */
let cloud: MemberCloud;
let reader: Reader;
let targets: { readonly [K in ResourceKind]: Resource<K> };

const SOME = policy([{ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*', 'ec2:*'], Resource: '*' }]);
const MANAGED = 'arn:aws:iam::aws:policy/AdministratorAccess';

beforeAll(async () => {
  cloud = await startMemberCloud();
  process.env.AWS_ENDPOINT_URL_S3 = cloud.cloud.endpoint;
  reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
  const user = await makeUser();
  targets = { function: await makeFunction(user), role: roleResource(MEMBER, 'full'), api: await makeApi(), user };
});
afterAll(() => cloud?.stop());

async function makeUser(): Promise<Resource<'user'>> {
  const { iam } = cloud;
  const [UserName, GroupName] = ['full', 'full'];
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: SOME }));
  await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: SOME }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: MANAGED }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: MANAGED }));
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: MANAGED }));
  await iam.send(new CreateAccessKeyCommand({ UserName }));
  return userResource(MEMBER, UserName);
}

async function makeVpc(): Promise<{ SubnetIds: string[]; SecurityGroupIds: string[] }> {
  const { endpoint } = cloud.cloud;
  const ec2 = new EC2Client({ endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) });
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.1.0/24', AvailabilityZone: `${REGION}b` }));
  const group = await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: 'g', Description: 'g' }));
  await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: `com.amazonaws.${REGION}.s3` }));
  return { SubnetIds: [Subnet?.SubnetId ?? ''], SecurityGroupIds: [group.GroupId ?? ''] };
}

async function makeFunction(owner: Resource<'user'>): Promise<Resource<'function'>> {
  const raw = rawCalls(cloud.cloud.credentials(MEMBER));
  const { endpoint } = cloud.cloud;
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: cloud.cloud.credentials(MEMBER) });
  const role = await createExecutionRole(cloud, 'full');
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'full', PolicyName: 'p', PolicyDocument: SOME }));
  await cloud.iam.send(new AttachRolePolicyCommand({ RoleName: 'full', PolicyArn: MANAGED }));
  await cloud.iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'full', PermissionsBoundary: MANAGED }));
  const Content = { ZipFile: zipSync({ a: new Uint8Array(1) }) };
  const layer = await cloud.lambda.send(new PublishLayerVersionCommand({ LayerName: 'l', Content }));
  const { P_NEW = '', P_OLD = '', S_NEW = '' } = (await movedSecrets(cloud, 'full')).references;
  const target = await createFunction(cloud, 'full', role, {
    Layers: [layer.LayerVersionArn ?? ''],
    Tags: { owner: owner.arn, role },
    VpcConfig: await makeVpc(),
    Environment: { Variables: { P_NEW, P_OLD, S_NEW } },
  });
  const FunctionName = target.name;
  await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
  await cloud.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  await cloud.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'full' }));
  await raw.json('kinesis', 'Kinesis_20131202.CreateStream', { StreamName: 'full', ShardCount: 1 });
  await raw.query('sns', '2010-03-31', { Action: 'CreateTopic', Name: 'full' });
  await raw.json('events', 'AWSEvents.CreateEventBus', { Name: 'full' });
  const where = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
  await raw.send('s3', 'PUT', '/cinch-full', where);
  await raw.json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName: '/aws/lambda/full' });
  for (const [EventSourceArn, more] of [
    [memberArn('sqs', 'full'), {}],
    [memberArn('kinesis', 'stream/full'), { StartingPosition: 'LATEST' as const }],
  ] as const)
    await cloud.lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, ...more }));
  const sources: [string, string][] = [
    ['sns', memberArn('sns', 'full')],
    ['events', memberArn('events', 'rule/full/r')],
    ['s3', 'arn:aws:s3:::cinch-full'],
  ];
  for (const [service, SourceArn] of sources) {
    const Principal = `${service}.amazonaws.com`;
    const granted = { FunctionName, StatementId: service, Action: 'lambda:InvokeFunction', Principal, SourceArn };
    await cloud.lambda.send(new AddPermissionCommand(granted));
  }
  return target;
}

async function makeApi(): Promise<Resource<'api'>> {
  const raw = rawCalls(cloud.cloud.credentials(MEMBER));
  const { id } = await raw.rest('POST', '/restapis', { name: 'full' });
  const { id: deploymentId } = await raw.rest('POST', `/restapis/${id}/deployments`, {});
  await raw.rest('POST', `/restapis/${id}/stages`, { stageName: 'prod', deploymentId });
  await raw.rest('POST', '/domainnames', { domainName: 'full.example.com', endpointConfiguration: { types: ['EDGE'] } });
  await raw.rest('POST', '/domainnames/full.example.com/basepathmappings', { restApiId: id, stage: 'prod' });
  return apiResource(MEMBER, REGION, String(id));
}

const read = (kind: ResourceKind, needs: readonly string[]) => reader.readState(targets[kind] as Resource, needs, noFacts);

describe('each fact is read with what its row grants, and with nothing more', () => {
  // The local cloud makes no access reports.
  const LACKING = ['serviceAccess'];
  const rows = (Object.keys(READ_PERMISSIONS) as ResourceKind[]).flatMap((kind) =>
    Object.entries(READ_PERMISSIONS[kind]).map(([fact, permissions]) => ({ kind, fact, permissions })),
  );
  it.each(rows.filter(({ fact }) => !LACKING.includes(fact)))('$kind: $fact', async ({ kind, fact, permissions }) => {
    const granted = [...EXISTENCE_PERMISSIONS[kind], ...permissions];
    const PolicyDocument = policyOf(granted, cloud.keyArn);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'own', PolicyDocument }));
    const state = (await read(kind, [fact])) as Record<string, unknown> | undefined;
    expect(Object.keys(state ?? {})).toEqual([fact]);
    expect(isUnknown(state?.[fact]) ? state?.[fact] : 'known').toBe('known');
  });
});

it.each(['ssm:DescribeParameters', 'secretsmanager:DescribeSecret'])('movedSecrets are unknown without %s', async (action) => {
  const others = READ_PERMISSIONS.function.movedSecrets.filter(({ actions }) => !actions.includes(action));
  const PolicyDocument = policyOf(others, cloud.keyArn);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'own', PolicyDocument }));
  const state = await read('function', ['movedSecrets']);
  expect(state).toEqual({ movedSecrets: { unknown: expect.stringContaining('may not read movedSecrets') } });
});

it('what lies around a function in a VPC', async () => {
  const every = Object.values(READ_PERMISSIONS.function).flat();
  const PolicyDocument = policyOf(every, cloud.keyArn);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'own', PolicyDocument }));
  expect(await read('function', ['subnets', 'openEgress', 'endpoints', 'ssmReachable'])).toEqual({
    subnets: [{ subnetId: expect.stringMatching(/^subnet-/), zone: `${REGION}b`, defaultRoute: 'none' }],
    openEgress: [{ groupId: expect.stringMatching(/^sg-/), cidr: '0.0.0.0/0', protocol: '-1', ports: 'all' }],
    endpoints: ['s3'],
    ssmReachable: false,
  });
});

describe('what nobody needs is not asked for', () => {
  /** The requests that were made meanwhile, as `service path`, once each kind. */
  async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = [];
    const note = (message: unknown): void => {
      const { request } = message as { request: ClientRequest };
      const service = /\/([\w-]+)\/aws4_request/.exec(String(request.getHeader('authorization')))?.[1];
      const target = String(request.getHeader('x-amz-target') ?? '').split('.')[1];
      seen.push(`${service} ${target ?? request.path.replace(/^\/\d{4}-\d\d-\d\d/, '')}`);
    };
    subscribe('http.client.request.start', note);
    try {
      await work();
    } finally {
      unsubscribe('http.client.request.start', note);
    }
    return seen.sort();
  }

  beforeAll(async () => {
    const every = Object.values(READ_PERMISSIONS).flatMap((table) => Object.values(table).flat());
    const PolicyDocument = policyOf(every, cloud.keyArn);
    await cloud.iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'own', PolicyDocument }));
  });
  const CONFIG = 'lambda /functions/full/configuration';

  it.each<[string[], string[]]>([
    [['timeoutSeconds', 'environmentKeyArn', 'tracing', 'lastModified'], [CONFIG]],
    [['reservedConcurrency'], ['lambda /functions/full/concurrency', CONFIG]],
    [['logGroup'], [CONFIG, 'logs DescribeLogGroups']],
    [['openEgress'], ['ec2 /', CONFIG]],
    // Never GetParameter or GetSecretValue.
    [['movedSecrets'], [CONFIG, 'secretsmanager DescribeSecret', 'ssm DescribeParameters']],
    [
      ['subnets', 'ssmReachable', 'endpoints'],
      ['ec2 /', 'ec2 /', 'ec2 /', CONFIG],
    ],
    [
      ['topics'],
      [
        'lambda /functions/full/aliases',
        CONFIG,
        'lambda /functions/full/policy',
        'lambda /functions/full/policy?Qualifier=live',
        'sns /',
      ],
    ],
  ])('%s', async (needs, expected) => {
    const seen = await requestsOf(() => read('function', needs));
    expect(seen).toEqual(expected);
  });

  it('each call once, however many facts need it', async () => {
    const needs = Object.keys(READ_PERMISSIONS.function);
    const seen = (await requestsOf(() => read('function', needs))).filter((one) => !/^(ec2|iam|monitoring|sns) /.test(one));
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.filter((one, index) => seen.indexOf(one) !== index)).toEqual([]);
  });

  it('of an API: its routes alone, or what needs no further call', async () => {
    const path = `/restapis/${targets.api.name}`;
    expect(await requestsOf(() => read('api', ['name', 'policy', 'tags']))).toEqual([`apigateway ${path}`]);
    expect(await requestsOf(() => read('api', ['routes']))).toEqual([
      `apigateway ${path}`,
      `apigateway ${path}/resources?embed=methods&limit=500`,
    ]);
  });

  it('of a user: no groups for its tags', async () => {
    expect(await requestsOf(() => read('user', ['tags', 'createdAt']))).toEqual(['iam /']);
  });
});
