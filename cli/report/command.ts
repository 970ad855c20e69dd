import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FailOn } from '../frame/exit.ts';
import { addExamples, configOption, EXIT_WORDS, failOnOption } from '../frame/options.ts';

export const FORMATS = ['html', 'json'] as const;

export interface ReportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
  readonly days: number;
  readonly out?: string;
  readonly table?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly config?: string;
}

const DAYS = 30;
const MOST_DAYS = 400;

export function addReport(program: Command): void {
  const command = program
    .command('report')
    .summary('one page on where everything stands')
    .description(
      'Writes one HTML file that needs nothing else: open findings by account, unit, rule and checklist item, their trend, how long fixes take, what is asked and how old, what the mode fix would do, the worst ten functions, exemptions. From saved scans, or from the hub’s ledger with your own credentials.',
    )
    .argument(
      '[scans...]',
      'files that `cinch scan --format json` wrote, or folders of them; the newest is told of, the others make the trend',
    )
    .addOption(new Option('-f, --format <format>', 'how the result is printed').choices(FORMATS).default('html'))
    .addOption(failOnOption())
    .option('-o, --out <file>', 'where it is written; without it to stdout')
    .addOption(new Option('-t, --table <name>', "read the ledger: the hub stack's output LedgerTable").env('CINCH_TABLE'))
    .option('--region <name>', "the hub's region; without it the profile's")
    .option('-p, --profile <name>', 'a profile of the AWS configuration files')
    .option('--days <n>', 'how many days back the ledger is told of', parseDays, DAYS)
    .addOption(configOption())
    .action(async (scans: readonly string[], options: ReportOptions) => {
      const { runReport } = await import('./run.ts');
      process.exitCode = await runReport(scans, options);
    });
  addExamples(
    command,
    [
      ['cinch report scans/ --out report.html', 'from saved scans; the trend goes over all of them'],
      [
        'cinch report --table CinchHub-Ledger --config cinch.yaml --out report.html',
        'from the ledger, with names and units of accounts',
      ],
      ['cinch report scan.json --format json', 'the same figures; docs/schemas/report.schema.json'],
    ],
    [EXIT_WORDS],
  );
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_DAYS}.`);
  return days;
}
