import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Code, EventSourceMappingOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { isOpen } from '../shared/config/members.ts';
import type { Config } from '../shared/config/schema.ts';
import { type BotFunction, HUB_QUEUES, type HubQueue, ROLE_NAMES } from '../shared/names.ts';
import { accept } from './accept.ts';
import { makeAlarms, makeAlarmTopic } from './constructs/alarms.ts';
import { FUNCTION_PLANS, HubFunction } from './constructs/bot-function.ts';
import { makeDashboard } from './constructs/dashboard.ts';
import { makeHubBus, routeToExport, routeToQueue } from './constructs/hub-bus.ts';
import { makeHubKey } from './constructs/hub-key.ts';
import { makeHubQueues, makeRuleDeadLetters, QUEUES, queueOf } from './constructs/hub-queues.ts';
import { makeConfigParameter, makeLedgerTable, makeSlackSecret } from './constructs/hub-store.ts';
import { makeSlackApi } from './constructs/slack-api.ts';
import { type ByFunction, deployedFunctions } from './exporting.ts';
import { environmentFor, type HubParts, statementsFor, unitArns } from './hub-permissions.ts';
import type { DeploySettings } from './settings.ts';

export interface HubStackProps extends StackProps {
  readonly config: Config;
  readonly settings: DeploySettings;
  /** The bundle of a function; tests give something that needs no bundling. */
  readonly codeOf: (name: BotFunction) => Code;
}

/** How each queue reaches its function. A small batch is for speed: records of one batch are done one after another. */
const FEEDS: Readonly<Record<HubQueue, Pick<EventSourceMappingOptions, 'batchSize' | 'maxConcurrency' | 'maxBatchingWindow'>>> = {
  // Lambda's control plane takes 15 calls a second of an account: more at once would only be throttled, and cold starts cost more than they gain.
  changes: { batchSize: 5, maxConcurrency: 8 },
  // One message is one plan.
  work: { batchSize: 1, maxConcurrency: 8 },
  // Slack takes one message a second and channel.
  notices: { batchSize: 5, maxConcurrency: 2 },
  clicks: { batchSize: 5, maxConcurrency: 5 },
  // So many places at a time, each at its own pace: events have their own workers and never wait for these.
  looks: { batchSize: 5, maxConcurrency: 5 },
  // One message is one place, and takes as long as it may.
  places: { batchSize: 1, maxConcurrency: 3 },
  // Security Hub takes a hundred findings at once, and ten calls a second.
  exports: { batchSize: 100, maxConcurrency: 2, maxBatchingWindow: Duration.seconds(5) },
};

/** The bot itself, in one account and region. docs/architecture.md shows the way of an event through it. */
export class HubStack extends Stack {
  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id, {
      description: 'Cinch hub: judges forwarded changes, fixes what is safe, asks in Slack for the rest',
      ...props,
    });
    const { config, settings } = props;
    const key = makeHubKey(this, settings.removal);
    const queues = makeHubQueues(this, key, config, (name) => FUNCTION_PLANS[name].timeout);
    const undelivered = makeRuleDeadLetters(this, key);
    const bus = makeHubBus(this, config);
    routeToQueue(this, bus, config, queues.changes.queue, undelivered);
    if (queues.exports) routeToExport(this, bus, queues.exports.queue, undelivered);
    const parts: HubParts = {
      config,
      key,
      queues,
      undelivered,
      bus,
      table: makeLedgerTable(this, key, settings.removal),
      slackSecretArn: settings.slackSecretArn ?? makeSlackSecret(this, key, settings.removal),
      slackApiUrl: settings.slackApiUrl,
      alarmTopic: makeAlarmTopic(this, key, config),
    };
    makeConfigParameter(this, config);
    const { functions, logGroups } = this.makeFunctions(parts, props);
    this.feed(functions, parts);
    this.sweepEveryMinute(functions.sweep);
    const urls = makeSlackApi(this, functions['on-slack'], functions['on-approval'], settings.logRetention);
    const alarms = makeAlarms(this, {
      queues,
      undelivered,
      functions,
      logGroups,
      runbookUrl: settings.runbookUrl,
      topic: parts.alarmTopic,
    });
    makeDashboard(this, { alarms, queues, functions });
    new CfnOutput(this, 'SlackRequestUrl', { value: urls.slack, description: 'For the Slack app: Interactivity, Request URL' });
    new CfnOutput(this, 'ApprovalsUrl', { value: urls.approvals, description: 'For cinch approvals --url' });
    new CfnOutput(this, 'SlackSecretArn', {
      value: parts.slackSecretArn,
      description: 'To be filled with signingSecret and botToken',
    });
    new CfnOutput(this, 'HubBusArn', { value: bus.attrArn, description: 'For the member stacks' });
    new CfnOutput(this, 'LedgerTable', { value: parts.table.tableName });
  }

  private makeFunctions(parts: HubParts, { codeOf, settings }: HubStackProps) {
    const make = (name: BotFunction): HubFunction => {
      const made = new HubFunction(this, name, {
        name,
        code: codeOf(name),
        logRetention: settings.logRetention,
        environment: environmentFor(name, parts),
        statements: statementsFor(name, parts),
      });
      if (isOpen(parts.config)) {
        const ids = Object.values(ROLE_NAMES).map((member) => `IAM5[Resource::arn:<AWS::Partition>:iam::*:role/${member}]`);
        accept(made.role, 'Any account of the organization may be a member; its role of this name decides by its trust.', ...ids);
      }
      if (parts.config.organization) {
        const ids = unitArns(parts.config, { partition: '<AWS::Partition>' }).map((arn) => `IAM5[Resource::${arn}]`);
        accept(made.role, 'Units below the configured ones are not known yet.', ...ids);
      }
      if (name === 'sweep') {
        const { region, account } = this;
        accept(
          made.role,
          'The self-check looks at rules whose names are CloudFormation’s.',
          `IAM5[Resource::arn:<AWS::Partition>:events:${region}:${account}:rule/*]`,
        );
        accept(made.role, 'Reads of the self-check that know no narrower resource.', 'IAM5[Resource::*]');
      }
      return made;
    };
    const made = deployedFunctions(parts.config).map((name) => [name, make(name)] as const);
    const each = <T>(part: (one: HubFunction) => T) =>
      Object.fromEntries(made.map(([name, one]) => [name, part(one)])) as unknown as ByFunction<T>;
    return { functions: each<IFunction>(({ fn }) => fn), logGroups: each<ILogGroup>(({ logGroup }) => logGroup) };
  }

  private feed(functions: ByFunction<IFunction>, { queues }: HubParts): void {
    for (const name of QUEUES.filter((queue) => queues[queue] !== undefined))
      functions[HUB_QUEUES[name].consumer]?.addEventSourceMapping(`From-${name}`, {
        eventSourceArn: queueOf(queues, name).queue.queueArn,
        reportBatchItemFailures: true,
        ...FEEDS[name],
      });
  }

  private sweepEveryMinute(sweep: IFunction): void {
    new Rule(this, 'EveryMinute', {
      description: 'Sweep: what events may have missed, what expires',
      schedule: Schedule.rate(Duration.minutes(1)),
      // The next one comes in a minute: a late one is of no use.
      targets: [new LambdaTarget(sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
