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

/** As far back as a configuration may ask about (shared/config/schema.ts); CloudWatch keeps hours for 455 days. */
const LOOKED_BACK_DAYS = 400;

/** The day, in UTC, that it was last invoked on: one call, one point a day. */
export async function readLastInvoked(
  clients: MemberClients,
  resource: Resource<'function'>,
  now: Date,
): Promise<FunctionFacts['lastInvoked']> {
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const start = new Date(today - LOOKED_BACK_DAYS * DAY_MS);
  const points = await readPoints(clients, [query(resource, 'Invocations', 'Sum', DAY_MS / 1000)], start, now);
  return { at: lastDay(points[0] ?? []), days: LOOKED_BACK_DAYS };
}

/** By version, the day that each was last invoked on by its own number: one call (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html). */
export async function readVersionsInvoked(
  clients: MemberClients,
  resource: Resource<'function'>,
  versions: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, string | null>> {
  if (versions.length === 0) return new Map();
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const start = new Date(today - LOOKED_BACK_DAYS * DAY_MS);
  const queries = versions.map((version) => ofVersion(query(resource, 'Invocations', 'Sum', DAY_MS / 1000), resource, version));
  const points = await readPoints(clients, queries, start, now);
  return new Map(versions.map((version, index) => [version, lastDay(points[index] ?? [])]));
}

function ofVersion({ Id, MetricStat }: MetricDataQuery, { name }: Resource, version: string): MetricDataQuery {
  const Dimensions = [...(MetricStat?.Metric?.Dimensions ?? []), { Name: 'Resource', Value: `${name}:${version}` }];
  return {
    Id: `${Id}_${version}`,
    MetricStat: { ...MetricStat, Metric: { ...MetricStat?.Metric, Dimensions } } as typeof MetricStat,
  };
}

function lastDay(points: readonly Point[]): string | null {
  const days = points.filter(({ value }) => value > 0).map(({ at }) => at.getTime());
  return days.length > 0 ? new Date(Math.max(...days)).toISOString() : null;
}

/**
 * @param since ISO; rounded down to the minute.
 * @param now until when; rounded up to the minute.
 */
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
async function readValues(...asked: Parameters<typeof readPoints>): Promise<number[][]> {
  return (await readPoints(...asked)).map((points) => points.map(({ value }) => value));
}

interface Point {
  /** The start of its period. */
  readonly at: Date;
  readonly value: number;
}

async function readPoints(
  clients: MemberClients,
  queries: readonly MetricDataQuery[],
  start: Date,
  end: Date,
): Promise<Point[][]> {
  const byId = new Map<string, Point[]>(queries.map(({ Id: id = '' }) => [id, []]));
  let token: string | undefined;
  do {
    const page = await clients.cloudwatch.send(
      new GetMetricDataCommand({ MetricDataQueries: [...queries], StartTime: start, EndTime: end, NextToken: token }),
    );
    for (const { Id: id = '', Timestamps: times = [], Values: values = [] } of page.MetricDataResults ?? [])
      byId.get(id)?.push(...values.map((value, index) => ({ at: times[index] ?? start, value })));
    token = page.NextToken || undefined;
  } while (token);
  return [...byId.values()];
}
