import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateEventSourceMappingCommand,
  GetAccountSettingsCommand,
  GetEventSourceMappingCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import {
  type Account,
  createExecutionRole,
  createFunction,
  createQueue,
  openAccount,
  policyOf,
  queueArn,
  refusalsOf,
  untilSettled,
} from './account.ts';

const id = '111111111111';
const FunctionName = 'orders';
const invalid = (part: RegExp) => ({ name: 'InvalidParameterValueException', message: expect.stringMatching(part) });

let cloud: Cloud;
let account: Account;

beforeAll(async () => {
  cloud = await startCloud({ hubAccount: id });
});
afterAll(() => cloud?.stop());
beforeEach(async () => {
  await cloud.reset();
  account = openAccount(cloud, id);
  const Role = await createExecutionRole(account, 'orders-role');
  await createFunction(account, FunctionName, 'exports.handler = async () => 1;', { Role });
});

const letRole = (...actions: string[]) =>
  account.iam.send(
    new PutRolePolicyCommand({
      RoleName: 'orders-role',
      PolicyName: actions[0]?.replace(':', '-') ?? '',
      PolicyDocument: policyOf({ Effect: 'Allow', Action: actions, Resource: '*' }),
    }),
  );

describe('what Lambda asks of the execution role', () => {
  test('tracing', async () => {
    const trace = () =>
      account.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, TracingConfig: { Mode: 'Active' } }));
    await expect(trace()).rejects.toMatchObject(invalid(/does not have permissions to call PutTraceSegments on XRAY/));
    await letRole('xray:PutTraceSegments');
    expect((await trace()).TracingConfig?.Mode).toBe('Active');
    await untilSettled(account, FunctionName);
  });

  test('a VPC, and nothing to leave it', async () => {
    const attach = (SubnetIds: string[]) =>
      account.lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, VpcConfig: { SubnetIds, SecurityGroupIds: [] } }),
      );
    await expect(attach(['subnet-1'])).rejects.toMatchObject(invalid(/CreateNetworkInterface on EC2/));
    await letRole('ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface');
    await attach(['subnet-1']);
    await untilSettled(account, FunctionName);
    expect((await attach([])).VpcConfig?.SubnetIds).toEqual([]);
  });

  test('a destination of asynchronous events', async () => {
    await createQueue(account, 'failed');
    const Destination = queueArn(account, 'failed');
    const send = () =>
      account.lambda.send(
        new PutFunctionEventInvokeConfigCommand({ FunctionName, DestinationConfig: { OnFailure: { Destination } } }),
      );
    await expect(send()).rejects.toMatchObject(invalid(/does not have permissions to call SendMessage on arn:/));
    await letRole('sqs:SendMessage');
    expect((await send()).DestinationConfig?.OnFailure?.Destination).toBe(Destination);
  });
});

test('a mapping that is being updated says so and refuses another update', async () => {
  await letRole('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
  await createQueue(account, 'orders');
  const made = await account.lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: queueArn(account, 'orders') }),
  );
  const UUID = made.UUID ?? '';
  const update = (more: object) => account.lambda.send(new UpdateEventSourceMappingCommand({ UUID, ...more }));
  const both = await Promise.allSettled([update({ BatchSize: 3 }), update({ BatchSize: 4 })]);
  expect(both.find(({ status }) => status === 'fulfilled')).toMatchObject({ value: { State: 'Updating' } });
  expect(refusalsOf(both)).toEqual(['ResourceInUseException']);
  await expect.poll(async () => (await account.lambda.send(new GetEventSourceMappingCommand({ UUID }))).State).toBe('Enabled');
  await expect(update({ DestinationConfig: { OnFailure: {} } })).rejects.toMatchObject(invalid(/Destination field is required/));
});

test('of 1000 concurrent executions 100 stay unreserved', async () => {
  const reserve = (ReservedConcurrentExecutions: number) =>
    account.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  await expect(reserve(901)).rejects.toMatchObject(invalid(/below its minimum value of \[100\]/));
  await reserve(900);
  const { AccountLimit: limit } = await account.lambda.send(new GetAccountSettingsCommand({}));
  expect(limit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 100 });
  await reserve(0);
});

test('a log group takes a key that is enabled and lets CloudWatch Logs use it', async () => {
  const client = { endpoint: cloud.endpoint, region: 'us-east-1', credentials: cloud.credentials(id) };
  const [logs, kms] = [new CloudWatchLogsClient(client), new KMSClient(client)];
  const logGroupName = '/aws/lambda/orders';
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const keyFor = async (Principal: object): Promise<string> => {
    const Policy = policyOf({ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' });
    return (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata?.Arn ?? '';
  };
  const associate = (kmsKeyId: string) => logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId }));
  const refused = { name: 'InvalidParameterException' };
  await expect(associate(await keyFor({ AWS: `arn:aws:iam::${id}:root` }))).rejects.toMatchObject(refused);
  await expect(associate(await keyFor({ Service: 'logs.eu-west-1.amazonaws.com' }))).rejects.toMatchObject(refused);
  const key = await keyFor({ Service: 'logs.us-east-1.amazonaws.com' });
  await associate(key);
  const { logGroups: groups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  expect(groups?.[0]?.kmsKeyId).toBe(key);
  await kms.send(new DisableKeyCommand({ KeyId: key }));
  await expect(associate(key)).rejects.toMatchObject(refused);
});
