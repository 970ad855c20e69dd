import { type Command, Option } from 'commander';
import { addExamples, EXIT_WORDS, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;
export const FAIL_FROM = ['high', 'medium', 'low', 'none'] as const;

export interface SecretsOptions {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: (typeof FAIL_FROM)[number];
}

export function addSecrets(program: Command): void {
  const command = program
    .command('secrets')
    .summary('tell secrets from settings, by name and value')
    .description(
      'Tells secrets from settings. Reads JSON lines {"name": ..., "value": ...} from a file or from stdin and answers each in the same order, by name, kind and confidence. No value is ever printed.',
    )
    .argument('[file]', 'JSON lines; - or nothing is stdin', '-')
    .addOption(formatOption(FORMATS))
    .addOption(
      new Option('--fail-on <confidence>', 'exit with 1 when there are secrets of this confidence or above')
        .choices(FAIL_FROM)
        .default('low'),
    )
    .action(async (file: string, options: SecretsOptions) => {
      const { runSecrets } = await import('./run.ts');
      process.exitCode = await runSecrets(file, options);
    });
  addExamples(
    command,
    [
      [`echo '{"name": "DB_PASSWORD", "value": "hunter2!"}' | cinch secrets`, 'judges one variable'],
      [
        "aws lambda get-function-configuration --function-name f |\n    jq -c '.Environment.Variables | to_entries[] | {name: .key, value}' | cinch secrets",
        'judges the environment of a function',
      ],
      ['cinch secrets variables.jsonl --format json', 'one JSON document: docs/schemas/secrets.schema.json'],
    ],
    [EXIT_WORDS],
  );
}
