import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { costDocument } from '../../../cli/cost/document.ts';
import { type CostInput, costOf, DEFAULTS, KEYS, STORES } from '../../../cli/cost/model.ts';
import { PRICE_REGIONS, PRICES, type Price } from '../../../cli/cost/prices.ts';
import { type Figure, USAGE } from '../../../cli/cost/usage.ts';
import { BOT_RUNTIME, FUNCTION_PLANS } from '../../../infra/constructs/bot-function.ts';
import { QUEUE_PLANS, QUEUES } from '../../../infra/constructs/hub-queues.ts';
import { SIZES } from '../../../scripts/generate/cost-page.ts';
import { DECISIONS, METRICS } from '../../../shared/names.ts';
import { synthesize } from '../../infra/stacks.ts';
import { cinch } from '../run-cinch.ts';

const LARGE = SIZES[2]?.input as CostInput;
const near = (usd: number) => ({ asymmetricMatch: (other: number) => Math.abs(other - usd) < 1e-6 * Math.max(1, usd) });

/**
 * The bill once more, straight from the prices and in one expression a service, for the large size with everything as it is by default:
 * 500 accounts, 2 regions, 50,000 functions, 100,000 changes a day of which 20,000 are watched, 2,000 show something, 1,000 are put right.
 */
function recounted(): Record<string, number> {
  const [watched, found, fixed, looks, runs] = [600_000, 60_000, 30_000, 6_000_000, 43_200];
  const places = 500 * 3 * 4 * 30;
  const selfChecks = 500 * 30;
  const gb = 1_048_576;
  const logsGb = ((watched + looks / 5) * 0.6 + runs * 0.9) / gb;
  const seconds = watched * 0.87 + found * 2 * 0.5 + found * 3 * 0.1 + fixed * 4.2 + looks * 0.54 + runs * 0.15 + places * 0.6;
  const writes = watched * 3 + found * (4 * 6 + 2) + fixed * (4 * 6 + 4) + places * 6 + looks + selfChecks * (3 * 2 + 2);
  const reads = watched * 8 + found * 4 + fixed * 9 + looks * 4 + runs * 8;
  const keptGb = (50_000 * 3 * 10) / gb;
  const starts = 50_000 * 0.2 * 20 * 30;
  return {
    'lambda-requests': ((watched + found * 2 + fixed + looks / 5 + places + runs) / 1e6) * 0.2,
    'lambda-gb-seconds': seconds * 0.5 * 0.0000133334,
    'sqs-standard': (((watched + found * 3 + places) * 3 + 3 * 21_600 * 30) / 1e6) * 0.4,
    'sqs-fifo': (((found * 2 + fixed + looks) * 3 + 3 * 21_600 * 30) / 1e6) * 0.5,
    'dynamodb-writes': (writes / 1e6) * 0.625,
    'dynamodb-reads': (reads / 1e6) * 0.125,
    'dynamodb-storage': keptGb * 0.25,
    'dynamodb-recovery': keptGb * 0.5 * 0.2,
    'eventbridge-cross-account': watched / 1e6,
    'eventbridge-custom': (found * 2) / 1e6,
    'kms-key': 1 + 1_000,
    'kms-requests': ((fixed * 2 + 1_000 * 30 + starts) / 10_000) * 0.03,
    'ssm-standard': 0,
    'secrets-manager': 0.4,
    'logs-ingestion': logsGb * 0.5,
    'logs-storage': logsGb * 0.03,
    'cloudwatch-metrics': 13 * 0.3,
    'cloudwatch-alarms': 2.5,
    'cloudwatch-dashboards': 3,
    'cloudwatch-reads': ((watched * 3 + looks * 4) / 1_000) * 0.01,
    'xray-traces': ((watched + found * 3 + looks / 5 + places + runs) / 1e6) * 5,
    'http-api': (found * 3) / 1e6,
    cloudtrail: 0,
  };
}

describe('the bill', () => {
  it('is the same when it is counted another way', () => {
    const { lines, usd } = costOf(LARGE);
    const byPrice: Record<string, number> = {};
    for (const line of lines) byPrice[line.price] = (byPrice[line.price] ?? 0) + line.usd;
    const expected = recounted();
    expect(Object.keys(byPrice).sort()).toEqual(Object.keys(expected).sort());
    for (const [price, sum] of Object.entries(expected))
      expect({ price, sum: byPrice[price] }).toEqual({ price, sum: near(sum) });
    expect(usd).toEqual(near(Object.values(expected).reduce((sum, one) => sum + one, 0)));
  });

  it('has no position that is not the product of its factors', () => {
    for (const region of PRICE_REGIONS)
      for (const key of KEYS)
        for (const secretsStore of STORES) {
          const { lines, usd } = costOf({ ...LARGE, region, key, secretsStore });
          for (const { factors, quantity, price, usd: sum } of lines) {
            expect(quantity).toEqual(near(factors.reduce((product, { value }) => product * value, 1)));
            expect(sum).toEqual(near((quantity * PRICES[price].usd[region]) / PRICES[price].per));
          }
          expect(usd).toEqual(near(lines.reduce((sum, line) => sum + line.usd, 0)));
        }
  });

  it('does not grow with changes that nobody watches', () => {
    const few = costOf({ ...LARGE, changesPerDay: 1_000, relevantShare: 1 }).usd;
    const many = costOf({ ...LARGE, changesPerDay: 1_000_000, relevantShare: 0.001 }).usd;
    expect(many).toEqual(near(few));
    expect(costOf({ ...LARGE, relevantShare: 0.4 }).usd).toBeGreaterThan(costOf(LARGE).usd + 1);
  });

  it('changes by what a choice costs, and by nothing else', () => {
    const base = costOf(LARGE).usd;
    const existing = costOf({ ...LARGE, key: 'existing' }).usd;
    expect(base - existing).toEqual(near(1_000));
    expect(costOf({ ...LARGE, key: 'aws-managed' }).usd).toEqual(near(existing));
    expect(costOf({ ...LARGE, key: 'multi-region' }).usd).toEqual(near(existing + 2));
    // No moved secret is decrypted then: 6 million requests less.
    expect(existing - costOf({ ...LARGE, key: 'none' }).usd).toEqual(near(18));
    const store = costOf({ ...LARGE, secretsStore: 'secrets-manager' }).usd;
    expect(store - base).toEqual(near(50_000 * 0.2 * 0.4 + ((50_000 * 0.2 * 20 * 30) / 10_000) * 0.05));
    expect(costOf({ ...LARGE, sweepHours: 12 }).usd).toBeLessThan(base - 100);
    const year = costOf({ ...LARGE, retentionDays: 365 }).usd - costOf({ ...LARGE, retentionDays: 30 }).usd;
    expect(year).toBeGreaterThan(0);
    expect(year).toBeLessThan(1);
  });
});

describe('a price', () => {
  it.each(Object.entries(PRICES as Readonly<Record<string, Price>>))('%s has a source and a date', (_, price) => {
    expect(new URL(price.source).protocol).toBe('https:');
    expect(price.date).toMatch(/^20\d\d(-\d\d){0,2}$/);
    for (const region of PRICE_REGIONS) expect(price.usd[region]).toBeGreaterThanOrEqual(0);
    expect(price.per).toBeGreaterThan(0);
  });

  it('is marked where its source does not state it', async () => {
    const { stdout } = await cinch(['cost', '--format', 'json', '--region', 'eu-central-1']);
    const { prices } = costDocument.parse(JSON.parse(stdout));
    expect(prices.find(({ id }) => id === 'dynamodb-writes')).toMatchObject({ usd: 0.7625, isSeen: false });
    expect(prices.find(({ id }) => id === 'kms-key')).toMatchObject({ usd: 1, isSeen: true });
  });
});

describe('a figure', () => {
  it.each(Object.entries(USAGE as Readonly<Record<string, Figure>>))('%s says where it is from', (_, { from, value, unit }) => {
    expect(from.length).toBeGreaterThan(8);
    expect(value).toBeGreaterThan(0);
    expect(unit).not.toBe('');
  });

  it('that is told by the infrastructure is what is deployed', () => {
    const hub = Template.fromStack(synthesize().hub);
    const count = (type: string) => Object.keys(hub.findResources(type)).length;
    // The export's is there only where something is exported.
    const deployed = QUEUES.filter((name) => name !== 'exports');
    expect(count('AWS::CloudWatch::Alarm')).toBe(USAGE.alarms.value);
    // Each value of a dimension is a metric; the breakers' is made of log lines.
    const own = Object.values(METRICS).map(({ dimension }) => (dimension === 'Decision' ? DECISIONS.length : 1));
    const filtered = Object.values(hub.findResources('AWS::Logs::MetricFilter')).map(
      ({ Properties }) => Properties.MetricTransformations[0].MetricName,
    );
    expect(own.reduce<number>((sum, many) => sum + many, 0) + new Set(filtered).size).toBe(USAGE.customMetrics.value);
    expect(count('AWS::CloudWatch::Dashboard')).toBe(USAGE.dashboards.value);
    expect(count('AWS::KMS::Key')).toBe(USAGE.hubKeys.value);
    expect(count('AWS::SecretsManager::Secret')).toBe(USAGE.hubSecrets.value);
    expect(deployed.filter((name) => !QUEUE_PLANS[name].fifo)).toHaveLength(USAGE.standardQueues.value);
    expect(deployed.filter((name) => QUEUE_PLANS[name].fifo)).toHaveLength(USAGE.fifoQueues.value);
    expect(BOT_RUNTIME.name).toMatch(/^nodejs/);
    for (const { memoryMb } of Object.values(FUNCTION_PLANS)) expect(memoryMb / 1024).toBe(USAGE.memoryGb.value);
  });
});

describe('cinch cost', () => {
  it('prints the dearest first, with what each is made of, and the total', async () => {
    const { code, stdout, stderr } = await cinch(['cost', '--accounts', '50', '--functions', '2000']);
    expect([code, stderr]).toEqual([0, '']);
    const [head, first] = stdout.split('\n');
    expect(head).toMatch(/^a month +price +what +quantity$/);
    expect(first).toMatch(/^\$50\.00 +kms-key +the members’ keys +50 key-months = 50 accounts x 1 regions$/);
    expect(stdout).toContain(
      `${costOf({ ...DEFAULTS, accounts: 50, functions: 2000 }).usd.toFixed(2)} a month at prices of us-east-1`,
    );
  });

  it.each([
    [['--relevant-share', '2'], 'It must be a number from 0 to 1'],
    [['--accounts', '0'], 'It must be a whole number from 1 on'],
    [['--key', 'mine'], 'Allowed choices are own, existing, multi-region, aws-managed, none'],
  ])('%j is refused in one line', async (args, words) => {
    const { code, stdout, stderr } = await cinch(['cost', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
