import { readFileSync } from 'node:fs';
import { ApiGatewayV2Client, CreateApiCommand, CreateRouteCommand } from '@aws-sdk/client-apigatewayv2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import {
  type Account,
  catchEvents,
  createQueue,
  openAccount,
  policyOf,
  queueArn,
  receive,
  trustOf,
  untilSettled,
} from './account.ts';
import { zip } from './zip.ts';

interface Envelope {
  'detail-type': string;
  source: string;
  account: string;
  region: string;
  detail: Record<string, unknown> & { eventName: string; errorCode?: string };
}

const id = '222222222222';
const region = 'eu-west-1';
const secret = 'kept-out-of-every-record';
const fixtures = JSON.parse(readFileSync(new URL('./fixtures/cloudtrail-records.json', import.meta.url), 'utf8')) as Envelope[];
const everything = { 'detail-type': ['AWS API Call via CloudTrail'] };

let cloud: Cloud;
let account: Account;
/** The same account as a role session whose name says who it is. */
let ada: Account;
let records: Envelope[];

const refused = (call: Promise<unknown>): Promise<unknown> => expect(call).rejects.toThrow();

async function changeRoles(): Promise<void> {
  const own = { RoleName: 'orders-role' };
  const trust = trustOf({ Service: 'lambda.amazonaws.com' });
  await account.iam.send(new CreateRoleCommand({ ...own, Path: '/app/', AssumeRolePolicyDocument: trust }));
  const PolicyDocument = policyOf({ Action: 's3:*', Resource: '*' });
  await account.iam.send(new PutRolePolicyCommand({ ...own, PolicyName: 'inline', PolicyDocument }));
  await account.iam.send(new AttachRolePolicyCommand({ ...own, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }));
  await account.iam.send(new UpdateAssumeRolePolicyCommand({ ...own, PolicyDocument: trust }));
  await refused(account.iam.send(new DeleteRolePolicyCommand({ ...own, PolicyName: 'absent' })));
  await refused(ada.iam.send(new PutRolePolicyCommand({ ...own, PolicyName: 'inline', PolicyDocument })));
}

async function becomeAda(): Promise<void> {
  const trust = trustOf({ AWS: `arn:aws:iam::${id}:root` });
  await account.iam.send(new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: trust }));
  const PolicyDocument = policyOf({ Action: ['lambda:*', 'iam:PassRole', 'sqs:*'], Resource: '*' });
  await account.iam.send(new PutRolePolicyCommand({ RoleName: 'deployer', PolicyName: 'deploy', PolicyDocument }));
  const RoleArn = `arn:aws:iam::${id}:role/deployer`;
  const { Credentials } = await account.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ada@example.com' }));
  ada = openAccount(cloud, id, region, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  });
}

async function changeFunction(): Promise<void> {
  const { lambda } = ada;
  const own = { FunctionName: 'orders' };
  const ZipFile = zip({ name: 'index.js', text: `exports.handler = async () => '${secret}';` });
  const made = {
    ...own,
    Runtime: 'nodejs22.x' as const,
    Handler: 'index.handler',
    Role: `arn:aws:iam::${id}:role/app/orders-role`,
    Code: { ZipFile },
  };
  const Environment = { Variables: { DB_PASSWORD: secret } };
  await lambda.send(new CreateFunctionCommand({ ...made, Timeout: 900, Environment, Tags: { team: 'shop' } }));
  await refused(lambda.send(new CreateFunctionCommand({ ...made, Environment })));
  await untilSettled(account, 'orders');
  await lambda.send(new UpdateFunctionConfigurationCommand({ ...own, Timeout: 30, Environment }));
  await untilSettled(account, 'orders');
  await lambda.send(new UpdateFunctionCodeCommand({ ...own, ZipFile }));
  await untilSettled(account, 'orders');
  await lambda.send(new PublishVersionCommand(own));
  await lambda.send(new CreateAliasCommand({ ...own, Name: 'live', FunctionVersion: '1' }));
  await lambda.send(new GetFunctionCommand(own));
}

async function openFunction(): Promise<void> {
  const { lambda } = ada;
  const own = { FunctionName: 'orders' };
  const anybody = { ...own, StatementId: 'anybody', Action: 'lambda:InvokeFunction', Principal: '*', Qualifier: 'live' };
  await lambda.send(new AddPermissionCommand(anybody));
  await lambda.send(new RemovePermissionCommand({ ...own, StatementId: 'anybody', Qualifier: 'live' }));
  await lambda.send(new CreateFunctionUrlConfigCommand({ ...own, AuthType: 'NONE' }));
  await lambda.send(new PutFunctionConcurrencyCommand({ ...own, ReservedConcurrentExecutions: 3 }));
  await lambda.send(
    new TagResourceCommand({ Resource: `arn:aws:lambda:${region}:${id}:function:orders`, Tags: { tier: 'one' } }),
  );
  await lambda.send(new PublishLayerVersionCommand({ LayerName: 'tools', Content: { ZipFile: zip({ name: 'a', text: 'a' }) } }));
  await createQueue(account, 'work');
  await lambda.send(new CreateEventSourceMappingCommand({ ...own, EventSourceArn: queueArn(account, 'work'), BatchSize: 5 }));
  await lambda.send(new DeleteFunctionCommand(own));
}

async function changeApi(): Promise<void> {
  const api = new ApiGatewayV2Client({ endpoint: cloud.endpoint, region, credentials: cloud.credentials(id) });
  const { ApiId } = await api.send(new CreateApiCommand({ Name: 'shop', ProtocolType: 'HTTP' }));
  await api.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /orders' }));
}

beforeAll(async () => {
  cloud = await startCloud();
  account = openAccount(cloud, id, region);
  const home = openAccount(cloud, id, 'us-east-1');
  await becomeAda();
  const local = await catchEvents(account, 'records', everything);
  const global = await catchEvents(home, 'records', everything);
  await changeRoles();
  await changeFunction();
  await openFunction();
  await changeApi();
  const bodies = [...(await receive(home, global, 7)), ...(await receive(account, local, 30, 1))];
  records = bodies.map((body) => JSON.parse(body) as Envelope);
});
afterAll(() => cloud?.stop());

/** Every path of a value with the kind of what is there. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [`${path}[]`];
  if (value === null || typeof value !== 'object') return [`${path}: ${value === null ? 'null' : typeof value}`];
  return [`${path}{}`, ...Object.entries(value).flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`))].sort();
}

const label = (each: Envelope): string => `${each.detail.eventName} ${each.detail.errorCode ?? 'done'}`;

describe('each mutating call leaves a record of the shape that CloudTrail writes', () => {
  test.each(fixtures.map((fixture) => [label(fixture), fixture] as const))('%s', (wanted, fixture) => {
    const found = records.filter((record) => label(record) === wanted);
    expect(found).toHaveLength(1);
    expect(shapeOf(found[0])).toEqual(shapeOf(fixture));
    expect(found[0]).toMatchObject({ source: fixture.source, account: fixture.account, region: fixture.region });
    const expected = fixture.detail.requestParameters as Record<string, unknown>;
    const anyApi = 'apiId' in expected ? { apiId: expect.stringMatching(/^[a-z0-9]{8,}$/) } : {};
    expect(found[0]?.detail.requestParameters).toEqual({ ...expected, ...anyApi });
  });

  test('and no other call does', () => {
    expect(records.map(label).sort()).toEqual(fixtures.map(label).sort());
  });
});

test('no value of an environment and no code is in any record', () => {
  expect(JSON.stringify(records)).not.toContain(secret);
  expect(JSON.stringify(records)).not.toContain('DB_PASSWORD');
});

test('the caller is the role session, with the role that issued it', () => {
  const record = records.find((each) => each.detail.eventName === 'UpdateFunctionConfiguration20150331v2');
  expect(record?.detail.userIdentity).toMatchObject({
    type: 'AssumedRole',
    principalId: expect.stringMatching(/^AROA[A-Z0-9]+:ada@example\.com$/),
    arn: `arn:aws:sts::${id}:assumed-role/deployer/ada@example.com`,
    sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${id}:role/deployer`, userName: 'deployer' } },
  });
});

test('policy documents are the text that was sent', () => {
  const record = records.find((each) => label(each) === 'PutRolePolicy done');
  expect(record?.detail.requestParameters).toMatchObject({ policyDocument: policyOf({ Action: 's3:*', Resource: '*' }) });
});
