import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionUrlConfigCommand,
  GetPolicyCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import {
  type Account,
  createExecutionRole,
  createFunction,
  createQueue,
  invoke,
  openAccount,
  policyOf,
  queueArn,
  refusalsOf,
  trustOf,
  untilSettled,
} from './account.ts';

const id = '111111111111';
const FunctionName = 'orders';
const staleRevision = '00000000-0000-4000-8000-000000000000';
const source = `exports.handler = async (event) => {
  if (event.fail) throw new Error('as asked');
  return event.requestContext ? { statusCode: 200, body: 'in' } : event;
};`;

let cloud: Cloud;
let account: Account;
let role: string;

beforeAll(async () => {
  cloud = await startCloud({ hubAccount: id });
});
afterAll(() => cloud?.stop());
beforeEach(async () => {
  await cloud.reset();
  account = openAccount(cloud, id);
  role = await createExecutionRole(account, 'orders-role');
  await createFunction(account, FunctionName, source, { Role: role });
});

function allow(StatementId: string, more: Record<string, unknown> = {}): Promise<unknown> {
  const input = { FunctionName, StatementId, Action: 'lambda:InvokeFunction', Principal: '*', ...more };
  return account.lambda.send(new AddPermissionCommand(input));
}

async function policy(Qualifier?: string): Promise<{ sids: string[]; revision: string }> {
  const found = await account.lambda.send(new GetPolicyCommand({ FunctionName, ...(Qualifier ? { Qualifier } : {}) }));
  const { Statement } = JSON.parse(found.Policy ?? '{}') as { Statement: { Sid: string }[] };
  return { sids: Statement.map((statement) => statement.Sid), revision: found.RevisionId ?? '' };
}

describe('the resource policy', () => {
  beforeEach(async () => {
    await account.lambda.send(new PublishVersionCommand({ FunctionName }));
    await account.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  });

  test('is one for each qualifier', async () => {
    await allow('same');
    await allow('same', { Qualifier: 'live' });
    await allow('only-live', { Qualifier: 'live' });
    expect((await policy()).sids).toEqual(['same']);
    expect((await policy('live')).sids).toEqual(['same', 'only-live']);
    const remove = new RemovePermissionCommand({ FunctionName, StatementId: 'only-live' });
    await expect(account.lambda.send(remove)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await account.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'same', Qualifier: 'live' }));
    expect((await policy()).sids).toEqual(['same']);
    expect((await policy('live')).sids).toEqual(['only-live']);
  });

  test('is changed only at the revision that was read', async () => {
    await allow('one');
    const { revision } = await policy();
    await allow('two', { RevisionId: revision });
    const remove = (RevisionId: string): Promise<unknown> =>
      account.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'one', RevisionId }));
    await expect(remove(revision)).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await expect(remove(staleRevision)).rejects.toMatchObject({ name: 'PreconditionFailedException' });
    await remove((await policy()).revision);
    expect((await policy()).sids).toEqual(['two']);
  });

  test('is gone with its last statement', async () => {
    await allow('one');
    await account.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'one' }));
    await expect(policy()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('a function that is still changing, or has moved on, refuses a change', async () => {
  const change = (Timeout: number, RevisionId?: string): Promise<{ RevisionId?: string | undefined }> =>
    account.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout, ...(RevisionId ? { RevisionId } : {}) }));
  const both = await Promise.allSettled([change(10), change(11)]);
  expect(refusalsOf(both)).toEqual(['ResourceConflictException']);
  await untilSettled(account, FunctionName);
  await expect(change(12, staleRevision)).rejects.toMatchObject({ name: 'PreconditionFailedException' });
});

test.each([
  ['a role that Lambda may not assume', async () => ({ Role: await untrusting() }), 'InvalidParameterValueException'],
  [
    'an environment over 4 KB',
    async () => ({ Environment: { Variables: { A: 'x'.repeat(4100) } } }),
    'InvalidParameterValueException',
  ],
  ['a reserved variable', async () => ({ Environment: { Variables: { AWS_REGION: 'x' } } }), 'InvalidParameterValueException'],
  ['a timeout over 15 minutes', async () => ({ Timeout: 901 }), 'ValidationException'],
  ['six layers', async () => ({ Layers: Array.from({ length: 6 }, (_, n) => layerArn(n)) }), 'InvalidParameterValueException'],
] as const)('Lambda refuses %s', async (_what, input, name) => {
  const change = new UpdateFunctionConfigurationCommand({ FunctionName, ...(await input()) });
  await expect(account.lambda.send(change)).rejects.toMatchObject({ name });
});

function layerArn(n: number): string {
  return `arn:aws:lambda:us-east-1:${id}:layer:tool:${n + 1}`;
}

async function untrusting(): Promise<string> {
  const trust = trustOf({ Service: 'ec2.amazonaws.com' });
  const made = await account.iam.send(new CreateRoleCommand({ RoleName: 'for-ec2', AssumeRolePolicyDocument: trust }));
  return made.Role?.Arn ?? '';
}

test('a queue is a source only when the role may read it', async () => {
  await createQueue(account, 'work');
  const connect = (): Promise<unknown> =>
    account.lambda.send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: queueArn(account, 'work') }));
  await expect(connect()).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
  const PolicyDocument = policyOf({ Action: actions, Resource: queueArn(account, 'work') });
  await account.iam.send(new PutRolePolicyCommand({ RoleName: 'orders-role', PolicyName: 'read', PolicyDocument }));
  await connect();
});

test('a function and a statement may be named like a path of the API', async () => {
  await createFunction(account, 'url-shortener', source, { Role: role });
  expect((await invoke(account, 'url-shortener', { n: 1 })).payload).toEqual({ n: 1 });
  await allow('urls');
  await account.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'urls' }));
  await expect(policy()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a URL without authentication lets in nobody before both grants are there, and nobody after one is gone', async () => {
  const { FunctionUrl = '' } = await account.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
  const urlId = new URL(FunctionUrl).host.split('.')[0];
  const call = async (): Promise<number> => (await fetch(`${cloud.endpoint}/_aws/lambda-url/${urlId}/`)).status;
  expect(await call()).toBe(403);
  await allow('url', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' });
  expect(await call()).toBe(403);
  await allow('function', { InvokedViaFunctionUrl: true });
  expect(await call()).toBe(200);
  await account.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'url' }));
  expect(await call()).toBe(403);
});

async function metrics(): Promise<Record<string, number>> {
  const cloudwatch = new CloudWatchClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(id) });
  const Dimensions = [{ Name: 'FunctionName', Value: FunctionName }];
  const MetricDataQueries = ['Invocations', 'Errors', 'Duration'].map((MetricName) => ({
    Id: MetricName.toLowerCase(),
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions },
      Period: 300,
      Stat: MetricName === 'Duration' ? 'Maximum' : 'Sum',
    },
  }));
  const now = Date.now();
  const window = { StartTime: new Date(now - 3_600_000), EndTime: new Date(now + 60_000) };
  const data = await cloudwatch.send(new GetMetricDataCommand({ ...window, MetricDataQueries }));
  const sum = (values: number[] = []): number => values.reduce((total, value) => total + value, 0);
  return Object.fromEntries((data.MetricDataResults ?? []).map((each) => [each.Id ?? '', sum(each.Values)]));
}

test('CloudWatch counts every invocation once, whoever asked for it', async () => {
  await invoke(account, FunctionName);
  await invoke(account, FunctionName, { fail: true });
  await account.events.send(new PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify({ source: ['app'] }) }));
  const Arn = `arn:aws:lambda:us-east-1:${id}:function:${FunctionName}`;
  await account.events.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 'f', Arn }] }));
  await account.events.send(new PutEventsCommand({ Entries: [{ Source: 'app', DetailType: 'x', Detail: '{}' }] }));
  await expect.poll(async () => (await metrics()).invocations).toBe(3);
  const counted = await metrics();
  expect(counted).toMatchObject({ invocations: 3, errors: 1 });
  expect(counted.duration).toBeGreaterThan(0);
});
