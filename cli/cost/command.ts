import { type Command, InvalidArgumentError, Option } from 'commander';
import { addExamples, formatOption } from '../frame/options.ts';
import { type CostInput, DEFAULTS, KEYS, STORES } from './model.ts';
import { PRICE_REGIONS } from './prices.ts';

export const FORMATS = ['table', 'json'] as const;

export interface CostOptions extends CostInput {
  readonly format: (typeof FORMATS)[number];
}

export function addCost(program: Command): void {
  const command = program
    .command('cost')
    .summary('what Cinch itself costs a month')
    .description(
      'Estimates the monthly bill of an installation, hub and members together, from a model in code: what each change, look and fix takes, measured where it can be, and prices with source and date. Free tiers are left out.',
    )
    .addOption(formatOption(FORMATS))
    .option('--accounts <n>', 'member accounts', countFrom(1), DEFAULTS.accounts)
    .option('--regions <n>', 'regions that are watched in each', countFrom(1), DEFAULTS.regions)
    .option('--functions <n>', 'functions in all of them', countFrom(0), DEFAULTS.functions)
    .option('--changes-per-day <n>', 'calls a day in all accounts that change anything', countFrom(0), DEFAULTS.changesPerDay)
    .option('--relevant-share <part>', 'the part of them that Cinch watches, 0 to 1', parsePart, DEFAULTS.relevantShare)
    .option('--finding-share <part>', 'the part of those that shows something wrong', parsePart, DEFAULTS.findingShare)
    .option('--fix-share <part>', 'the part of the findings that Cinch puts right', parsePart, DEFAULTS.fixShare)
    .addOption(
      new Option('--key <choice>', 'the key for moved secrets: own or existing in each account and region, or one for all')
        .choices(KEYS)
        .default(DEFAULTS.key),
    )
    .option('--sweep-hours <n>', 'every function is looked at so often', countFrom(1), DEFAULTS.sweepHours)
    .option('--retention-days <n>', 'so long logs are kept', countFrom(1), DEFAULTS.retentionDays)
    .addOption(new Option('--secrets-store <store>', 'where secrets are moved to').choices(STORES).default(DEFAULTS.secretsStore))
    .addOption(new Option('--region <name>', 'whose prices').choices(PRICE_REGIONS).default(DEFAULTS.region))
    .action(async (options: CostOptions) => {
      const { runCost } = await import('./run.ts');
      process.exitCode = await runCost(options);
    });
  addExamples(
    command,
    [
      ['cinch cost --accounts 50 --functions 2000 --changes-per-day 4000', 'an organization of middle size'],
      ['cinch cost --accounts 50 --functions 2000 --key existing --sweep-hours 24', 'what a choice changes: run it twice'],
      ['cinch cost --format json', 'every position with its factors; docs/schemas/cost.schema.json'],
    ],
    ['Exit code: 0, or 2 for bad usage.'],
  );
}

function countFrom(least: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < least || count > 1e9)
      throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
    return count;
  };
}

function parsePart(text: string): number {
  const part = Number(text);
  if (text.trim() === '' || !(part >= 0 && part <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return part;
}
