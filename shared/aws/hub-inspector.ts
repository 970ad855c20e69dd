import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetFunctionConfigurationCommand, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { HubInspector, MappingFacts, QueueFacts } from '../flows/doctor/hub-facts.ts';
import type { Clock } from '../flows/ports.ts';
import { functionResource } from '../model/resource.ts';
import { botFunctionName } from '../names.ts';
import { isGone } from './aws-error.ts';
import { readRulesTo } from './doctor-rules.ts';
import type { LightClient } from './hub-client.ts';
import type { MemberClients } from './member.ts';
import { callQuery } from './query-client.ts';
import { readTraffic } from './readers/metrics.ts';
import { allOf, textOf } from './xml.ts';

const MINUTE_MS = 60_000;
/** CloudWatch has SQS's numbers a few minutes late. */
const AGE_MINUTES = 15;

/** Reads the hub's own parts. @throws AwsError, or the SDK's own error */
export function makeHubInspector(deps: {
  readonly clients: MemberClients;
  readonly clock: Clock;
  readonly account: () => Promise<string>;
}): HubInspector {
  const { clients, clock } = deps;
  const { light } = clients;
  return {
    readFunction: (name) =>
      orNull(async () => {
        const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: botFunctionName(name) }));
        return {
          arn: found.FunctionArn ?? '',
          state: found.State ?? 'Active',
          lastUpdate: found.LastUpdateStatus ?? 'Successful',
          environment: found.Environment?.Variables ?? {},
        };
      }),
    readMappings: async (name) => {
      const command = new ListEventSourceMappingsCommand({ FunctionName: botFunctionName(name) });
      const { EventSourceMappings = [] } = await clients.lambda.send(command);
      return EventSourceMappings.map(
        ({ EventSourceArn = '', State = '' }): MappingFacts => ({ queueArn: EventSourceArn, state: State }),
      );
    },
    readQueue: (url) => orNull(() => readQueue(light, url)),
    readOldest: (queueName) => readOldest(clients, queueName, clock.now()),
    readBusPolicy: (busName) =>
      orNull(async () => String((await light.call('events', 'DescribeEventBus', { Name: busName })).Policy ?? '{}')),
    readRulesTo: (targetArn, busName) => readRulesTo(light, targetArn, busName),
    readTableState: (name) =>
      orNull(async () => {
        const { Table } = await light.call('dynamodb', 'DescribeTable', { TableName: name });
        return String((Table as { TableStatus?: unknown } | undefined)?.TableStatus);
      }),
    readKeyState: (arn) =>
      orNull(async () => {
        const { KeyMetadata } = await light.call('kms', 'DescribeKey', { KeyId: arn });
        return String((KeyMetadata as { KeyState?: unknown } | undefined)?.KeyState);
      }),
    readSubscriptions: (topicArn) =>
      orNull(async () => {
        const call = { clock, random: Math.random, region: light.region, credentials: clients.credentials };
        const xml = await callQuery(call, 'sns', 'ListSubscriptionsByTopic', { TopicArn: topicArn });
        return allOf(xml, 'member').map((member) => ({
          protocol: textOf(member, 'Protocol') ?? '',
          endpoint: textOf(member, 'Endpoint') ?? '',
          // Until then it has words in place of its ARN (https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html).
          isConfirmed: textOf(member, 'SubscriptionArn')?.startsWith('arn:') ?? false,
        }));
      }),
    readRuns: async (name, minutes) => {
      const now = clock.now();
      const resource = functionResource(await deps.account(), light.region, botFunctionName(name));
      return readTraffic(clients, resource, new Date(now.getTime() - minutes * MINUTE_MS).toISOString(), now);
    },
  };
}

async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

async function readQueue(light: LightClient, url: string): Promise<QueueFacts> {
  const AttributeNames = ['QueueArn', 'ApproximateNumberOfMessages', 'RedrivePolicy'];
  const { Attributes } = await light.call('sqs', 'GetQueueAttributes', { QueueUrl: url, AttributeNames });
  const found = (Attributes ?? {}) as Readonly<Record<string, string>>;
  const redrive = JSON.parse(found.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
  return {
    arn: found.QueueArn ?? '',
    waiting: Number(found.ApproximateNumberOfMessages),
    deadArn: redrive.deadLetterTargetArn ?? null,
  };
}

async function readOldest({ cloudwatch }: MemberClients, queueName: string, now: Date): Promise<number | null> {
  const Metric = {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: [{ Name: 'QueueName', Value: queueName }],
  };
  const answer = await cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'age', MetricStat: { Metric, Stat: 'Maximum', Period: 60 } }],
      StartTime: new Date(now.getTime() - AGE_MINUTES * MINUTE_MS),
      EndTime: now,
      ScanBy: 'TimestampDescending',
    }),
  );
  return answer.MetricDataResults?.[0]?.Values?.[0] ?? null;
}
