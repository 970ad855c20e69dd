import { CommanderError } from 'commander';
import { CinchError } from '../shared/model/errors.ts';
import { EXIT } from './frame/exit.ts';
import { oneLine, usageLine } from './frame/one-line.ts';
import { makeProgram } from './program.ts';

/** Runs one command line. The result goes to stdout, what is wrong to stderr as one line; sets the process's exit code and never throws. */
export async function main(args: readonly string[]): Promise<void> {
  endWhereNobodyReads();
  const program = makeProgram();
  const called = program.commands.find((command) => command.name() === args[0] && args[0] !== 'help')?.name();
  const name = called === undefined ? 'cinch' : `cinch ${called}`;
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = EXIT.bad;
    process.stderr.write(`${name}: ${error instanceof CommanderError ? usageLine(error, name) : failureLine(error)}\n`);
  }
}

function failureLine(error: unknown): string {
  if (error instanceof CinchError) return oneLine(error.message);
  // The message of an unforeseen error could quote what was being read, so only its kind and place are told.
  const { name, stack = '' } = error instanceof Error ? error : { name: 'error' };
  const place = stack.split('\n').find((line) => line.startsWith('    at '));
  return `it failed in a way that nobody foresaw (${[name, place?.trim()].filter(Boolean).join(' ')})`;
}

/** `cinch rules | head` closes the pipe early: that is no error. A result that a full disk cuts off is one. */
function endWhereNobodyReads(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`cinch: the result can't be written (${error.code ?? error.name})\n`, () => process.exit(EXIT.bad));
  });
  process.stderr.on('error', ({ code }: NodeJS.ErrnoException) => {
    process.exit(code === 'EPIPE' ? process.exitCode : EXIT.bad);
  });
}
