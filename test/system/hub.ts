import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { HUB, type System } from '../../local/system.ts';
import type { AccountCheck, SelfCheck } from '../../shared/flows/doctor/self-check-record.ts';
import type { AuditEntry } from '../../shared/flows/ports.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { Round } from '../../shared/model/round.ts';
import { type BotFunction, botFunctionName } from '../../shared/names.ts';
import { readLogs } from './logs.ts';
import { until, untilTaken } from './until.ts';

/** The deployed hub as its operator sees it: queues, ledger, logs, configuration. */
export interface HubView {
  /** Sends bodies at once; on a FIFO queue all in one group. */
  send(queue: QueueName, bodies: readonly string[], group?: string): Promise<void>;
  /** Bodies in the dead-letter queue; they stay there. */
  dead(queue: QueueName): Promise<string[]>;
  setTries(queue: QueueName, tries: number): Promise<void>;
  /** Switches a consumer off, so that messages wait. */
  setConsumed(queue: QueueName, on: boolean): Promise<void>;
  findings(): Promise<Finding[]>;
  plans(): Promise<Plan[]>;
  /** How far sweep has come at each place. */
  rounds(): Promise<Round[]>;
  audit(findingId: string): Promise<AuditEntry[]>;
  /** Whether on-change is through with the event of this id. */
  isHandled(eventId: string): Promise<boolean>;
  /** Writes the self-check's record anew, as the passing of time would find it. */
  setSelfCheck(change: (record: SelfCheck) => SelfCheck): Promise<SelfCheck>;
  /** Whether the canaries of every account are sent. */
  areCanariesSent(): Promise<boolean>;
  /** As if a quarter of an hour had passed since. */
  ageCanaries(): Promise<void>;
  /** Everything in the ledger, as text. */
  ledgerText(): Promise<string>;
  /** Every line of a function's log, or of all functions'. */
  logs(name?: BotFunction): Promise<string[]>;
  readConfig(): Promise<string>;
  /** Puts a configuration and makes the named functions start cold, since they keep theirs for a minute. */
  putConfig(text: string, ...recycled: BotFunction[]): Promise<void>;
}

export const QUEUES = ['changes', 'work', 'notices', 'clicks', 'looks', 'places'] as const;
export type QueueName = (typeof QUEUES)[number];
const CONSUMERS: Readonly<Record<QueueName, BotFunction>> = {
  changes: 'on-change',
  work: 'apply',
  notices: 'notify',
  clicks: 'notify',
  looks: 'on-change',
  places: 'sweep',
};
const CONFIG = '/cinch-hub/config';

interface QueueEnds {
  readonly mapping: string;
  readonly arn: string;
  readonly url: string;
  readonly deadArn: string;
  readonly deadUrl: string;
}

export async function viewHub(system: System): Promise<HubView> {
  const settings = system.clientConfig(HUB.account, HUB.region);
  const sqs = new SQSClient(settings);
  const lambda = new LambdaClient(settings);
  const dynamo = new DynamoDBClient(settings);
  const ssm = new SSMClient(settings);
  const ends = await findQueues(lambda, sqs);
  const { TableNames = [] } = await dynamo.send(new ListTablesCommand({}));
  const ledger = () => scan(dynamo, TableNames);
  const records = async <T>(prefix: string, sort: string): Promise<T[]> =>
    (await ledger())
      .filter(({ pk, sk }) => pk?.S?.startsWith(prefix) && sk?.S?.startsWith(sort))
      .map(({ data }) => JSON.parse(data?.S ?? '') as T);
  const setConsumed = async (queue: QueueName, on: boolean): Promise<void> => {
    const UUID = ends[queue].mapping;
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: on }));
    const state = async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State;
    await until(state, (now) => now === (on ? 'Enabled' : 'Disabled'), `${queue} switched ${on ? 'on' : 'off'}`);
  };
  return {
    send: (queue, bodies, group) => sendAll(sqs, ends[queue].url, bodies, group),
    dead: (queue) => peek(sqs, ends[queue].deadUrl),
    setTries: async (queue, tries) => {
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: ends[queue].deadArn, maxReceiveCount: tries });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: ends[queue].url, Attributes: { RedrivePolicy } }));
    },
    setConsumed,
    findings: () => records<Finding>('FINDING#', 'STATE'),
    plans: () => records<Plan>('PLAN#', 'STATE'),
    rounds: () => records<Round>('ROUND#', 'STATE'),
    audit: async (findingId) => {
      const entries = await records<AuditEntry>(`FINDING#${findingId}`, 'AUDIT#');
      return entries.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    },
    isHandled: async (eventId) => (await ledger()).some(({ pk }) => pk?.S === `HANDLED#${eventId}`),
    setSelfCheck: async (change) => setSelfCheck(dynamo, TableNames[0] ?? '', change),
    areCanariesSent: async () => {
      const checks = await accountChecks(dynamo, TableNames[0] ?? '');
      return checks.length > 0 && checks.every(({ check }) => check.dueAt !== null);
    },
    ageCanaries: async () => ageCanaries(dynamo, TableNames[0] ?? ''),
    ledgerText: async () => JSON.stringify(await ledger()),
    logs: (name) => readLogs(settings, name && botFunctionName(name)),
    readConfig: async () => (await ssm.send(new GetParameterCommand({ Name: CONFIG }))).Parameter?.Value ?? '',
    putConfig: async (text, ...recycled) => {
      await ssm.send(new PutParameterCommand({ Name: CONFIG, Value: text, Type: 'String', Overwrite: true }));
      for (const name of recycled) {
        const FunctionName = botFunctionName(name);
        const { MemorySize } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
        await untilTaken(() => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize })));
      }
    },
  };
}

async function setSelfCheck(dynamo: DynamoDBClient, table: string, change: (record: SelfCheck) => SelfCheck): Promise<SelfCheck> {
  const Key = { pk: { S: 'SELF-CHECK' }, sk: { S: '-' } };
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  if (!Item?.data?.S) throw new Error('there was no self-check yet');
  const record = change(JSON.parse(Item.data.S) as SelfCheck);
  await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...Item, data: { S: JSON.stringify(record) } } }));
  return record;
}

/** Of the round that is under way. */
async function accountChecks(dynamo: DynamoDBClient, table: string) {
  const { sentAt } = await setSelfCheck(dynamo, table, (record) => record);
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `SELF-CHECK#${sentAt}` } },
    }),
  );
  return Items.map((Item) => ({ Item, check: JSON.parse(Item.data?.S ?? '') as AccountCheck }));
}

async function ageCanaries(dynamo: DynamoDBClient, table: string): Promise<void> {
  for (const { Item, check } of await accountChecks(dynamo, table)) {
    const data = { S: JSON.stringify({ ...check, dueAt: check.sentAt }) };
    await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...Item, data } }));
  }
  await setSelfCheck(dynamo, table, (record) => ({ ...record, dueAt: record.sentAt, askedAt: '2020-01-01T00:00:00.000Z' }));
}

async function findQueues(lambda: LambdaClient, sqs: SQSClient): Promise<Record<QueueName, QueueEnds>> {
  const find = async (name: QueueName): Promise<QueueEnds> => {
    const FunctionName = botFunctionName(CONSUMERS[name]);
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
    const isIts = ({ EventSourceArn: arn = '' }: EventSourceMappingConfiguration) => arn.toLowerCase().includes(`-${name}`);
    const found = EventSourceMappings.find(isIts);
    const arn = found?.EventSourceArn ?? '';
    const url = await urlOf(sqs, arn);
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['RedrivePolicy'] }));
    const { deadLetterTargetArn: deadArn } = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as { deadLetterTargetArn: string };
    return { mapping: found?.UUID ?? '', arn, url, deadArn, deadUrl: await urlOf(sqs, deadArn) };
  };
  const found = await Promise.all(QUEUES.map(async (name) => [name, await find(name)] as const));
  return Object.fromEntries(found) as Record<QueueName, QueueEnds>;
}

async function urlOf(sqs: SQSClient, arn: string): Promise<string> {
  return (await sqs.send(new GetQueueUrlCommand({ QueueName: arn.slice(arn.lastIndexOf(':') + 1) }))).QueueUrl ?? '';
}

let sent = 0;
async function sendAll(sqs: SQSClient, QueueUrl: string, bodies: readonly string[], group = 'test'): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({
    Id: String(index),
    MessageBody,
    ...(QueueUrl.endsWith('.fifo') ? { MessageGroupId: group, MessageDeduplicationId: `test-${sent++}` } : {}),
  }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed.length > 0) throw new Error(`not sent: ${JSON.stringify(Failed)}`);
}

async function peek(sqs: SQSClient, QueueUrl: string): Promise<string[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = '' }) => Body);
}

type Item = Record<string, AttributeValue>;
async function scan(dynamo: DynamoDBClient, tables: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  for (const TableName of tables) {
    let from: Item | undefined;
    do {
      const page = await dynamo.send(
        new ScanCommand({ TableName, ConsistentRead: true, ...(from ? { ExclusiveStartKey: from } : {}) }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
  }
  return items;
}
