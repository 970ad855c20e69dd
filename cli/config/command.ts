import type { Command } from 'commander';
import { addExamples, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;
export const VERBS = ['push', 'show', 'history'] as const;
export type Verb = (typeof VERBS)[number];

export interface ConfigOptions {
  readonly format: (typeof FORMATS)[number];
  readonly profile?: string;
  readonly region?: string;
  readonly yes?: boolean;
}

export function addConfig(program: Command): void {
  const command = program
    .command('config')
    .summary('change the running configuration without a deployment, or see what it is and was')
    .description(
      'push validates cinch.yaml, shows which settings would change from what to what, asks, and writes the hub’s parameter unless somebody else was faster; the bot goes by it within a minute, and records who changed what. show prints what the bot goes by now, history who changed what before. With your own credentials of the hub account: ssm:GetParameter, ssm:GetParameterHistory and, to push, ssm:PutParameter on /cinch-hub/config.',
    )
    .argument('<verb>', VERBS.join(', '))
    .argument('[file]', 'the configuration; it also tells the hub’s region', 'cinch.yaml')
    .option('-p, --profile <name>', 'a profile of the AWS configuration files')
    .option('--region <name>', 'the hub’s region, where there is no file that tells it')
    .option('-y, --yes', 'push without asking')
    .addOption(formatOption(FORMATS))
    .action(async (verb: string, file: string, options: ConfigOptions) => {
      const { runConfig } = await import('./run.ts');
      process.exitCode = await runConfig(verb, file, options);
    });
  addExamples(
    command,
    [
      ['cinch config push', 'shows what would change, asks, and changes it'],
      ['cinch config show --region eu-central-1', 'what the bot goes by now'],
      ['cinch config history --format json', 'one JSON document: docs/schemas/config.schema.json'],
    ],
    ['Exit code: 0 done or nothing to change, 1 somebody said no, 2 bad input, or somebody else was faster.'],
  );
}
