import type { Clock } from '../../flows/ports.ts';

const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/** Reads until it is done, first after 100 ms and then ever more seldom; answers the last reading, or undefined when time ran out. */
export async function pollUntil<T>(
  clock: Clock,
  forMs: number,
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
): Promise<T | undefined> {
  let waited = 0;
  for (let wait = FIRST_MS; ; wait = Math.min(LONGEST_MS, wait * 1.5)) {
    const value = await read();
    if (isDone(value)) return value;
    if (waited >= forMs) return undefined;
    await clock.sleep(wait);
    waited += wait;
  }
}
