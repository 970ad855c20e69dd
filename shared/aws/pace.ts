import type { Clock } from '../flows/ports.ts';

/** Waits for its turn. Each key (an account and region) has turns of its own. */
export type Pace = (key: string) => Promise<void>;

/**
 * Spreads calls over time: a second's worth may go at once, after that one each `1 / perSecond`. Turns are given in the order they are asked
 * for, within this process.
 */
export function makePace(clock: Clock, perSecond: () => Promise<number>): Pace {
  /** When the key's next turn would be, were there no bursts; ms. */
  const nextTurns = new Map<string, number>();
  return async (key) => {
    const gap = 1_000 / (await perSecond());
    const now = clock.now().getTime();
    const turn = Math.max(nextTurns.get(key) ?? 0, now - 1_000 + gap);
    nextTurns.set(key, turn + gap);
    if (turn > now) await clock.sleep(turn - now);
  };
}
