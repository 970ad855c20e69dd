import { Duration } from 'aws-cdk-lib';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../shared/names.ts';
import type { ByFunction } from '../exporting.ts';
import { SIGNATURE_FAILURES } from './alarms.ts';
import type { HubQueues } from './hub-queues.ts';

const period = Duration.minutes(5);

/** What is asked first when something is slow or silent: alarms, queues, functions. */
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
          new Metric({ namespace: METRIC_NAMESPACE, metricName: SIGNATURE_FAILURES, statistic: 'Sum', period }),
        ]),
      ],
    ],
  });
}
