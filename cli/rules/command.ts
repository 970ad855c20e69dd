import type { Command } from 'commander';
import { addExamples, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json', 'markdown'] as const;

export interface RulesOptions {
  readonly format: (typeof FORMATS)[number];
}

export function addRules(program: Command): void {
  const command = program
    .command('rules')
    .summary('list the catalogue, or show one rule with examples')
    .description(
      'Lists every rule with its severity, the resource it judges and how risky its remedy is; or shows one with its examples.',
    )
    .argument('[ids...]', 'only these; a trailing * matches a prefix')
    .addOption(formatOption(FORMATS))
    .action(async (ids: string[], options: RulesOptions) => {
      const { runRules } = await import('./run.ts');
      process.exitCode = await runRules(ids, options);
    });
  addExamples(command, [
    ['cinch rules', 'the whole catalogue'],
    ['cinch rules lambda-timeout-excessive', 'one rule: what it reads, what it meets, what passes and what violates'],
    ["cinch rules 'iam-*' --format markdown", 'the rules on roles, as a table for a page'],
    ['cinch rules --format json', 'one JSON document: docs/schemas/rules.schema.json'],
  ]);
}
