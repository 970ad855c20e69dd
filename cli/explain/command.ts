import { type Command, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../shared/model/rule.ts';
import { addExamples, collectIds, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface ExplainOptions {
  readonly format: (typeof FORMATS)[number];
  readonly config: string;
  readonly account?: string;
  readonly unit?: string;
  readonly profile?: string;
  readonly region?: string;
  /** Left out: not known. */
  readonly tags?: readonly string[];
  readonly resource?: string;
  readonly severity?: Severity;
}

export function addExplain(program: Command): void {
  const command = program
    .command('explain')
    .summary('say what happens with a rule at a place, and which line of cinch.yaml decides')
    .description(
      'Says what the bot does with a finding of a rule at one place: its mode, who approves, the channel, the limits, the exemptions. Each comes with the line of cinch.yaml that decides it, and with the lines that it stands in place of, in order. It asks the same resolver as the bot. Where members are known by their unit, it asks Organizations whether the account is one, if your credentials may.',
    )
    .argument('<rule>', "its id; 'cinch rules' lists them")
    .option('-c, --config <file>', 'the configuration; - is stdin', 'cinch.yaml')
    .option('-a, --account <id>', 'the account; that of --resource when left out')
    .option('-u, --unit <name>', "the account's unit, in place of the one that members say")
    .option('-p, --profile <name>', 'a profile of the AWS configuration files, to ask Organizations which unit the account is in')
    .option('--region <name>', 'the region; that of --resource when left out')
    .addOption(
      new Option('-t, --tags <tags>', "the resource's tags, as name=value,name=value; '' is none; left out: not known").argParser(
        collectIds,
      ),
    )
    .option('--resource <arn>', 'the resource, for exemptions that name one')
    .addOption(new Option('--severity <severity>', 'as if the rule were of this severity').choices(SEVERITIES))
    .addOption(formatOption(FORMATS))
    .action(async (rule: string, options: ExplainOptions) => {
      const { runExplain } = await import('./run.ts');
      process.exitCode = await runExplain(rule, options);
    });
  addExamples(
    command,
    [
      ['cinch explain lambda-timeout-excessive --account 222222222222 --tags env=prod', 'what happens there, and why'],
      ['cinch explain lambda-policy-public --account 222222222222', 'names the lines that depend on tags'],
      ['cinch explain iam-role-overbroad -a 222222222222 --format json', 'one JSON document: docs/schemas/explain.schema.json'],
    ],
    ['Exit code: 0 explained, 2 bad input or a configuration that is not valid.'],
  );
}
