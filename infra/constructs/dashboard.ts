import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { DECISIONS } from '../../shared/names.ts';
import type { ByFunction } from '../exporting.ts';
import { ownMetric } from './alarms.ts';
import type { HubQueues } from './hub-queues.ts';

const period = Duration.minutes(5);

/** What is asked first: what Cinch does, and when something is slow or silent the queues and functions. */
export function makeDashboard(
  scope: Construct,
  parts: { alarms: Alarm[]; queues: HubQueues; functions: ByFunction<IFunction> },
): Dashboard {
  const functions = Object.values(parts.functions);
  const queues = Object.values(parts.queues).map(({ queue }) => queue);
  const graph = (title: string, left: Metric[]): GraphWidget => new GraphWidget({ title, left, width: 8, height: 6 });
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: 'Cinch',
    widgets: [
      [new AlarmStatusWidget({ alarms: parts.alarms, width: 24, height: 4, title: 'Alarms' })],
      [
        graph('Changes', [
          ownMetric('seen', period, 'Sum'),
          ...DECISIONS.map((decision) => ownMetric('decided', period, 'Sum', decision)),
        ]),
        graph(
          'Asked, fixed, failed',
          (['asked', 'fixed', 'failed'] as const).map((id) => ownMetric(id, period, 'Sum')),
        ),
        graph('Time to fix, age of the oldest question (s)', [
          ownMetric('timeToFix', period, 'p50'),
          ownMetric('timeToFix', period, 'p99'),
          ownMetric('approvalAge', period, 'Maximum'),
        ]),
      ],
      [
        graph(
          'Messages sent',
          queues.map((queue) => queue.metricNumberOfMessagesSent({ period, statistic: 'Sum' })),
        ),
        graph(
          'Messages waiting',
          queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
        ),
        graph(
          'Age of the oldest (s)',
          queues.map((queue) => queue.metricApproximateAgeOfOldestMessage({ period })),
        ),
      ],
      [
        graph(
          'Invocations',
          functions.map((fn) => fn.metricInvocations({ period })),
        ),
        graph(
          'Duration, p99 (ms)',
          functions.map((fn) => fn.metricDuration({ period, statistic: 'p99' })),
        ),
        graph('Errors and bad signatures', [
          ...functions.map((fn) => fn.metricErrors({ period })),
          ownMetric('signatureFailures', period, 'Sum'),
        ]),
      ],
    ],
  });
}
