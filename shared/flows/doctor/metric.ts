import { DOCTOR_BROKEN, METRIC_NAMESPACE } from '../../names.ts';

/** One line in CloudWatch's embedded metric format. Zero is told too: an alarm rings when nothing is. Pure. */
export function brokenLine(count: number, now: Date): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [[]], Metrics: [{ Name: DOCTOR_BROKEN, Unit: 'Count' }] }],
    },
    [DOCTOR_BROKEN]: count,
    message: 'self-check told',
  });
}
