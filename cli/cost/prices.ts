/** What AWS asks, in US dollars. Free tiers are left out: who runs Cinch has mostly used them up. */

export const PRICE_REGIONS = ['us-east-1', 'eu-central-1'] as const;
export type PriceRegion = (typeof PRICE_REGIONS)[number];

export interface Price {
  readonly what: string;
  /** One price is for so many units. */
  readonly per: number;
  readonly unit: string;
  readonly usd: { readonly [R in PriceRegion]: number };
  /** Where the price was seen, and when that was written; or when it was read, where the source tells no date. */
  readonly source: string;
  readonly date: string;
  readonly dateIs: 'published' | 'read';
  /** Regions whose price the source itself states. The others are what AWS asked when this was written down, unseen. */
  readonly seenFor: readonly PriceRegion[];
}

const MILLION = 1_000_000;
const us = (usd: number, europe = usd) => ({ 'us-east-1': usd, 'eu-central-1': europe });
const READ = '2026-11-25';
const US: readonly PriceRegion[] = ['us-east-1'];
const EVERYWHERE: readonly PriceRegion[] = PRICE_REGIONS;

export const PRICES = {
  'lambda-requests': {
    what: 'Lambda, requests',
    per: MILLION,
    unit: 'requests',
    usd: us(0.2),
    source: 'https://github.com/flarebyte/learning/blob/main/aws/serverless-cost.md',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  'lambda-gb-seconds': {
    what: 'Lambda, duration on Arm',
    per: 1,
    unit: 'GB-seconds',
    usd: us(0.0000133334),
    source: 'https://cloudchipr.com/blog/aws-lambda-pricing',
    date: '2024',
    dateIs: 'published',
    seenFor: US,
  },
  'sqs-standard': {
    what: 'SQS, standard queues',
    per: MILLION,
    unit: 'requests',
    usd: us(0.4),
    source: 'https://cloudburn.io/blog/amazon-sqs-pricing',
    date: '2026-03-14',
    dateIs: 'published',
    seenFor: US,
  },
  'sqs-fifo': {
    what: 'SQS, FIFO queues',
    per: MILLION,
    unit: 'requests',
    usd: us(0.5),
    source: 'https://cloudburn.io/blog/amazon-sqs-pricing',
    date: '2026-03-14',
    dateIs: 'published',
    seenFor: US,
  },
  'dynamodb-writes': {
    what: 'DynamoDB on demand, write request units',
    per: MILLION,
    unit: 'units of 1 KB',
    usd: us(0.625, 0.7625),
    source: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
    date: '2025-07-21',
    dateIs: 'published',
    seenFor: US,
  },
  'dynamodb-reads': {
    what: 'DynamoDB on demand, read request units',
    per: MILLION,
    unit: 'units of 4 KB',
    usd: us(0.125, 0.1525),
    source: 'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
    date: '2025-07-21',
    dateIs: 'published',
    seenFor: US,
  },
  'dynamodb-storage': {
    what: 'DynamoDB, storage',
    per: 1,
    unit: 'GB-months',
    usd: us(0.25, 0.306),
    source: 'https://aws.amazon.com/dynamodb/pricing/',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  'dynamodb-recovery': {
    what: 'DynamoDB, point-in-time recovery',
    per: 1,
    unit: 'GB-months',
    usd: us(0.2, 0.2448),
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    date: READ,
    dateIs: 'read',
    seenFor: [],
  },
  'eventbridge-cross-account': {
    what: 'EventBridge, events to another account’s bus',
    per: MILLION,
    unit: 'events of 64 KB',
    usd: us(1),
    source: 'https://cloudburn.io/blog/amazon-eventbridge-pricing',
    date: '2026-03-13',
    dateIs: 'published',
    seenFor: US,
  },
  'eventbridge-custom': {
    what: 'EventBridge, custom events',
    per: MILLION,
    unit: 'events of 64 KB',
    usd: us(1),
    source: 'https://cloudburn.io/blog/amazon-eventbridge-pricing',
    date: '2026-03-13',
    dateIs: 'published',
    seenFor: US,
  },
  'kms-key': {
    what: 'KMS, customer managed keys; each of the first two rotations adds as much',
    per: 1,
    unit: 'key-months',
    usd: us(1),
    source: 'https://aws.amazon.com/kms/pricing/',
    date: READ,
    dateIs: 'read',
    seenFor: EVERYWHERE,
  },
  'kms-requests': {
    what: 'KMS, requests with symmetric keys',
    per: 10_000,
    unit: 'requests',
    usd: us(0.03),
    source: 'https://www.factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region/',
    date: '2026-06',
    dateIs: 'published',
    seenFor: US,
  },
  'ssm-standard': {
    what: 'Parameter Store, standard parameters',
    per: 1,
    unit: 'parameter-months',
    usd: us(0),
    source: 'https://www.webuildup.live/2026/05/aws-parameter-store-vs-secrets-manager.html',
    date: '2026-05',
    dateIs: 'published',
    seenFor: EVERYWHERE,
  },
  'ssm-advanced': {
    what: 'Parameter Store, advanced parameters',
    per: 1,
    unit: 'parameter-months',
    usd: us(0.05),
    source: 'https://awsready.net/learn/aws-secrets-manager-parameter-store/',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  'secrets-manager': {
    what: 'Secrets Manager, secrets',
    per: 1,
    unit: 'secret-months',
    usd: us(0.4),
    source: 'https://awsready.net/learn/aws-secrets-manager-parameter-store/',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  'secrets-manager-calls': {
    what: 'Secrets Manager, calls',
    per: 10_000,
    unit: 'calls',
    usd: us(0.05),
    source: 'https://awsready.net/learn/aws-secrets-manager-parameter-store/',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  'logs-ingestion': {
    what: 'CloudWatch Logs, ingestion',
    per: 1,
    unit: 'GB',
    usd: us(0.5, 0.63),
    source: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
    date: '2026-06-13',
    dateIs: 'published',
    seenFor: US,
  },
  'logs-storage': {
    what: 'CloudWatch Logs, storage',
    per: 1,
    unit: 'GB-months',
    usd: us(0.03, 0.0324),
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    date: READ,
    dateIs: 'read',
    seenFor: [],
  },
  'cloudwatch-metrics': {
    what: 'CloudWatch, custom metrics',
    per: 1,
    unit: 'metric-months',
    usd: us(0.3),
    source: 'https://signoz.io/guides/cloudwatch-pricing',
    date: '2026-02-15',
    dateIs: 'published',
    seenFor: US,
  },
  'cloudwatch-alarms': {
    what: 'CloudWatch, alarms of standard resolution',
    per: 1,
    unit: 'alarm-months',
    usd: us(0.1),
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    date: READ,
    dateIs: 'read',
    seenFor: [],
  },
  'cloudwatch-dashboards': {
    what: 'CloudWatch, dashboards',
    per: 1,
    unit: 'dashboard-months',
    usd: us(3),
    source: 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
    date: '2026-06-13',
    dateIs: 'published',
    seenFor: US,
  },
  'cloudwatch-reads': {
    what: 'CloudWatch, metrics read with GetMetricData',
    per: 1_000,
    unit: 'metrics',
    usd: us(0.01),
    source: 'https://support.site24x7.com/portal/en/kb/articles/aws-cloudwatch-metrics-cost-calculation',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  'xray-traces': {
    what: 'X-Ray, traces recorded',
    per: MILLION,
    unit: 'traces',
    usd: us(5),
    source: 'https://aws.amazon.com/de/xray/pricing/',
    date: READ,
    dateIs: 'read',
    seenFor: EVERYWHERE,
  },
  'http-api': {
    what: 'API Gateway, HTTP API',
    per: MILLION,
    unit: 'requests',
    usd: us(1, 1.2),
    source:
      'https://docs.aws.amazon.com/pt_br/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html',
    date: READ,
    dateIs: 'read',
    seenFor: US,
  },
  cloudtrail: {
    what: 'CloudTrail, the first copy of management events',
    per: 100_000,
    unit: 'events',
    usd: us(0),
    source: 'https://aws.amazon.com/cloudtrail/pricing/',
    date: READ,
    dateIs: 'read',
    seenFor: EVERYWHERE,
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceId = keyof typeof PRICES;
export const priceOf = (id: PriceId): Price => PRICES[id];
