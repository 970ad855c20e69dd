/** How much one change, one look, one fix takes. Each figure says where it is from. */

export interface Figure {
  readonly value: number;
  readonly unit: string;
  /** The command or the file that tells it; for what is assumed, why it is no less. */
  readonly from: string;
  readonly kind: 'measured' | 'code' | 'assumed';
}

const CALLS = '`npx tsx bench/loop.ts 0 0 1 --calls`';

export const USAGE = {
  daysAMonth: { value: 30, unit: 'days', from: 'a month of the bill, rounded', kind: 'assumed' },

  // One change that on-change judges.
  changeReads: { value: 8, unit: 'table reads', from: `${CALLS}: 2 GetItem and 6 Query of on-change`, kind: 'measured' },
  changeWrites: {
    value: 3,
    unit: 'table writes',
    from: `${CALLS}: the 6 of on-change without finding, pointer and plan`,
    kind: 'measured',
  },
  changeSeconds: {
    value: 0.87,
    unit: 's',
    from: `${CALLS}: 29 calls of on-change, one after another at 30 ms each`,
    kind: 'assumed',
  },
  changeMetrics: {
    value: 3,
    unit: 'metrics',
    from: 'shared/aws/readers/metrics.ts: durations are three statistics',
    kind: 'code',
  },
  messageRequests: { value: 3, unit: 'SQS requests', from: 'sent, received, deleted, nothing in batches', kind: 'assumed' },

  // One finding: recorded, announced, shown.
  recordUnits: {
    value: 6,
    unit: 'write units',
    from: 'a finding or plan of 2 KB, and the same twice in the index of which it changes the key (infra/constructs/hub-store.ts)',
    kind: 'assumed',
  },
  findingRecords: {
    value: 4,
    unit: 'records written',
    from: `${CALLS}: finding and plan by on-change, the card twice by notify`,
    kind: 'measured',
  },
  findingReads: { value: 4, unit: 'table reads', from: `${CALLS}: notify`, kind: 'measured' },
  findingEvents: { value: 2, unit: 'domain events', from: 'shared/flows/announce.ts: when found and when decided', kind: 'code' },
  notifySeconds: { value: 0.5, unit: 's', from: `${CALLS}: 6 calls at 30 ms, and Slack’s answer`, kind: 'assumed' },
  notices: { value: 2, unit: 'messages', from: 'shared/flows/announce.ts: when found and when decided', kind: 'code' },

  // One fix, by itself or approved.
  fixReads: { value: 9, unit: 'table reads', from: `${CALLS}: 4 GetItem and 5 Query of apply`, kind: 'measured' },
  fixRecords: { value: 4, unit: 'records written', from: `${CALLS}: plan three times and finding by apply`, kind: 'measured' },
  fixWrites: {
    value: 4,
    unit: 'table writes',
    from: `${CALLS}: lease taken and given back, fix counted, audit`,
    kind: 'measured',
  },
  fixSeconds: {
    value: 4.2,
    unit: 's',
    from: `${CALLS}: 39 calls at 30 ms, and 3 s until Lambda has settled twice`,
    kind: 'assumed',
  },
  fixKeyCalls: { value: 2, unit: 'KMS calls', from: `${CALLS}: GenerateDataKey of apply`, kind: 'measured' },
  clicks: { value: 3, unit: 'HTTP requests', from: 'a button, its confirmation, a window of details', kind: 'assumed' },
  clickSeconds: {
    value: 0.1,
    unit: 's',
    from: 'docs/performance.md: on-slack is ready in 10 ms and makes two calls',
    kind: 'assumed',
  },

  // One look at a function, its role with it, from sweep.
  lookReads: {
    value: 4,
    unit: 'table reads',
    from: 'shared/flows/on-change.ts: note, findings of both, functions of the role',
    kind: 'code',
  },
  lookMetrics: {
    value: 4,
    unit: 'metrics',
    from: 'shared/aws/readers/metrics.ts: durations and the last invocation',
    kind: 'code',
  },
  lookSeconds: { value: 0.54, unit: 's', from: `${CALLS}: 18 calls that read, at 30 ms each`, kind: 'assumed' },
  looksABatch: {
    value: 5,
    unit: 'looks',
    from: 'infra/hub-stack.ts: the batch of the looks queue, full when sweep fills it',
    kind: 'code',
  },

  // What runs although nothing happens.
  sweepsADay: { value: 1440, unit: 'runs', from: 'infra/hub-stack.ts: every minute', kind: 'code' },
  sweepReads: {
    value: 8,
    unit: 'table reads',
    from: 'shared/flows/sweep.ts: six lists by status, watched plans, exemptions',
    kind: 'code',
  },
  sweepSeconds: { value: 0.15, unit: 's', from: '9 calls, some at once', kind: 'assumed' },
  placeSeconds: {
    value: 0.6,
    unit: 's',
    from: 'shared/flows/sweep-place.ts: twenty calls one after another, at 30 ms',
    kind: 'assumed',
  },
  placeWrites: {
    value: 6,
    unit: 'table writes',
    from: 'shared/flows/sweep-place.ts: the start, a checkpoint a stage, the use of layers',
    kind: 'code',
  },
  lookWrites: {
    value: 1,
    unit: 'table write',
    from: 'shared/flows/on-change.ts: the mark that keeps a resource from a second look',
    kind: 'code',
  },
  canaryWrites: {
    value: 2,
    unit: 'table writes',
    from: 'shared/flows/doctor: a canary is written down before it is sent, and when it is heard',
    kind: 'code',
  },
  accountCheckWrites: {
    value: 2,
    unit: 'table writes',
    from: 'shared/flows/doctor/check-account.ts: when it is due, and what was found',
    kind: 'code',
  },
  standardQueues: { value: 3, unit: 'queues', from: 'infra/constructs/hub-queues.ts', kind: 'code' },
  fifoQueues: { value: 3, unit: 'queues', from: 'infra/constructs/hub-queues.ts', kind: 'code' },
  pollsADay: {
    value: 21_600,
    unit: 'receives',
    from: 'five pollers of Lambda’s a queue, each waiting 20 s (https://betterprogramming.pub/lambda-sqs-trigger-and-concurrency-87131dad9a12)',
    kind: 'assumed',
  },
  memoryGb: { value: 0.5, unit: 'GB', from: 'infra/constructs/bot-function.ts', kind: 'code' },
  alarms: { value: 25, unit: 'alarms', from: 'infra/constructs/alarms.ts', kind: 'code' },
  customMetrics: {
    value: 13,
    unit: 'metrics',
    from: 'shared/names.ts: METRICS, one for each decision, and the trips of breakers that the logs are filtered for',
    kind: 'code',
  },
  causeUnits: {
    value: 2,
    unit: 'write units',
    from: 'shared/aws/ledger/causes.ts: what led to it, and the same in the index',
    kind: 'code',
  },
  sweepKb: { value: 0.9, unit: 'KB', from: 'logKb and the line of one metric, 0.3 KB', kind: 'assumed' },
  dashboards: { value: 1, unit: 'dashboard', from: 'infra/constructs/dashboard.ts', kind: 'code' },
  hubKeys: { value: 1, unit: 'key', from: 'infra/constructs/hub-key.ts', kind: 'code' },
  hubSecrets: { value: 1, unit: 'secret', from: 'infra/constructs/hub-store.ts: Slack’s', kind: 'code' },
  hubKeyCallsADay: {
    value: 1_000,
    unit: 'KMS calls',
    from: 'queues ask once an hour for each sender and receiver, the table every five minutes',
    kind: 'assumed',
  },
  logKb: { value: 0.6, unit: 'KB', from: 'an invocation: Lambda’s START, END and REPORT, and one line of ours', kind: 'assumed' },
  findingKb: {
    value: 10,
    unit: 'KB',
    from: 'finding, plan with snapshot and audit, in the table and its index (projection ALL); nothing is ever deleted',
    kind: 'assumed',
  },
  findingsAFunction: { value: 3, unit: 'findings', from: 'a first look at a grown account, once', kind: 'assumed' },
  secretsAFunction: { value: 0.2, unit: 'secrets', from: 'one function in ten holds two', kind: 'assumed' },
  startsADay: { value: 20, unit: 'cold starts', from: 'of a function whose secrets were moved', kind: 'assumed' },
} as const satisfies Readonly<Record<string, Figure>>;

export type UsageId = keyof typeof USAGE;
export const figureOf = (id: UsageId): Figure => USAGE[id];
