import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '../../shared/config/schema.ts';
import { BREAKER_TRIPPED, BREAKER_TRIPS, HUB_QUEUES, METRIC_NAMESPACE, METRICS, type MetricId } from '../../shared/names.ts';
import type { ByFunction } from '../exporting.ts';
import { type HubQueues, QUEUES, queueOf } from './hub-queues.ts';

/** One of Cinch's own, as a whole or of one value of its dimension. */
export function ownMetric(id: MetricId, period: Duration, statistic: string, value?: string): Metric {
  const { name, dimension } = METRICS[id];
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    statistic,
    period,
    ...(dimension !== null && value !== undefined ? { dimensionsMap: { [dimension]: value }, label: value } : {}),
  });
}

export interface AlarmedParts {
  readonly queues: HubQueues;
  readonly undelivered: IQueue;
  readonly functions: ByFunction<IFunction>;
  readonly logGroups: ByFunction<ILogGroup>;
  readonly runbookUrl: string;
  readonly topic: ITopic;
}

/** Whom alarms reach: the addresses of the configuration, and whoever subscribes. */
export function makeAlarmTopic(scope: Construct, key: IKey, { alarms }: Config): ITopic {
  const topic = new Topic(scope, 'Alarms', { displayName: 'Cinch', masterKey: key, enforceSSL: true });
  for (const email of alarms.emails) topic.addSubscription(new EmailSubscription(email));
  return topic;
}

export function makeAlarms(scope: Construct, parts: AlarmedParts): Alarm[] {
  const alarms = [
    ...deadLetterAlarms(scope, parts),
    ...errorAlarms(scope, parts),
    ...ageAlarms(scope, parts),
    signatureAlarm(scope, parts),
    breakerAlarm(scope, parts),
    selfCheckAlarm(scope, parts),
  ];
  for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(parts.topic));
  return alarms;
}

interface AlarmPlan {
  readonly id: string;
  readonly metric: Metric;
  readonly threshold: number;
  readonly says: string;
  /** A heading of the runbook. */
  readonly runbook:
    | 'dead-letter-queue'
    | 'function-errors'
    | 'message-age'
    | 'signature-failures'
    | 'circuit-breaker'
    | 'self-check';
  /** Silence is an alarm too. */
  readonly mustCome?: true;
}

function makeAlarm(scope: Construct, runbookUrl: string, plan: AlarmPlan): Alarm {
  return new Alarm(scope, plan.id, {
    metric: plan.metric,
    threshold: plan.threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: plan.mustCome ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    alarmDescription: `${plan.says} Runbook: ${runbookUrl}#${plan.runbook}`,
  });
}

const capital = (name: string): string => name.replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());

function deadLetterAlarms(scope: Construct, { queues, undelivered, runbookUrl }: AlarmedParts): Alarm[] {
  const dead = [
    ...Object.entries(queues).map(([name, pair]) => [name, pair.dead] as const),
    ['undelivered', undelivered] as const,
  ];
  return dead.map(([name, queue]) =>
    makeAlarm(scope, runbookUrl, {
      id: `${capital(name)}DeadAlarm`,
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: 1,
      says: `The dead-letter queue of ${name} is not empty: something was given up.`,
      runbook: 'dead-letter-queue',
    }),
  );
}

function errorAlarms(scope: Construct, { functions, runbookUrl }: AlarmedParts): Alarm[] {
  return Object.entries(functions).map(([name, fn]) =>
    makeAlarm(scope, runbookUrl, {
      id: `${capital(name)}ErrorsAlarm`,
      metric: fn.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 1,
      says: `The function ${name} failed as a whole.`,
      runbook: 'function-errors',
    }),
  );
}

function ageAlarms(scope: Construct, { queues, runbookUrl }: AlarmedParts): Alarm[] {
  return QUEUES.filter((name) => queues[name] !== undefined).map((name) =>
    makeAlarm(scope, runbookUrl, {
      id: `${capital(name)}AgeAlarm`,
      metric: queueOf(queues, name).queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: HUB_QUEUES[name].oldMinutes * 60,
      says: `The oldest message of ${name} waits for longer than ${HUB_QUEUES[name].oldMinutes} minutes.`,
      runbook: 'message-age',
    }),
  );
}

function signatureAlarm(scope: Construct, { runbookUrl }: AlarmedParts): Alarm {
  return makeAlarm(scope, runbookUrl, {
    id: 'SignatureFailuresAlarm',
    metric: ownMetric('signatureFailures', Duration.minutes(5), 'Sum'),
    threshold: 5,
    says: 'Requests to the Slack address are not signed by Slack, or the signing secret is not the app’s.',
    runbook: 'signature-failures',
  });
}

/** An apply that does not verify its fix, or a sweep that takes one back: both write one line, which is counted. */
function breakerAlarm(scope: Construct, { logGroups, runbookUrl }: AlarmedParts): Alarm {
  for (const name of ['apply', 'sweep'] as const) {
    new MetricFilter(scope, `${capital(name)}BreakerFilter`, {
      logGroup: logGroups[name],
      filterPattern: FilterPattern.stringValue('$.message', '=', BREAKER_TRIPPED),
      metricNamespace: METRIC_NAMESPACE,
      metricName: BREAKER_TRIPS,
      metricValue: '1',
    });
  }
  return makeAlarm(scope, runbookUrl, {
    id: 'BreakerAlarm',
    metric: new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: BREAKER_TRIPS,
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    threshold: 1,
    says: 'Cinch no longer fixes by itself in an account: a fix did not hold, broke a function, or there were too many.',
    runbook: 'circuit-breaker',
  });
}

/** Twice a day something is counted, if only nothing: so a day without it is as bad as a broken part. */
function selfCheckAlarm(scope: Construct, { runbookUrl }: AlarmedParts): Alarm {
  return makeAlarm(scope, runbookUrl, {
    id: 'SelfCheckAlarm',
    metric: ownMetric('broken', Duration.days(1), 'Maximum'),
    threshold: 1,
    says: 'A part of the installation is broken, a member account is silent, or the self-check itself does not come.',
    runbook: 'self-check',
    mustCome: true,
  });
}
