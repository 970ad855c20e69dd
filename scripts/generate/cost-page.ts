import { type Cost, type CostInput, costOf, DEFAULTS } from '../../cli/cost/model.ts';
import { PRICE_REGIONS, PRICES, type Price, type PriceId, priceOf } from '../../cli/cost/prices.ts';
import { type Figure, USAGE } from '../../cli/cost/usage.ts';
import { amount, usd } from '../../cli/cost/words.ts';

interface Size {
  readonly name: string;
  readonly input: CostInput;
}

export const SIZES: readonly Size[] = [
  { name: 'small', input: { ...DEFAULTS, accounts: 1, regions: 1, functions: 100, changesPerDay: 200 } },
  { name: 'middle', input: { ...DEFAULTS, accounts: 50, regions: 2, functions: 2_000, changesPerDay: 4_000 } },
  { name: 'large', input: { ...DEFAULTS, accounts: 500, regions: 2, functions: 50_000, changesPerDay: 100_000 } },
];

const CHOICES: readonly (readonly [words: string, change: Partial<CostInput>])[] = [
  ['`--key existing`: a key that is paid for already', { key: 'existing' }],
  ['`--key multi-region`: one key for all accounts, with a replica in each region', { key: 'multi-region' }],
  ['`--key aws-managed`: AWS’s own, free', { key: 'aws-managed' }],
  ['`--key none`: no key, so no secret is moved', { key: 'none' }],
  ['`--sweep-hours 1`: everything is looked at each hour', { sweepHours: 1 }],
  ['`--sweep-hours 24`: once a day', { sweepHours: 24 }],
  ['`--retention-days 7`: logs for a week', { retentionDays: 7 }],
  ['`--retention-days 365`: logs for a year', { retentionDays: 365 }],
  ['`--secrets-store secrets-manager`', { secretsStore: 'secrets-manager' }],
  ['ten times as many changes that Cinch does not watch', {}],
  ['ten times as many that it watches', {}],
];

/** docs/cost.md. */
export function costPage(): string {
  return [
    '# Cost',
    '',
    'Written by `npm run generate` from the model in `cli/cost/`; `cinch cost` answers for your own numbers, with every position and its factors. US',
    'dollars a month, hub and members together, free tiers left out, prices without tax. It is an estimate: no bill of AWS has been compared with it.',
    '',
    ...sizesPart(),
    ...placesPart(),
    ...choicesPart(),
    ...wordsPart(),
    ...usagePart(),
    ...pricesPart(),
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

function sizesPart(): string[] {
  const rows = SIZES.map(({ name, input }) => [
    name,
    ...[input.accounts, input.regions, input.functions, input.changesPerDay].map(amount),
    amount(input.changesPerDay * input.relevantShare),
    ...PRICE_REGIONS.map((region) => `**${usd(costOf({ ...input, region }).usd)}**`),
  ]);
  return [
    '## Three sizes',
    '',
    ...table(['size', 'accounts', 'regions in each', 'functions', 'changes a day', 'of them watched', ...PRICE_REGIONS], rows),
    `One watched change in ${amount(1 / DEFAULTS.findingShare)} shows something wrong, and half of that is put right. Defaults otherwise: a key for each account and region, a look at everything each ${DEFAULTS.sweepHours} hours, logs for ${DEFAULTS.retentionDays} days, secrets in Parameter Store.`,
    '',
  ];
}

function placesPart(): string[] {
  const costs = SIZES.map(({ input }) => costOf(input));
  const ids = (Object.keys(PRICES) as PriceId[]).filter((id) => costs.some((cost) => sumOf(cost, id) > 0));
  const rows = ids
    .sort((one, other) => sumOf(costs[2], other) - sumOf(costs[2], one))
    .map((id) => [priceOf(id).what, ...costs.map((cost) => usd(sumOf(cost, id)))]);
  return ['## Where it goes', '', ...table(['at prices of us-east-1', ...SIZES.map(({ name }) => name)], rows)];
}

const sumOf = (cost: Cost | undefined, id: PriceId): number =>
  (cost?.lines ?? []).filter(({ price }) => price === id).reduce((sum, line) => sum + line.usd, 0);

function choicesPart(): string[] {
  const rows = CHOICES.map(([words, change], index) => [
    words,
    ...SIZES.map(({ input }) => difference(costOf(changed(input, change, index)).usd - costOf(input).usd)),
  ]);
  return ['## What each choice changes', '', ...table(['instead', ...SIZES.map(({ name }) => name)], rows)];
}

/** The last two are no options but sizes. */
function changed(input: CostInput, change: Partial<CostInput>, index: number): CostInput {
  const watched = input.changesPerDay * input.relevantShare;
  const others = input.changesPerDay - watched;
  const isLast = index === CHOICES.length - 1;
  if (isLast || index === CHOICES.length - 2) {
    const [more, less] = isLast ? [watched * 10, others] : [watched, others * 10];
    return { ...input, changesPerDay: more + less, relevantShare: more / (more + less) };
  }
  return { ...input, ...change };
}

function difference(value: number): string {
  if (Math.abs(value) < 1e-9) return 'nothing';
  const sign = value > 0 ? '+' : '-';
  return Math.abs(value) < 0.005 ? 'under a cent' : `${sign}${usd(Math.abs(value))}`;
}

function wordsPart(): string[] {
  return [
    '## What that means',
    '',
    '- **A key for each account and region** is the largest position of a large organization. [install.md](install.md#the-key-of-moved-secrets) says what each',
    '  of the cheaper ones protects less. AWS adds as much again for each of a key’s first two yearly rotations.',
    '- **Events that Cinch does not watch cost nothing**: the pattern of a rule stops them in the member account, CloudTrail’s first copy is free, and rules',
    '  that match AWS’s own events on the default bus are too. What is watched costs a few cents a thousand.',
    '- **Looking at everything** costs by the metric: durations and the last invocation are four metrics of CloudWatch a function and look. `sweep.hours`',
    '  of `cinch.yaml` says how often; how long logs are kept is `--context logDays` of the deployment.',
    '- **Logs** hold ids and outcomes only, so keeping them longer costs next to nothing.',
    '- **Idle**, the hub costs its key, its alarms and its dashboard, and the receives of Lambda’s pollers.',
    '',
  ];
}

function usagePart(): string[] {
  const rows = (Object.values(USAGE) as Figure[]).map(({ value, unit, kind, from }) => [amount(value), unit, kind, from]);
  return [
    '## What one takes',
    '',
    'Measured on the local cloud (2026-11-25), read from the code, or assumed where only a bill can tell; what is assumed is meant to err upwards. A',
    'call of AWS’s APIs that only reads configuration costs nothing.',
    '',
    ...table(['figure', 'of', 'how it is known', 'from'], rows),
  ];
}

function pricesPart(): string[] {
  const rows = (Object.values(PRICES) as Price[]).map((price) => [
    price.what,
    ...PRICE_REGIONS.map((region) => `${priceWords(price.usd[region])}${price.seenFor.includes(region) ? '' : ' *'}`),
    `${price.per === 1 ? '' : `${price.per.toLocaleString('en-US')} `}${price.unit}`,
    `[${new URL(price.source).hostname}](${price.source})`,
    `${price.dateIs} ${price.date}`,
  ]);
  return [
    '## Prices',
    '',
    '`*`: the source named does not state it for this region; it is what AWS asked when this was written, not verified.',
    '',
    ...table(['price', ...PRICE_REGIONS, 'for', 'source', 'date'], rows),
  ];
}

const priceWords = (value: number): string => `$${value.toLocaleString('en-US', { maximumFractionDigits: 10 })}`;
