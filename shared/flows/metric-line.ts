import { METRIC_NAMESPACE, METRICS, type MetricId } from '../names.ts';
import type { MetricValue } from './ports.ts';

/**
 * One line in CloudWatch's embedded metric format: CloudWatch Logs makes the metric of it, and no call is paid for
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html). Pure.
 */
export function metricLine(id: MetricId, { value, dimension, words = {} }: MetricValue, now: Date): string {
  const { name, unit, dimension: key } = METRICS[id];
  return JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        { Namespace: METRIC_NAMESPACE, Dimensions: [key === null ? [] : [key]], Metrics: [{ Name: name, Unit: unit }] },
      ],
    },
    [name]: value,
    ...(key === null ? {} : { [key]: dimension }),
    ...words,
  });
}
