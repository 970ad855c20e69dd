import { type Command, Option } from 'commander';
import { FAIL_ON } from './exit.ts';

/** Options that several commands have, with the same words in each. */

export const formatOption = (formats: readonly string[]): Option =>
  new Option('-f, --format <format>', 'how the result is printed').choices(formats).default('table');

export const failOnOption = (): Option =>
  new Option('--fail-on <severity>', 'exit with 1 when there are findings of this severity or above')
    .choices(FAIL_ON)
    .default('low');

export const configOption = (): Option =>
  new Option('-c, --config <file>', 'cinch.yaml: modes, limits, allowed accounts and exemptions of your installation');

export const hubProfileOption = (): Option =>
  new Option('-p, --profile <name>', 'a profile of the AWS configuration files, of the hub’s account');

export const hubRegionOption = (): Option =>
  new Option('--region <region>', 'of the hub; without it that of the profile or AWS_REGION');

export const rulesOption = (): Option =>
  new Option('-r, --rules <ids>', 'only these rules; a trailing * matches a prefix').argParser(collectIds);

/** `a,b` and repeated options are one list. */
export function collectIds(value: string, before: readonly string[] = []): string[] {
  const added = value
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return [...before, ...added];
}

/** Ends a command's help: examples, each with what it does, and what the exit code says. */
export function addExamples(
  command: Command,
  examples: readonly (readonly [string, string])[],
  more: readonly string[] = [],
): Command {
  const lines = examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`]);
  return command.addHelpText('after', ['', 'Examples:', ...lines, ...more.flatMap((text) => ['', text])].join('\n'));
}

export const EXIT_WORDS = 'Exit code: 0 clean, 1 findings at or above --fail-on, 2 bad input or usage.';
