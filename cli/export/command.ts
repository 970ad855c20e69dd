import { type Command, Option } from 'commander';
import { addExamples, collectIds, formatOption, rulesOption } from '../frame/options.ts';

export const FORMATS = ['table', 'csv', 'json', 'asff', 'ocsf'] as const;

export interface FindingsOptions {
  readonly format: (typeof FORMATS)[number];
  readonly table?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly status?: readonly string[];
  readonly severity?: readonly string[];
  readonly account?: readonly string[];
  readonly rules?: readonly string[];
  readonly since?: string;
  readonly rulesUrl?: string;
}

export function addFindings(program: Command): void {
  const command = program
    .command('findings')
    .summary('list what the bot has found, or export it')
    .description(
      'Reads the findings of the hub’s ledger with your own AWS credentials, and changes nothing. Without --status it lists those that are open.',
    )
    .addOption(formatOption(FORMATS))
    .addOption(new Option('-t, --table <name>', "the hub stack's output LedgerTable").env('CINCH_TABLE'))
    .option('-p, --profile <name>', 'a profile of the AWS configuration files, in the hub account')
    .option('--region <name>', "the hub's; without it the profile's")
    .option('-s, --status <words>', 'open, suppressed, resolved or all, or single statuses, with commas', collectIds)
    .option('--severity <severities>', 'only these, with commas', collectIds)
    .option('--account <ids>', 'only of these accounts, with commas', collectIds)
    .addOption(rulesOption())
    .option('--since <when>', 'only what has changed since: a date as 2027-01-31, a time in UTC, or 24h, 7d')
    .option('--rules-url <url>', 'where docs/rules.md can be read: asff and ocsf then name the rule’s part of it')
    .action(async (options: FindingsOptions) => {
      const { runFindings } = await import('./run.ts');
      process.exitCode = await runFindings(options);
    });
  addExamples(
    command,
    [
      ['cinch findings --table CinchHub-Ledger --severity critical,high', 'what is open'],
      ['cinch findings --status all --since 7d --format csv > week.csv', 'for a spreadsheet'],
      ['cinch findings --format asff > findings.json', "as Security Hub takes them, in the caller's account and region"],
    ],
    ['Exit code: 0 listed, whatever is found; 2 bad input, or the ledger can’t be read.'],
  );
}
