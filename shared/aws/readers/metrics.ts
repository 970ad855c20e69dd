import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Resource } from '../../model/resource.ts';
import type { FunctionFacts } from '../../model/state.ts';
import type { MemberClients } from '../member.ts';

const DAYS = 14;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** CloudWatch answers at most so many points a query in one page; the period is chosen so that they suffice. */
const MOST_POINTS = 1_000;

/** Durations over 14 days: one call. Two periods may touch the window, so the greater value of both counts. */
export async function readDurations(
  clients: MemberClients,
  resource: Resource<'function'>,
  now: Date,
): Promise<FunctionFacts['durations']> {
  const queries = ['p99.9', 'Maximum', 'SampleCount'].map((stat) => query(resource, 'Duration', stat, DAYS * 24 * 3600));
  const values = await readValues(clients, queries, new Date(now.getTime() - DAYS * DAY_MS), now);
  const [p999 = [], maxima = [], counts = []] = values;
  return { samples: sum(counts), maximumMs: Math.max(0, ...maxima), p999Ms: Math.max(0, ...p999), days: DAYS };
}

/** @param since ISO; rounded down to the minute. */
export async function readTraffic(
  clients: MemberClients,
  resource: Resource<'function'>,
  since: string,
  now: Date,
): Promise<{ invocations: number; errors: number }> {
  const start = new Date(Math.floor(Date.parse(since) / MINUTE_MS) * MINUTE_MS);
  const minutes = Math.max(1, Math.ceil((now.getTime() - start.getTime()) / MINUTE_MS));
  const period = Math.ceil(minutes / MOST_POINTS) * 60;
  const queries = ['Invocations', 'Errors'].map((metric) => query(resource, metric, 'Sum', period));
  const end = new Date(start.getTime() + minutes * MINUTE_MS);
  const [invocations = [], errors = []] = await readValues(clients, queries, start, end);
  return { invocations: sum(invocations), errors: sum(errors) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function query(resource: Resource<'function'>, metric: string, stat: string, period: number): MetricDataQuery {
  return {
    // Ids are lower-case letters, digits and underscores.
    Id: `${metric}_${stat}`.toLowerCase().replace(/[^a-z0-9_]/g, '_'),
    MetricStat: {
      Metric: { Namespace: 'AWS/Lambda', MetricName: metric, Dimensions: [{ Name: 'FunctionName', Value: resource.name }] },
      Period: period,
      Stat: stat,
    },
  };
}

/** The values of each query, in the queries' order. */
async function readValues(
  clients: MemberClients,
  queries: readonly MetricDataQuery[],
  start: Date,
  end: Date,
): Promise<number[][]> {
  const byId = new Map<string, number[]>(queries.map(({ Id: id = '' }) => [id, []]));
  let token: string | undefined;
  do {
    const page = await clients.cloudwatch.send(
      new GetMetricDataCommand({ MetricDataQueries: [...queries], StartTime: start, EndTime: end, NextToken: token }),
    );
    for (const { Id: id = '', Values: values = [] } of page.MetricDataResults ?? []) byId.get(id)?.push(...values);
    token = page.NextToken || undefined;
  } while (token);
  return [...byId.values()];
}
