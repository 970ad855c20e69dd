import { type Command, Option } from 'commander';
import { addExamples, formatOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;
export const VERBS = ['list', 'show', 'approve', 'deny', 'undo'] as const;
export type Verb = (typeof VERBS)[number];

export interface ApprovalsOptions {
  readonly format: (typeof FORMATS)[number];
  readonly url?: string;
  readonly profile?: string;
  readonly reason?: string;
}

export function addApprovals(program: Command): void {
  const command = program
    .command('approvals')
    .summary('see and decide what waits, without Slack')
    .description(
      'Lists what the bot asks, shows one question whole, and approves, denies or undoes it, for those who may not or can not use Slack’s buttons. Requests are signed with your AWS credentials: IAM says who may ask (execute-api:Invoke on the hub’s API). As in Slack, nobody decides on their own change, and it needs as many different people as cinch.yaml says.',
    )
    .argument('[verb]', VERBS.join(', '), 'list')
    .argument('[id]', 'of the plan, as the list and the card show it')
    .addOption(formatOption(FORMATS))
    .addOption(new Option('-u, --url <url>', "the hub stack's output ApprovalsUrl").env('CINCH_APPROVALS_URL'))
    .option('-p, --profile <name>', 'a profile of the AWS configuration files')
    .option('--reason <text>', 'why; a denial needs one')
    .action(async (verb: string, id: string | undefined, options: ApprovalsOptions) => {
      const { runApprovals } = await import('./run.ts');
      process.exitCode = await runApprovals(verb, id, options);
    });
  addExamples(
    command,
    [
      ['cinch approvals', 'what waits, oldest first'],
      ['cinch approvals show <id>', 'the whole plan, with its history'],
      ['cinch approvals approve <id>', 'approves it, and tells what came of it'],
      ["cinch approvals deny <id> --reason 'the partner needs it until May'", 'leaves the resource as it is'],
    ],
    ['Exit code: 0 done or nothing waits, 1 the decision was refused, 2 bad input or no answer.'],
  );
}
