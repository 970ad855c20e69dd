import type { Command } from 'commander';
import { addExamples, formatOption, hubProfileOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface DoctorOptions {
  readonly format: (typeof FORMATS)[number];
  readonly config?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly all?: boolean;
  readonly post?: boolean;
}

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('prove that an installation is wired')
    .description(
      'Looks at the hub with your credentials, and has its functions look at Slack and at every member account with theirs. Says what is broken and how to mend it. It changes nothing, and posts nothing without --post.',
    )
    .addOption(formatOption(FORMATS))
    .option('-c, --config <file>', 'cinch.yaml: where the hub is, and whether what is deployed is this file')
    .addOption(hubProfileOption())
    .option('--region <region>', 'of the hub; without it that of --config, the profile or AWS_REGION')
    .option('-a, --all', 'list what is in order, too')
    .option('--post', 'post a test message to each channel of the configuration, and take it back')
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('./run.ts');
      process.exitCode = await runDoctor(options);
    });
  addExamples(
    command,
    [
      ['cinch doctor --profile hub --region eu-central-1', 'what is broken, and how to mend it'],
      ['cinch doctor -c cinch.yaml --all', 'every check, and whether the file is what is deployed'],
      ['cinch doctor --post', 'tries each channel with a message, which is taken back at once'],
    ],
    ['Exit code: 0 all is well (warnings count as well), 1 something is broken or could not be checked, 2 bad input or usage.'],
  );
}
