import type { Command } from 'commander';
import type { FailOn } from '../frame/exit.ts';
import { addExamples, collectIds, configOption, EXIT_WORDS, failOnOption, formatOption, rulesOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface ReplayOptions {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: FailOn;
  readonly state?: string;
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly self?: readonly string[];
}

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .summary('tell what the bot would do with recorded events')
    .description(
      'Tells what the bot would do with events as EventBridge delivers them, without AWS: whether it would look, what the event alone proves, and what only the live state can tell.',
    )
    .argument('<files...>', 'events, one a file; a folder is every *.json below it, - is stdin')
    .addOption(formatOption(FORMATS))
    .addOption(failOnOption())
    .option('-s, --state <file>', 'facts of resources by ARN, for what an event does not tell: {"<arn>": {"<fact>": value}}')
    .option('--self <names>', "session names or principal ARNs whose changes are the bot's own", collectIds)
    .addOption(configOption())
    .addOption(rulesOption())
    .action(async (files: string[], options: ReplayOptions) => {
      const { runReplay } = await import('./run.ts');
      process.exitCode = await runReplay(files, options);
    });
  addExamples(
    command,
    [
      ['cinch replay events/', 'every event of a folder'],
      ['cinch replay event.json --state live.json --format json', 'one JSON document: docs/schemas/replay.schema.json'],
    ],
    [EXIT_WORDS],
  );
}
