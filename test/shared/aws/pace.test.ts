import { expect, it } from 'vitest';
import { makePace } from '../../../shared/aws/pace.ts';

/** A clock that remembers who slept how long, and stands still. */
function standingClock() {
  let at = Date.parse('2027-01-10T12:00:00Z');
  const sleeps: number[] = [];
  return {
    clock: { now: () => new Date(at), sleep: async (ms: number) => void sleeps.push(Math.round(ms)) },
    sleeps,
    advance: (ms: number) => {
      at += ms;
    },
  };
}

it('lets a second’s worth go at once and spreads the rest, each key by itself', async () => {
  const { clock, sleeps } = standingClock();
  const pace = makePace(clock, async () => 4);
  for (let call = 0; call < 8; call++) await pace('one');
  expect(sleeps).toEqual([250, 500, 750, 1000]);
  await pace('other');
  expect(sleeps).toHaveLength(4);
});

it('never lets more go than its rate over any time, however the calls come', async () => {
  const { clock, sleeps, advance } = standingClock();
  const pace = makePace(clock, async () => 8);
  const turns: number[] = [];
  for (let call = 0; call < 200; call++) {
    if (call % 3 === 0) advance(call % 7 === 0 ? 900 : 40);
    const before = sleeps.length;
    await pace('one');
    turns.push(clock.now().getTime() + (sleeps.length > before ? (sleeps.at(-1) ?? 0) : 0));
  }
  turns.sort((a, b) => a - b);
  for (const [first, start] of turns.entries())
    for (const [last, end] of turns.entries())
      if (last > first) expect(last - first + 1).toBeLessThanOrEqual(8 + Math.ceil(((end - start) / 1000) * 8) + 1);
});
