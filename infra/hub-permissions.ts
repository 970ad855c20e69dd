import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Config } from '../shared/config/schema.ts';
import {
  BOT_FUNCTIONS,
  type BotFunction,
  botFunctionName,
  CONFIG_PARAMETER,
  ENV,
  ROLE_NAMES,
  STATUS_INDEX,
} from '../shared/names.ts';
import type { HubQueues, QueueName } from './constructs/hub-queues.ts';

export interface HubParts {
  readonly config: Config;
  readonly key: IKey;
  readonly table: Table;
  readonly bus: CfnEventBus;
  readonly queues: HubQueues;
  /** Where the bus's rule leaves what it could not queue. */
  readonly undelivered: IQueue;
  readonly slackSecretArn: string;
  readonly slackApiUrl: string | undefined;
}

interface Needs {
  readonly sends: readonly QueueName[];
  readonly consumes: readonly QueueName[];
  readonly assumes: readonly (keyof typeof ROLE_NAMES)[];
  readonly table: 'all' | 'read' | 'claims';
  readonly config: boolean;
  readonly publishes: boolean;
  readonly slack: boolean;
  /** Seals and opens snapshots. */
  readonly seals: boolean;
  /** Looks at the hub's own parts, for the self-check. */
  readonly examines?: true;
}

/** Who may do what in the hub: the whole of it. */
const NEEDS: Readonly<Record<BotFunction, Needs>> = {
  'on-change': {
    sends: ['work', 'notices'],
    consumes: ['changes'],
    assumes: ['read'],
    table: 'all',
    config: true,
    publishes: true,
    slack: false,
    seals: false,
  },
  apply: {
    sends: ['changes', 'notices'],
    consumes: ['work'],
    assumes: ['read', 'write', 'undo'],
    table: 'all',
    config: true,
    publishes: true,
    slack: false,
    seals: true,
  },
  'on-slack': {
    sends: ['clicks'],
    consumes: [],
    assumes: [],
    table: 'claims',
    config: false,
    publishes: false,
    slack: true,
    seals: false,
  },
  'on-approval': {
    sends: ['clicks'],
    consumes: [],
    assumes: [],
    table: 'read',
    config: false,
    publishes: false,
    slack: false,
    seals: false,
  },
  notify: {
    sends: ['work', 'notices'],
    consumes: ['notices', 'clicks'],
    assumes: [],
    table: 'all',
    config: true,
    publishes: true,
    slack: true,
    seals: false,
  },
  sweep: {
    sends: ['changes', 'work', 'notices'],
    consumes: [],
    assumes: ['read', 'canary'],
    table: 'all',
    config: true,
    publishes: true,
    slack: false,
    seals: false,
    examines: true,
  },
};

/** The statements of one function's role. */
export function statementsFor(name: BotFunction, parts: HubParts): PolicyStatement[] {
  const needs = NEEDS[name];
  const arns = (names: readonly QueueName[]): string[] => names.map((queue) => parts.queues[queue].queue.queueArn);
  const statements = [allow(TABLE_ACTIONS[needs.table], tableArns(needs, parts), claimsOnly(needs)), keyThroughServices(parts)];
  if (needs.config) statements.push(allow(['ssm:GetParameter'], [configArn(parts)]));
  if (needs.consumes.length > 0) statements.push(allow(CONSUME_ACTIONS, arns(needs.consumes)));
  if (needs.sends.length > 0) statements.push(allow(['sqs:SendMessage'], arns(needs.sends)));
  if (needs.assumes.length > 0) statements.push(allow(['sts:AssumeRole'], memberRoles(needs.assumes, parts)));
  if (needs.publishes) statements.push(allow(['events:PutEvents'], [parts.bus.attrArn]));
  if (needs.slack) statements.push(allow(['secretsmanager:GetSecretValue'], [parts.slackSecretArn]));
  if (needs.seals) statements.push(allow(['kms:Decrypt', 'kms:GenerateDataKey'], [parts.key.keyArn]));
  if (needs.examines) statements.push(...examine(parts));
  return statements;
}

/** Each is a read, on the hub's own parts; AWS knows no resource for the last ones. */
function examine({ bus, key, queues, table, undelivered }: HubParts): PolicyStatement[] {
  const { partition, region, account } = Stack.of(table);
  const every = [...Object.values(queues).flatMap(({ queue, dead }) => [queue, dead]), undelivered];
  const functions = BOT_FUNCTIONS.map((name) => `arn:${partition}:lambda:${region}:${account}:function:${botFunctionName(name)}`);
  return [
    allow(['lambda:GetFunctionConfiguration'], functions),
    allow(
      ['sqs:GetQueueAttributes'],
      every.map(({ queueArn }) => queueArn),
    ),
    allow(['events:DescribeEventBus'], [bus.attrArn]),
    allow(['events:DescribeRule', 'events:ListTargetsByRule'], [`arn:${partition}:events:${region}:${account}:rule/*`]),
    allow(['dynamodb:DescribeTable'], [table.tableArn]),
    allow(['kms:DescribeKey'], [key.keyArn]),
    allow(['cloudwatch:GetMetricData', 'events:ListRuleNamesByTarget', 'lambda:ListEventSourceMappings'], ['*']),
  ];
}

/** What a function is told; no more than it needs. */
export function environmentFor(name: BotFunction, parts: HubParts): Record<string, string> {
  const needs = NEEDS[name];
  const urls: Readonly<Record<QueueName, string>> = {
    changes: ENV.changesQueue,
    work: ENV.workQueue,
    notices: ENV.noticesQueue,
    clicks: ENV.clicksQueue,
  };
  const queues = [...needs.sends, ...needs.consumes].map((queue) => [urls[queue], parts.queues[queue].queue.queueUrl]);
  return {
    [ENV.table]: parts.table.tableName,
    ...(needs.config ? { [ENV.configParameter]: CONFIG_PARAMETER } : {}),
    ...Object.fromEntries(queues),
    ...(needs.publishes ? { [ENV.bus]: parts.bus.ref } : {}),
    ...(needs.seals ? { [ENV.key]: parts.key.keyArn } : {}),
    ...(needs.slack ? { [ENV.slackSecret]: parts.slackSecretArn, [ENV.slackTeam]: parts.config.slack.team } : {}),
    ...(needs.slack && parts.slackApiUrl ? { [ENV.slackApiUrl]: parts.slackApiUrl } : {}),
  };
}

const LEDGER_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];
const TABLE_ACTIONS: Readonly<Record<Needs['table'], string[]>> = {
  all: LEDGER_ACTIONS,
  read: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  claims: ['dynamodb:PutItem'],
};
const CONSUME_ACTIONS = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];

const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>): PolicyStatement =>
  new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) });

function tableArns(needs: Needs, { table }: HubParts): string[] {
  return needs.table !== 'claims' ? [table.tableArn, `${table.tableArn}/index/${STATUS_INDEX}`] : [table.tableArn];
}

/** on-slack faces the internet: all it may put into the ledger is that it has seen a request. */
function claimsOnly(needs: Needs): Record<string, unknown> | undefined {
  return needs.table === 'claims' ? { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CLAIM#*'] } } : undefined;
}

function configArn({ table }: HubParts): string {
  const { partition, region, account } = Stack.of(table);
  return `arn:${partition}:ssm:${region}:${account}:parameter${CONFIG_PARAMETER}`;
}

/** The key as SQS, DynamoDB and Secrets Manager use it for their caller, and in no other way. */
function keyThroughServices({ key, table }: HubParts): PolicyStatement {
  const { region, urlSuffix } = Stack.of(table);
  const services = ['sqs', 'dynamodb', 'secretsmanager'].map((service) => `${service}.${region}.${urlSuffix}`);
  return allow(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], [key.keyArn], {
    StringEquals: { 'kms:ViaService': services },
  });
}

/** The members' roles by name; any account's when an organization is the member, which its trust policies then limit. */
function memberRoles(roles: Needs['assumes'], { config, table }: HubParts): string[] {
  const { partition } = Stack.of(table);
  const accounts = config.hub.organizationId ? ['*'] : config.members.map((member) => member.account);
  return accounts.flatMap((account) => roles.map((role) => `arn:${partition}:iam::${account}:role/${ROLE_NAMES[role]}`));
}
