import { type Command, InvalidArgumentError } from 'commander';
import type { FailOn } from '../frame/exit.ts';
import { addExamples, collectIds, configOption, EXIT_WORDS, failOnOption, formatOption, rulesOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json', 'sarif'] as const;

export interface ScanOptions {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
  readonly concurrency: number;
  readonly profile?: string;
  readonly roleArn?: readonly string[];
  readonly roleName?: string;
  readonly accounts?: readonly string[];
  readonly externalId?: string;
  readonly regions?: readonly string[];
  readonly resume?: string;
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly unknown?: boolean;
}

/** More at once and AWS throttles: Lambda's control plane allows 15 calls a second an account. */
const AT_ONCE = 4;
const MOST_AT_ONCE = 64;

export function addScan(program: Command): void {
  const command = program
    .command('scan')
    .summary('judge live accounts')
    .description(
      'Reads the functions of live accounts, their roles, the APIs and the IAM users, and judges them by the same rules. It only reads. Credentials are found as in every tool of AWS: environment, profile, single sign-on.',
    )
    .addOption(formatOption(FORMATS))
    .addOption(failOnOption())
    .option('-p, --profile <name>', 'a profile of the AWS configuration files')
    .option('--regions <names>', "regions, with commas; without them the profile's", collectIds)
    .option('--accounts <ids>', 'accounts, with commas, in each of which --role-name is assumed', collectIds)
    .option('--role-name <name>', 'the role to assume in each account')
    .option('--role-arn <arns>', 'roles to assume, each in its own account', collectIds)
    .option('--external-id <id>', 'what those roles ask for besides')
    .option('--concurrency <n>', 'so many resources are read at once', parseCount, AT_ONCE)
    .option('--resume <file>', 'keeps what is done in this file; a scan that was cut off goes on from there')
    .option('-u, --unknown', 'also list what could not be judged, and why')
    .addOption(configOption())
    .addOption(rulesOption())
    .action(async (options: ScanOptions) => {
      const { runScan } = await import('./run.ts');
      process.exitCode = await runScan(options);
    });
  addExamples(
    command,
    [
      ['cinch scan --profile audit --regions eu-central-1,us-east-1', "the profile's own account"],
      ['cinch scan --accounts 111111111111,222222222222 --role-name audit', 'two accounts, as a role that both have'],
      [
        'cinch scan --resume scan.journal --format json > findings.json',
        'may be cut off and started again; docs/schemas/scan.schema.json',
      ],
    ],
    [EXIT_WORDS],
  );
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST_AT_ONCE)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_AT_ONCE}.`);
  return count;
}
