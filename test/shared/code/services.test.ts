import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { actionsOfCall, callNamed, everyCallOf } from '../../../shared/code/calls.ts';
import { lambdaNeeds, type RoleUse } from '../../../shared/code/lambda-needs.ts';
import { CALLED_SERVICES } from '../../../shared/code/services.ts';
import { actionNamed } from '../../../shared/policy/action-table.ts';

const CLIENTS: Readonly<Record<string, object>> = {
  cloudwatch,
  'cloudwatch-logs': logs,
  dynamodb,
  eventbridge,
  kms,
  lambda,
  'secrets-manager': secrets,
  sqs,
  ssm,
  sts,
};

describe.each(CALLED_SERVICES.map((service) => ({ service, client: service.client })))('$client', ({ service }) => {
  const understood = [...service.plain, ...Object.keys(service.others ?? {})];

  it('names only actions that AWS lists', () => {
    const actions = understood.flatMap((call) => actionsOfCall(callNamed(service, call)) ?? ['none']);
    expect(actions.filter((action) => actionNamed(action)?.name !== action)).toEqual([]);
    expect(understood.length).toBeGreaterThan(0);
  });

  it('knows every call of the client, understood or not', () => {
    const client = CLIENTS[service.client];
    if (!client) return;
    const commands = Object.keys(client).flatMap((name) => /^(\w+)Command$/.exec(name)?.[1] ?? []);
    const every = new Set(everyCallOf(service));
    expect(commands.filter((command) => !every.has(command))).toEqual([]);
    expect(understood.filter((call) => !commands.includes(call))).toEqual([]);
    expect(client).toHaveProperty(service.className);
  });
});

it('asks for all that a call may need, and nothing for a call that is not understood', () => {
  expect(actionsOfCall('s3 ListObjectsV2')).toContain('s3:ListBucket');
  expect(actionsOfCall('s3 HeadObject')).toContain('s3:GetObject');
  expect(actionsOfCall('s3 CopyObject')).toEqual(expect.arrayContaining(['s3:GetObject', 's3:PutObject']));
  expect(actionsOfCall('dynamodb TransactWriteItems')).toEqual(
    expect.arrayContaining(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']),
  );
  expect(actionsOfCall('sqs SendMessageBatch')).toEqual(['sqs:SendMessage']);
  expect(actionsOfCall('lambda Invoke')).toEqual(['lambda:InvokeFunction']);
  expect(actionsOfCall('dynamodb ExportTableToPointInTime')).toBeUndefined();
  expect(actionsOfCall('athena StartQueryExecution')).toBeUndefined();
});

describe('what Lambda does with the role', () => {
  const BARE: RoleUse = {
    isTraced: false,
    isInVpc: false,
    isDurable: false,
    fileSystems: [],
    polled: [],
    destinations: [],
    layers: [],
    environment: {},
  };
  const needs = (use: Partial<RoleUse>) => lambdaNeeds({ ...BARE, ...use });
  const arn = (service: string, name = 'x') => `arn:aws:${service}:eu-central-1:222222222222:${name}`;

  it.each<[string, Partial<RoleUse>, string]>([
    ['logs', {}, 'logs:PutLogEvents'],
    ['traces', { isTraced: true }, 'xray:PutTraceSegments'],
    ['a VPC', { isInVpc: true }, 'ec2:CreateNetworkInterface'],
    ['a queue', { polled: [arn('sqs')] }, 'sqs:ReceiveMessage'],
    ['a stream', { polled: [arn('kinesis')] }, 'kinesis:GetRecords'],
    ['a table’s stream', { polled: [arn('dynamodb')] }, 'dynamodb:GetShardIterator'],
    ['a failure destination', { destinations: [arn('sns')] }, 'sns:Publish'],
    ['a dead-letter queue', { destinations: [arn('sqs')] }, 'sqs:SendMessage'],
    ['another function', { destinations: [arn('lambda')] }, 'lambda:InvokeFunction'],
    ['a bus', { destinations: [arn('events')] }, 'events:PutEvents'],
    ['files', { fileSystems: [arn('elasticfilesystem')] }, 'elasticfilesystem:ClientWrite'],
    ['Cinch’s resolver', { environment: { TOKEN: 'cinch-ssm:/cinch/f/TOKEN' } }, 'ssm:GetParameter'],
    [
      'the extension for secrets',
      { layers: [arn('lambda', 'layer:AWS-Parameters-and-Secrets-Lambda-Extension:12')] },
      'secretsmanager:GetSecretValue',
    ],
    ['a durable function', { isDurable: true }, 'lambda:CheckpointDurableExecution'],
  ])('%s', (_, use, action) => {
    expect(needs(use)).toContain(action);
    if (Object.keys(use).length > 0) expect(needs({})).not.toContain(action);
  });

  it('names only actions that AWS lists', () => {
    const every = needs({
      isTraced: true,
      isInVpc: true,
      isDurable: true,
      fileSystems: [arn('elasticfilesystem')],
      polled: [arn('sqs'), arn('kinesis'), arn('dynamodb')],
      destinations: ['sqs', 'sns', 'lambda', 'events', 's3'].map((service) => arn(service)),
      environment: { A: 'cinch-sm:cinch/f/A' },
    });
    expect(Array.isArray(every) && every.filter((action) => actionNamed(action)?.name !== action)).toEqual([]);
  });

  it.each<[string, Partial<RoleUse>]>([
    ['Kafka', { polled: [null] }],
    ['a broker', { polled: [arn('mq')] }],
    ['another layer', { layers: [arn('lambda', 'layer:ours:3')] }],
    ['another wrapper', { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' } }],
    [
      'a wrapper behind Cinch’s',
      { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/secret-resolver', CINCH_NEXT_WRAPPER: '/opt/x' } },
    ],
    ['code from elsewhere', { environment: { NODE_OPTIONS: '--require /mnt/x.js' } }],
    ['another destination', { destinations: [arn('kafka')] }],
  ])('%s is unknown', (_, use) => {
    expect(needs(use)).toHaveProperty('unknown');
  });
});
