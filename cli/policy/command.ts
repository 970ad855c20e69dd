import type { Command } from 'commander';
import type { FailOn } from '../frame/exit.ts';
import { addExamples, EXIT_WORDS, failOnOption, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface PolicyOptions {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
}

export function addPolicy(program: Command): void {
  const command = program
    .command('policy')
    .summary('judge IAM policies, trust policies and resource policies')
    .description(
      'Judges IAM policy documents: identity policies, trust policies and resource policies as JSON. A policy that can’t be read is an error with its place, and the others are still judged.',
    )
    .argument('<files...>', 'policies; a folder is every *.json below it, - is stdin')
    .addOption(formatOption(FORMATS))
    .addOption(failOnOption())
    .action(async (files: string[], options: PolicyOptions) => {
      const { runPolicy } = await import('./run.ts');
      process.exitCode = await runPolicy(files, options);
    });
  addExamples(
    command,
    [
      ['cinch policy policies/', 'every policy of a folder'],
      ['aws iam get-role-policy --role-name r --policy-name p --query PolicyDocument | cinch policy -', 'a policy as it is live'],
      ['cinch policy deploy.json --format json --fail-on high', 'one JSON document: docs/schemas/policy.schema.json'],
    ],
    [EXIT_WORDS],
  );
}
