import type { Command } from 'commander';
import type { HubOptions } from '../frame/hub-place.ts';
import { addExamples, formatOption, hubProfileOption, hubRegionOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface TraceOptions extends HubOptions {
  readonly format: (typeof FORMATS)[number];
  readonly logs?: boolean;
}

export function addTrace(program: Command): void {
  const command = program
    .command('trace')
    .summary('tell the whole story of a finding, a plan or an event')
    .description(
      'Reads the ledger and tells what happened, in order: the event, the decision, the card, who clicked, the change and its check, the undo. With your credentials of the hub’s account; it writes nothing.',
    )
    .argument('<id>', 'of a finding or a plan, as cards, logs and events have it, or CloudTrail’s of an event')
    .addOption(formatOption(FORMATS))
    .option('--logs', 'also print the command that finds the log lines of all functions')
    .addOption(hubProfileOption())
    .addOption(hubRegionOption())
    .action(async (id: string, options: TraceOptions) => {
      const { runTrace } = await import('./run.ts');
      process.exitCode = await runTrace(id, options);
    });
  addExamples(
    command,
    [
      ['cinch trace 5bda78f114cede5f', 'the story of a finding'],
      ['cinch trace 8f6f2f1e-6c1d-4a52-9d0e-3c0b5a1f7d11 --logs', 'what an event led to, and how to find it in the logs'],
    ],
    ['Exit code: 0 the id is known, 2 bad input or usage, or nothing is called so.'],
  );
}
