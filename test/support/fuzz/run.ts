import fc from 'fast-check';
import { mutated } from './mutated.ts';
import { type FuzzTarget, isOurs } from './targets.ts';

/** How long the processor is busy with reading one text, in ms; other work on the machine is not counted. @throws what is not one of Cinch's own errors */
export function timeToRead(target: FuzzTarget, text: string): number {
  const before = process.cpuUsage();
  try {
    target.read(text);
  } catch (error) {
    if (!isOurs(error)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface FuzzRun {
  readonly texts: number;
  readonly slowestMs: number;
  readonly slowest: string;
}

/**
 * Reads made-up texts until so many are read or the time is over.
 * @throws fast-check's error with the shrunk text when something else than Cinch's own errors comes out
 */
export function fuzz(
  target: FuzzTarget,
  limits: { readonly texts: number; readonly ms?: number; readonly seed?: number },
): FuzzRun {
  const run = { texts: 0, slowestMs: 0, slowest: '' };
  const text = fc.oneof(
    { weight: 8, arbitrary: mutated(target.samples, target.tokens) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  fc.assert(
    fc.property(text, (made) => {
      const ms = timeToRead(target, made);
      run.texts += 1;
      if (ms > run.slowestMs) Object.assign(run, { slowestMs: ms, slowest: made });
    }),
    {
      numRuns: limits.texts,
      ...(limits.ms === undefined ? {} : { interruptAfterTimeLimit: limits.ms, markInterruptAsFailure: false }),
      ...(limits.seed === undefined ? {} : { seed: limits.seed }),
    },
  );
  return run;
}
