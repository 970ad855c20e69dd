import { describe, expect, it } from 'vitest';
import { metricLine } from '../../../shared/flows/metric-line.ts';
import { METRIC_NAMESPACE, METRICS, type MetricId } from '../../../shared/names.ts';
import { signatureFailureLine } from '../../../shared/slack/signature.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');

/** What CloudWatch's specification asks of a line, or it makes no metric of it and says so nowhere. */
function metricOf(line: string): { name: string; value: unknown; dimensions: Record<string, unknown> } {
  expect(line).not.toContain('\n');
  const document = JSON.parse(line) as Record<string, unknown> & {
    _aws: { Timestamp: number; CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  };
  const { Timestamp, CloudWatchMetrics } = document._aws;
  expect(Timestamp).toBe(NOW.getTime());
  const [directive] = CloudWatchMetrics;
  expect(directive?.Namespace).toBe(METRIC_NAMESPACE);
  const name = directive?.Metrics[0]?.Name ?? '';
  // Each target member must be at the root of the document.
  const dimensions = Object.fromEntries((directive?.Dimensions[0] ?? []).map((key) => [key, document[key]]));
  expect(directive?.Dimensions).toHaveLength(1);
  return { name, value: document[name], dimensions };
}

describe('a metric’s line', () => {
  it.each(Object.keys(METRICS) as MetricId[])('of %s is what the specification asks for', (id) => {
    const { name, dimension } = METRICS[id];
    const given = { value: 0, ...(dimension === null ? {} : { dimension: 'fix' }) };
    expect(metricOf(metricLine(id, given, NOW))).toEqual({
      name,
      value: 0,
      dimensions: dimension === null ? {} : { [dimension]: 'fix' },
    });
  });

  it('of a bad signature is the same metric', () => {
    expect(metricOf(signatureFailureLine('stale', NOW))).toEqual({
      name: METRICS.signatureFailures.name,
      value: 1,
      dimensions: {},
    });
  });
});
