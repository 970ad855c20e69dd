import { type Command, InvalidArgumentError } from 'commander';
import { BadInput } from '../frame/bad-input.ts';
import type { FailOn } from '../frame/exit.ts';
import { addExamples, configOption, EXIT_WORDS, failOnOption, formatOption, rulesOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json', 'sarif', 'github'] as const;

export interface CheckOptions {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly account?: string;
  readonly region?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly unknown?: boolean;
}

export function addCheck(program: Command): void {
  const command = program
    .command('check')
    .summary('judge templates before they are deployed')
    .description(
      'Judges the functions, roles and APIs that templates would make, by the same rules as the bot: CloudFormation and SAM (JSON or YAML), the output of cdk synth, and Terraform plans as JSON. What a template does not tell is unknown, neither a pass nor a finding.',
    )
    .argument('<files...>', 'templates; a folder is every template below it, - is stdin')
    .addOption(formatOption(FORMATS))
    .addOption(failOnOption())
    .option('-u, --unknown', 'also list what could not be judged, and why')
    .option('--account <id>', 'the account it would be deployed to', parseAccount)
    .option('--region <name>', 'the region it would be deployed to')
    .option('-P, --parameter <name=value>', "a parameter's value, instead of its default; may be repeated", collectParameter)
    .addOption(configOption())
    .addOption(rulesOption())
    .action(async (files: string[], options: CheckOptions) => {
      const { runCheck } = await import('./run.ts');
      process.exitCode = await runCheck(files, options);
    });
  addExamples(
    command,
    [
      ['cinch check template.yaml', 'one template'],
      ['cdk synth -q && cinch check cdk.out', 'a CDK app, with the constructs in the findings'],
      ['terraform show -json plan.out > plan.json && cinch check plan.json', 'a Terraform plan'],
      ['cinch check . --format sarif > cinch.sarif', 'for code scanning; --format github annotates a pull request by itself'],
      ['cinch check stacks/ -c cinch.yaml --fail-on high --format json', 'one JSON document: docs/schemas/check.schema.json'],
    ],
    [EXIT_WORDS],
  );
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account has 12 digits.');
  return text;
}

function collectParameter(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  // Commander would quote what may be the value of a secret parameter.
  if (at < 1) throw new BadInput('--parameter', 'it must be of the form name=value');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
