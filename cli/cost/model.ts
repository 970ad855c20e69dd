import { type PriceId, type PriceRegion, priceOf } from './prices.ts';
import { figureOf, type UsageId } from './usage.ts';

export const KEYS = ['own', 'existing', 'multi-region', 'aws-managed', 'none'] as const;
export const STORES = ['ssm', 'secrets-manager'] as const;

/** The size of an estate, and what is chosen. */
export interface CostInput {
  readonly accounts: number;
  /** Watched in each account. */
  readonly regions: number;
  readonly functions: number;
  /** Calls a day in all accounts that change anything, serverless or not. */
  readonly changesPerDay: number;
  /** The part of them that Cinch watches: the others end at a rule's pattern in the member account. */
  readonly relevantShare: number;
  /** The part of the watched ones that shows something wrong. */
  readonly findingShare: number;
  /** The part of the findings that is put right by Cinch, by itself or approved. */
  readonly fixShare: number;
  /**
   * For moved secrets: one made for them in each account and region, one there that is paid for already, one multi-Region key of all
   * accounts, AWS's own, or none, so that nothing is moved.
   */
  readonly key: (typeof KEYS)[number];
  /** How often every function is looked at. */
  readonly sweepHours: number;
  /** How long logs are kept. */
  readonly retentionDays: number;
  readonly secretsStore: (typeof STORES)[number];
  readonly region: PriceRegion;
}

export const DEFAULTS: CostInput = {
  accounts: 1,
  regions: 1,
  functions: 100,
  changesPerDay: 200,
  relevantShare: 0.2,
  findingShare: 0.1,
  fixShare: 0.5,
  key: 'own',
  sweepHours: 6,
  retentionDays: 30,
  secretsStore: 'ssm',
  region: 'us-east-1',
};

export interface Factor {
  readonly name: string;
  readonly value: number;
}

/** One position of the monthly bill: the product of its factors, at a price. */
export interface CostLine {
  readonly what: string;
  readonly price: PriceId;
  readonly factors: readonly Factor[];
  readonly quantity: number;
  readonly usd: number;
}

export interface Cost {
  readonly lines: readonly CostLine[];
  readonly usd: number;
}

/** What a month costs in the hub and the members together. Pure. */
export function costOf(input: CostInput): Cost {
  const lines = positions(input).map(({ what, price, factors }) => {
    const quantity = factors.reduce((product, { value }) => product * value, 1);
    const { usd, per } = priceOf(price);
    return { what, price, factors, quantity, usd: (quantity / per) * usd[input.region] };
  });
  return { lines, usd: lines.reduce((sum, line) => sum + line.usd, 0) };
}

type Position = Pick<CostLine, 'what' | 'price' | 'factors'>;

function positions(input: CostInput): Position[] {
  return [
    ...eventPositions(input),
    ...findingPositions(input),
    ...fixPositions(input),
    ...sweepPositions(input),
    ...tracePositions(input),
    ...standing(input),
  ];
}

const of = (what: string, price: PriceId, ...factors: readonly Factor[]): Position => ({ what, price, factors });
const n = (name: string, value: number): Factor => ({ name, value });
/** A figure of the usage table. */
const u = (id: UsageId): Factor => n(figureOf(id).unit, figureOf(id).value);
const MONTH = u('daysAMonth');
const GB_OF_KB = n('GB a KB', 1 / 1_048_576);

const changes = ({ changesPerDay, relevantShare }: CostInput): Factor[] => [
  n('changes a day', changesPerDay),
  n('watched', relevantShare),
  MONTH,
];
const looksOf = ({ functions, sweepHours }: CostInput): Factor[] => [
  n('functions', functions),
  n('looks a day', 24 / sweepHours),
  MONTH,
];
const placesOf = ({ accounts, regions, sweepHours }: CostInput): Factor[] => [
  n('accounts', accounts),
  n('regions and IAM', regions + 1),
  n('rounds a day', 24 / sweepHours),
  MONTH,
];
const canariesOf = ({ accounts, regions }: CostInput): Factor[] => [
  n('accounts', accounts),
  n('regions and the trail', regions + 1),
  MONTH,
];
const aLookBatch = (): Factor => n('a batch', 1 / figureOf('looksABatch').value);
const findings = (input: CostInput): Factor[] => [...changes(input), n('with a finding', input.findingShare)];
const fixes = (input: CostInput): Factor[] => [...findings(input), n('put right', input.fixShare)];

function eventPositions(input: CostInput): Position[] {
  const relevant = changes(input);
  return [
    of(
      'changes that Cinch does not watch: a pattern stops them in the member account',
      'cloudtrail',
      n('changes a day', input.changesPerDay),
      n('not watched', 1 - input.relevantShare),
      MONTH,
    ),
    of('events from members to the hub', 'eventbridge-cross-account', ...relevant),
    of('the changes queue, for events', 'sqs-standard', ...relevant, u('messageRequests')),
    of('on-change, for events', 'lambda-requests', ...relevant),
    of('on-change, for events', 'lambda-gb-seconds', ...relevant, u('changeSeconds'), u('memoryGb')),
    of('the ledger, for events', 'dynamodb-reads', ...relevant, u('changeReads')),
    of('the ledger, for events', 'dynamodb-writes', ...relevant, u('changeWrites')),
    of('measured durations, for events', 'cloudwatch-reads', ...relevant, u('changeMetrics')),
    of('logs of on-change, for events', 'logs-ingestion', ...relevant, u('logKb'), GB_OF_KB),
  ];
}

function findingPositions(input: CostInput): Position[] {
  const found = findings(input);
  return [
    of('findings and plans', 'dynamodb-writes', ...found, u('findingRecords'), u('recordUnits')),
    of('what led to findings', 'dynamodb-writes', ...found, u('causeUnits')),
    of('cards', 'dynamodb-reads', ...found, u('findingReads')),
    of('domain events on the hub bus', 'eventbridge-custom', ...found, u('findingEvents')),
    of('the notices queue', 'sqs-fifo', ...found, u('notices'), u('messageRequests')),
    of('notify', 'lambda-requests', ...found, u('notices')),
    of('notify', 'lambda-gb-seconds', ...found, u('notices'), u('notifySeconds'), u('memoryGb')),
    of('Slack’s requests', 'http-api', ...found, u('clicks')),
    of('on-slack', 'lambda-gb-seconds', ...found, u('clicks'), u('clickSeconds'), u('memoryGb')),
    of('the clicks queue', 'sqs-standard', ...found, u('clicks'), u('messageRequests')),
  ];
}

function fixPositions(input: CostInput): Position[] {
  const fixed = fixes(input);
  return [
    of('the work queue', 'sqs-fifo', ...fixed, u('messageRequests')),
    of('apply', 'lambda-requests', ...fixed),
    of('apply', 'lambda-gb-seconds', ...fixed, u('fixSeconds'), u('memoryGb')),
    of('the ledger, for fixes', 'dynamodb-reads', ...fixed, u('fixReads')),
    of('plans and findings of fixes', 'dynamodb-writes', ...fixed, u('fixRecords'), u('recordUnits')),
    of('leases and audit of fixes', 'dynamodb-writes', ...fixed, u('fixWrites')),
    of('snapshots, sealed', 'kms-requests', ...fixed, u('fixKeyCalls')),
  ];
}

/** The look at everything, and the run of every minute. */
function sweepPositions(input: CostInput): Position[] {
  const looks = looksOf(input);
  const runs = [u('sweepsADay'), MONTH];
  const places = placesOf(input);
  return [
    of('the places queue', 'sqs-standard', ...places, u('messageRequests')),
    of('sweep, for places', 'lambda-requests', ...places),
    of('sweep, for places', 'lambda-gb-seconds', ...places, u('placeSeconds'), u('memoryGb')),
    of('checkpoints of places', 'dynamodb-writes', ...places, u('placeWrites')),
    of('the looks queue', 'sqs-fifo', ...looks, u('messageRequests')),
    of('marks of looks', 'dynamodb-writes', ...looks, u('lookWrites')),
    of('on-change, for looks', 'lambda-requests', ...looks, aLookBatch()),
    of('on-change, for looks', 'lambda-gb-seconds', ...looks, u('lookSeconds'), u('memoryGb')),
    of('the ledger, for looks', 'dynamodb-reads', ...looks, u('lookReads')),
    of('measured durations and last invocations, for looks', 'cloudwatch-reads', ...looks, u('lookMetrics')),
    of('logs of on-change, for looks', 'logs-ingestion', ...looks, aLookBatch(), u('logKb'), GB_OF_KB),
    of('sweep', 'lambda-requests', ...runs),
    of('sweep', 'lambda-gb-seconds', ...runs, u('sweepSeconds'), u('memoryGb')),
    of('the ledger, for sweep', 'dynamodb-reads', ...runs, u('sweepReads')),
    of('canaries of the daily self-check', 'dynamodb-writes', ...canariesOf(input), u('canaryWrites')),
    of('accounts of the daily self-check', 'dynamodb-writes', n('accounts', input.accounts), MONTH, u('accountCheckWrites')),
    of('logs of sweep', 'logs-ingestion', ...runs, u('sweepKb'), GB_OF_KB),
  ];
}

/** At most one for each start of a way through the functions: of more than one a second Lambda records one in twenty. */
function tracePositions(input: CostInput): Position[] {
  return [
    of('traces of changes', 'xray-traces', ...changes(input)),
    of('traces of clicks', 'xray-traces', ...findings(input), u('clicks')),
    of('traces of looks', 'xray-traces', ...looksOf(input), aLookBatch()),
    of('traces of places', 'xray-traces', ...placesOf(input)),
    of('traces of sweep', 'xray-traces', u('sweepsADay'), MONTH),
  ];
}

/** What costs by the month, whatever happens. */
function standing(input: CostInput): Position[] {
  const kept = [n('functions', input.functions), u('findingsAFunction'), u('findingKb'), GB_OF_KB];
  return [
    of('the hub’s key', 'kms-key', u('hubKeys')),
    of('queues and table under that key', 'kms-requests', u('hubKeyCallsADay'), MONTH),
    of('Slack’s secret', 'secrets-manager', u('hubSecrets')),
    of('empty receives of Lambda’s pollers', 'sqs-standard', u('standardQueues'), u('pollsADay'), MONTH),
    of('empty receives of Lambda’s pollers', 'sqs-fifo', u('fifoQueues'), u('pollsADay'), MONTH),
    of('alarms', 'cloudwatch-alarms', u('alarms')),
    of('metrics of its own', 'cloudwatch-metrics', u('customMetrics')),
    of('the dashboard', 'cloudwatch-dashboards', u('dashboards')),
    of('the ledger', 'dynamodb-storage', ...kept),
    of('the ledger, recoverable to any second', 'dynamodb-recovery', ...kept, n('without the index', 0.5)),
    ...logStorage(input),
    ...secretPositions(input),
  ];
}

/** Of what a day writes, as many days as it is kept. */
function logStorage(input: CostInput): Position[] {
  const month = [...eventPositions(input), ...sweepPositions(input)].filter(({ price }) => price === 'logs-ingestion');
  return month.map(({ what, factors }) =>
    of(`${what}, kept`, 'logs-storage', ...factors, n('months kept', input.retentionDays / figureOf('daysAMonth').value)),
  );
}

function secretPositions(input: CostInput): Position[] {
  if (input.key === 'none') return [];
  const moved = [n('functions', input.functions), u('secretsAFunction')];
  const places = [n('accounts', input.accounts), n('regions', input.regions)];
  const starts = [...moved, u('startsADay'), MONTH];
  return [
    ...(input.key === 'own' ? [of('the members’ keys', 'kms-key', ...places)] : []),
    // The primary and each replica cost what a key costs (https://aws.amazon.com/kms/pricing/).
    ...(input.key === 'multi-region' ? [of('the key of all members', 'kms-key', n('regions', input.regions))] : []),
    input.secretsStore === 'ssm'
      ? of('moved secrets', 'ssm-standard', ...moved)
      : of('moved secrets', 'secrets-manager', ...moved),
    ...(input.secretsStore === 'ssm' ? [] : [of('moved secrets, read at cold starts', 'secrets-manager-calls', ...starts)]),
    of('moved secrets, decrypted at cold starts', 'kms-requests', ...starts),
  ];
}
