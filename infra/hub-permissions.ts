import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { CfnEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { hasUnits, isOpen, namedMembers } from '../shared/config/members.ts';
import type { Config } from '../shared/config/schema.ts';
import {
  type BotFunction,
  botFunctionName,
  CONFIG_PARAMETER,
  ENV,
  type HubQueue,
  ROLE_NAMES,
  STATUS_INDEX,
} from '../shared/names.ts';
import { type HubQueues, queueOf } from './constructs/hub-queues.ts';
import { deployedFunctions } from './exporting.ts';

export interface HubParts {
  readonly config: Config;
  readonly key: IKey;
  readonly table: Table;
  readonly bus: CfnEventBus;
  readonly queues: HubQueues;
  /** Where the bus's rule leaves what it could not queue. */
  readonly undelivered: IQueue;
  readonly slackSecretArn: string;
  readonly alarmTopic: ITopic;
  readonly slackApiUrl: string | undefined;
}

interface Needs {
  readonly sends: readonly HubQueue[];
  readonly consumes: readonly HubQueue[];
  readonly assumes: readonly (keyof typeof ROLE_NAMES)[];
  readonly table: 'all' | 'read' | 'claims' | 'exports';
  readonly config: boolean;
  readonly publishes: boolean;
  readonly slack: boolean;
  /** Seals and opens snapshots. */
  readonly seals: boolean;
  /** Tells Security Hub. */
  readonly exports?: boolean;
  /** Looks at the hub's own parts, for the self-check. */
  readonly examines?: true;
}

/** Who may do what in the hub: the whole of it. */
const NEEDS: Readonly<Record<BotFunction, Needs>> = {
  'on-change': {
    sends: ['work', 'notices'],
    consumes: ['changes', 'looks'],
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
    sends: ['changes', 'work', 'notices', 'looks', 'places'],
    consumes: ['places'],
    assumes: ['read', 'canary'],
    table: 'all',
    config: true,
    publishes: true,
    slack: false,
    seals: false,
    examines: true,
  },
  export: {
    sends: [],
    consumes: ['exports'],
    assumes: [],
    table: 'exports',
    config: true,
    publishes: false,
    slack: false,
    seals: false,
    exports: true,
  },
};

/** The statements of one function's role. */
export function statementsFor(name: BotFunction, parts: HubParts): PolicyStatement[] {
  const needs = NEEDS[name];
  const arns = (names: readonly HubQueue[]): string[] => names.map((queue) => queueOf(parts.queues, queue).queue.queueArn);
  const statements = [...tableStatements(needs, parts), keyThroughServices(parts)];
  if (needs.config) statements.push(allow(['ssm:GetParameter'], [configArn(parts)]));
  // Sweep records who changed it, and what.
  if (name === 'sweep') statements.push(allow(['ssm:GetParameterHistory'], [configArn(parts)]));
  if (needs.consumes.length > 0) statements.push(allow(CONSUME_ACTIONS, arns(needs.consumes)));
  if (needs.sends.length > 0) statements.push(allow(['sqs:SendMessage'], arns(needs.sends)));
  if (needs.assumes.length > 0) statements.push(...assumeMemberRoles(needs.assumes, parts));
  if (name === 'sweep') statements.push(...listOrganization(parts));
  if (needs.publishes) statements.push(allow(['events:PutEvents'], [parts.bus.attrArn]));
  if (needs.slack) statements.push(allow(['secretsmanager:GetSecretValue'], [parts.slackSecretArn]));
  if (needs.seals) statements.push(allow(['kms:Decrypt', 'kms:GenerateDataKey'], [parts.key.keyArn]));
  if (needs.exports) statements.push(...securityHubStatements(parts));
  if (needs.examines) statements.push(...examine(parts));
  return statements;
}

/** Each is a read, on the hub's own parts; AWS knows no resource for the last ones. */
function examine({ alarmTopic, bus, config, key, queues, table, undelivered }: HubParts): PolicyStatement[] {
  const { partition, region, account } = Stack.of(table);
  const every = [...Object.values(queues).flatMap(({ queue, dead }) => [queue, dead]), undelivered];
  const functions = deployedFunctions(config).map(
    (name) => `arn:${partition}:lambda:${region}:${account}:function:${botFunctionName(name)}`,
  );
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
    allow(['sns:ListSubscriptionsByTopic'], [alarmTopic.topicArn]),
    allow(['cloudwatch:GetMetricData', 'events:ListRuleNamesByTarget', 'lambda:ListEventSourceMappings'], ['*']),
  ];
}

/** What a function is told; no more than it needs. */
export function environmentFor(name: BotFunction, parts: HubParts): Record<string, string> {
  const needs = NEEDS[name];
  const urls: Readonly<Record<HubQueue, string>> = {
    changes: ENV.changesQueue,
    work: ENV.workQueue,
    notices: ENV.noticesQueue,
    clicks: ENV.clicksQueue,
    exports: ENV.exportsQueue,
    looks: ENV.looksQueue,
    places: ENV.placesQueue,
  };
  const queues = [...needs.sends, ...needs.consumes].map((queue) => [urls[queue], queueOf(parts.queues, queue).queue.queueUrl]);
  return {
    [ENV.table]: parts.table.tableName,
    ...(needs.config ? { [ENV.configParameter]: CONFIG_PARAMETER } : {}),
    ...Object.fromEntries(queues),
    ...(needs.publishes ? { [ENV.bus]: parts.bus.ref } : {}),
    ...(needs.seals ? { [ENV.key]: parts.key.keyArn } : {}),
    ...(needs.slack ? { [ENV.slackSecret]: parts.slackSecretArn, [ENV.slackTeam]: parts.config.slack.team } : {}),
    ...(needs.examines ? { [ENV.alarmTopic]: parts.alarmTopic.topicArn } : {}),
    ...(needs.slack && parts.slackApiUrl ? { [ENV.slackApiUrl]: parts.slackApiUrl } : {}),
  };
}

const LEDGER_ACTIONS = [
  'dynamodb:BatchGetItem',
  'dynamodb:DeleteItem',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
];
const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];
const CONSUME_ACTIONS = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];

const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>): PolicyStatement =>
  new PolicyStatement({ actions, resources, ...(conditions ? { conditions } : {}) });

function tableStatements({ table: use }: Needs, { table }: HubParts): PolicyStatement[] {
  const whole = [table.tableArn, `${table.tableArn}/index/${STATUS_INDEX}`];
  const put = (...prefixes: string[]): PolicyStatement =>
    allow(['dynamodb:PutItem'], [table.tableArn], {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}#*`) },
    });
  switch (use) {
    case 'all':
      return [allow(LEDGER_ACTIONS, whole)];
    case 'read':
      return [allow(READ_ACTIONS, whole)];
    case 'claims':
      // on-slack faces the internet: all it may put into the ledger is that it has seen a request.
      return [put('CLAIM')];
    case 'exports':
      return [allow(READ_ACTIONS, whole), put('EXPORTED', 'FAILED')];
  }
}

/**
 * Findings of the account's own default product, and of what others may update the workflow status alone
 * (https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html).
 */
function securityHubStatements({ table }: HubParts): PolicyStatement[] {
  const { partition, region, account } = Stack.of(table);
  const arn = (resource: string): string => `arn:${partition}:securityhub:${region}:${account}:${resource}`;
  return [
    allow(['securityhub:BatchImportFindings'], [arn(`product/${account}/default`)]),
    allow(['securityhub:BatchUpdateFindings'], [arn('hub/default')], {
      StringEquals: { 'securityhub:ASFFSyntaxPath/Workflow.Status': ['NEW', 'NOTIFIED', 'SUPPRESSED', 'RESOLVED'] },
    }),
  ];
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

/** The members' roles by name; and any account's when an organization is the member, as long as it is in it. */
function assumeMemberRoles(roles: Needs['assumes'], { config, table }: HubParts): PolicyStatement[] {
  const { partition } = Stack.of(table);
  const of = (account: string): string[] => roles.map((role) => `arn:${partition}:iam::${account}:role/${ROLE_NAMES[role]}`);
  const named = namedMembers(config).flatMap(({ account }) => of(account));
  const { organizationId } = config.hub;
  return [
    ...(named.length > 0 ? [allow(['sts:AssumeRole'], named)] : []),
    ...(organizationId && isOpen(config)
      ? [allow(['sts:AssumeRole'], of('*'), { StringEquals: { 'aws:ResourceOrgID': organizationId } })]
      : []),
  ];
}

/** Who is in the units. Both calls are allowed by the unit that is asked about. */
function listOrganization({ config, table }: HubParts): PolicyStatement[] {
  if (!hasUnits(config) || !config.organization?.listAccounts) return [];
  return [
    allow(
      ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'],
      unitArns(config, Stack.of(table)),
    ),
  ];
}

/** The root and every unit of the organization: what is below a configured unit is not known here. */
export function unitArns({ hub, organization }: Config, { partition }: Pick<Stack, 'partition'>): string[] {
  const of = (what: string): string => `arn:${partition}:organizations::${organization?.managementAccount}:${what}`;
  return [of(`root/${hub.organizationId}/r-*`), of(`ou/${hub.organizationId}/ou-*`)];
}
