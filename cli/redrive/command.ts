import type { Command } from 'commander';
import type { HubOptions } from '../frame/hub-place.ts';
import { addExamples, formatOption, hubProfileOption, hubRegionOption } from '../frame/options.ts';

export const FORMATS = ['table', 'json'] as const;

export interface RedriveOptions extends HubOptions {
  readonly format: (typeof FORMATS)[number];
  readonly yes?: boolean;
}

export function addRedrive(program: Command): void {
  const command = program
    .command('redrive')
    .summary('list what was given up, and hand it back when the cause is gone')
    .description(
      'Lists the dead-letter queues with how many messages wait there, since when and why they failed; no message is shown. With --yes they go back to the queues they came from. Messages carry ids, so one that is handled twice does no harm.',
    )
    .argument('[queue]', 'changes, work, notices, clicks, looks, places, exports or undelivered; without it all')
    .addOption(formatOption(FORMATS))
    .option('-y, --yes', 'move them; without it they are only listed')
    .addOption(hubProfileOption())
    .addOption(hubRegionOption())
    .action(async (queue: string | undefined, options: RedriveOptions) => {
      const { runRedrive } = await import('./run.ts');
      process.exitCode = await runRedrive(queue, options);
    });
  addExamples(
    command,
    [
      ['cinch redrive', 'what waits in the dead-letter queues, and why'],
      ['cinch redrive work --yes', 'the given-up work is tried again'],
    ],
    ['Exit code: 0 nothing waits or all was moved, 1 something waits, 2 bad input or usage.'],
  );
}
