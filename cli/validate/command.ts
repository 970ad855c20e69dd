import type { Command } from 'commander';
import { addExamples, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface ValidateOptions {
  readonly format: (typeof FORMATS)[number];
}

export function addValidate(program: Command): void {
  const command = program
    .command('validate')
    .summary('check cinch.yaml, with line and column')
    .description(
      'Checks a configuration as the bot reads it. Every problem is told with its place: <file>:<line>:<column>: <setting>: <problem>.',
    )
    .argument('[file]', 'the configuration; - is stdin', 'cinch.yaml')
    .addOption(formatOption(FORMATS))
    .action(async (file: string, options: ValidateOptions) => {
      const { runValidate } = await import('./run.ts');
      process.exitCode = await runValidate(file, options);
    });
  addExamples(
    command,
    [
      ['cinch validate', 'checks cinch.yaml in this folder'],
      ['cinch validate environments/prod.yaml --format json', 'one JSON document: docs/schemas/validate.schema.json'],
    ],
    ['Exit code: 0 valid, 2 not valid or no such file.'],
  );
}
