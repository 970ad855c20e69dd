import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import type { RoleGrant } from '../../../../../shared/model/steps/runtime.ts';
import { MEMBER, type MemberCloud, memberArn, newName, policy, REGION } from '../../cloud/member-cloud.ts';
import { rawCalls } from '../../cloud/raw-calls.ts';
import { aFunction } from './first-steps.ts';
import type { Scenario } from './scenario.ts';

export const TRACING: RoleGrant = { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resource: '*' };
export const NETWORK: RoleGrant = {
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resource: '*',
};
export const sendTo = (queueArn: string): RoleGrant => ({ actions: ['sqs:SendMessage'], resource: queueArn });

const raw = (cloud: MemberCloud) => rawCalls(cloud.cloud.credentials(MEMBER));
const client = (cloud: MemberCloud) => ({
  endpoint: cloud.cloud.endpoint,
  region: REGION,
  credentials: cloud.cloud.credentials(MEMBER),
});

/** Answers its ARN. */
export async function aQueue(cloud: MemberCloud): Promise<string> {
  const QueueName = newName('failed');
  await raw(cloud).json('sqs', 'AmazonSQS.CreateQueue', { QueueName });
  return memberArn('sqs', QueueName);
}

/** A function with its log group, and a look at both. */
export async function aLogged(cloud: MemberCloud) {
  const made = await aFunction(cloud);
  const logGroupName = `/aws/lambda/${made.target.name}`;
  const { json } = raw(cloud);
  // The names of others begin like it.
  for (const name of [`${logGroupName}-older`, logGroupName])
    await json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName: name });
  await json('logs', 'Logs_20140328.PutRetentionPolicy', { logGroupName: `${logGroupName}-older`, retentionInDays: 14 });
  const groups = () => json('logs', 'Logs_20140328.DescribeLogGroups', { logGroupNamePrefix: logGroupName });
  return { ...made, logGroupName, json, look: async () => [await made.look(), await groups()] };
}

/** A key that CloudWatch Logs may use, or may not. */
export async function aLogKey(cloud: MemberCloud, letsLogs = true): Promise<string> {
  const root = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${MEMBER}:root` }, Action: 'kms:*', Resource: '*' };
  const logs = {
    Effect: 'Allow',
    Principal: { Service: `logs.${REGION}.amazonaws.com` },
    Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    Resource: '*',
    Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': memberArn('logs', '*') } },
  };
  const made = await new KMSClient(client(cloud)).send(
    new CreateKeyCommand({ Policy: policy(letsLogs ? [root, logs] : [root]) }),
  );
  return made.KeyMetadata?.Arn ?? '';
}

export async function aMapping(cloud: MemberCloud) {
  const made = await aFunction(cloud);
  const StreamName = newName('clicks');
  await raw(cloud).json('kinesis', 'Kinesis_20131202.CreateStream', { StreamName, ShardCount: 1 });
  const mapping = await cloud.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: made.target.name,
      EventSourceArn: memberArn('kinesis', `stream/${StreamName}`),
      StartingPosition: 'LATEST',
      BatchSize: 7,
      MaximumRetryAttempts: 3,
      Enabled: true,
    }),
  );
  const UUID = mapping.UUID ?? '';
  const settled = async () => {
    for (;;) {
      const { State: state } = await cloud.lambda.send(new GetEventSourceMappingCommand({ UUID }));
      if (state === 'Enabled' || state === 'Disabled') return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await settled();
  const look = async () => {
    await settled();
    return made.look();
  };
  return { ...made, mappingId: UUID, look };
}

export async function aNetwork(cloud: MemberCloud) {
  const ec2 = new EC2Client(client(cloud));
  const { Subnets: subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const { SecurityGroups: groups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  return {
    subnetIds: subnets.slice(0, 2).flatMap(({ SubnetId: id }) => id ?? []),
    securityGroupIds: groups.slice(0, 1).flatMap(({ GroupId: id }) => id ?? []),
  };
}

const limited = (what: string, from: number | null, to: number | null, notOnMoto?: string): Scenario => ({
  kind: 'set-concurrency',
  what,
  ...(notOnMoto === undefined ? {} : { notOnMoto }),
  prepare: async (cloud) => {
    const { target, look } = await aFunction(cloud);
    if (from !== null)
      await cloud.lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName: target.name, ReservedConcurrentExecutions: from }),
      );
    return { step: { kind: 'set-concurrency', target, from, to }, look };
  },
});

export const RUNTIME_SCENARIOS: readonly Scenario[] = [
  {
    kind: 'remove-variables',
    what: '',
    prepare: async (cloud) => {
      const Variables = { TABLE: 'orders', LD_PRELOAD: '/tmp/fast.so', NODE_OPTIONS: '--require /tmp/hook.js' };
      const { target, look } = await aFunction(cloud, { Environment: { Variables } });
      return { step: { kind: 'remove-variables', target, variables: ['LD_PRELOAD', 'NODE_OPTIONS'] }, look };
    },
  },
  limited('quarantine', null, 0),
  limited('quarantine of one with a limit', 20, 0),
  limited('reserved', null, 5, 'has no GetAccountSettings'),
  limited('no longer reserved', 5, null),
  {
    kind: 'set-tracing',
    what: '',
    notOnMoto: 'takes no TracingConfig in UpdateFunctionConfiguration',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      return { step: { kind: 'set-tracing', target, grant: TRACING }, look };
    },
  },
  {
    kind: 'set-async-config',
    what: 'where there was none',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      const onFailureArn = await aQueue(cloud);
      const to = { onFailureArn, maximumAgeSeconds: 21_600, maximumRetries: 2 };
      return {
        step: { kind: 'set-async-config', target, qualifier: null, from: null, to, grant: sendTo(onFailureArn) },
        look,
      };
    },
  },
  {
    kind: 'set-async-config',
    what: 'of an alias, beside a success destination',
    notOnMoto: 'knows no qualifiers of event invoke configurations, and answers the first of two that were put',
    prepare: async (cloud) => {
      const { target, roleName, look } = await aFunction(cloud);
      const FunctionName = target.name;
      const { Version: version } = await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
      await cloud.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: version }));
      const [onSuccess, onFailureArn] = [await aQueue(cloud), await aQueue(cloud)];
      await letSend(cloud, roleName, onSuccess);
      await cloud.lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName,
          Qualifier: 'live',
          MaximumEventAgeInSeconds: 300,
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnSuccess: { Destination: onSuccess }, OnFailure: {} },
        }),
      );
      const from = { onFailureArn: null, maximumAgeSeconds: 300, maximumRetries: 1 };
      const to = { ...from, onFailureArn };
      return {
        step: { kind: 'set-async-config', target, qualifier: 'live', from, to, grant: sendTo(onFailureArn) },
        look,
      };
    },
  },
  {
    kind: 'set-mapping-destination',
    what: '',
    notOnMoto: 'keeps an empty destination as an empty text',
    prepare: async (cloud) => {
      const { target, mappingId, look } = await aMapping(cloud);
      const to = await aQueue(cloud);
      return { step: { kind: 'set-mapping-destination', target, mappingId, from: null, to, grant: sendTo(to) }, look };
    },
  },
  {
    kind: 'set-log-retention',
    what: '',
    prepare: async (cloud) => {
      const { target, logGroupName, look } = await aLogged(cloud);
      return { step: { kind: 'set-log-retention', target, logGroupName, toDays: 365 }, look };
    },
  },
  {
    kind: 'set-log-key',
    what: '',
    notOnMoto: 'has no AssociateKmsKey',
    prepare: async (cloud) => {
      const { target, logGroupName, look } = await aLogged(cloud);
      return { step: { kind: 'set-log-key', target, logGroupName, keyArn: await aLogKey(cloud) }, look };
    },
  },
  {
    kind: 'attach-vpc',
    what: '',
    notOnMoto: 'tells an empty VpcConfig after it where it told none before, which means the same',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      return { step: { kind: 'attach-vpc', target, ...(await aNetwork(cloud)), grant: NETWORK }, look };
    },
  },
  {
    kind: 'upgrade-runtime',
    what: '',
    prepare: async (cloud) => {
      const { target, look } = await aFunction(cloud);
      const step = {
        kind: 'upgrade-runtime',
        target,
        from: 'nodejs20.x',
        to: 'nodejs24.x',
        undoableUntil: '2099-01-01',
      } as const;
      return { step, look };
    },
  },
];

async function letSend(cloud: MemberCloud, roleName: string, queueArn: string): Promise<void> {
  const PolicyDocument = policy([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn }]);
  await cloud.iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: 'succeeded', PolicyDocument }));
}
