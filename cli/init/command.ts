import type { Command } from 'commander';
import { addExamples } from '../frame/options.ts';
import { FLAGS, type QuestionKey } from './flags.ts';

export interface InitOptions extends Partial<Readonly<Record<QuestionKey, string>>> {
  readonly force?: boolean;
  readonly yes?: boolean;
}

export function addInit(program: Command): void {
  const command = program
    .command('init')
    .summary('ask a few questions and write cinch.yaml')
    .description(
      'Asks where the bot shall run, whom it watches and whom it asks; writes a commented cinch.yaml and the manifest of the Slack app, and prints the commands that come next. By default the bot only reports at first. It calls nobody and needs no credentials.',
    )
    .argument('[file]', 'the configuration to write', 'cinch.yaml');
  for (const { flag, argument, help } of FLAGS) command.option(`--${flag} <${argument}>`, help);
  command
    .option('--force', 'write over a file that is there; its external id is kept')
    .option('-y, --yes', 'ask nothing: every answer is an option or its default')
    .action(async (file: string, options: InitOptions) => {
      const { runInit } = await import('./run.ts');
      process.exitCode = await runInit(file, options);
    });
  addExamples(
    command,
    [
      ['cinch init', 'asks, and writes cinch.yaml in this folder'],
      [
        'cinch init --yes --hub-account 111111111111 --hub-region eu-central-1 --members 222222222222=shop --team T0123456789 --channel C0123456789 --approvers U0123456789',
        'the same without questions',
      ],
      [
        'cinch init --yes --hub-account 111111111111 --organization o-exampleorg1 --units ou-abcd-11111111 --management-account 999999999999 --team T0123456789 --channel C0123456789 --approvers U0123456789',
        'for every account of a unit',
      ],
    ],
    ['Exit code: 0 written, 2 bad input, or nothing was written.'],
  );
}
