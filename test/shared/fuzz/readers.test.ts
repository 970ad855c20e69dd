import { describe, expect, it } from 'vitest';
import { CinchError } from '../../../shared/model/errors.ts';
import { fuzz, timeToRead } from '../../support/fuzz/run.ts';
import { FUZZ_TARGETS } from '../../support/fuzz/targets.ts';

/** A bounded run of what bench/fuzz.ts does for as long as one likes. */

const TEXTS = 300;
/** The clock is not what is judged: other work on the machine may make it long. */
const PATIENCE_MS = 120_000;
/** Characters: EventBridge and SQS carry many times as many. */
const SMALL = 2_000;
const FACTOR = 8;
const twice = (time: () => number): number[] => [time(), time()];

describe.each(FUZZ_TARGETS)('$name', (target) => {
  it(
    'is read, or refused by name, whatever it holds',
    () => {
      expect(fuzz(target, { texts: TEXTS }).texts).toBeGreaterThanOrEqual(TEXTS);
    },
    PATIENCE_MS,
  );

  const { longest, patience = 60 } = target;
  if (longest !== undefined)
    it('is refused unread where it is longer than there are any', () => {
      for (const text of target.hostile(longest + 50_000)) {
        expect(() => target.read(text)).toThrow(CinchError);
        expect(timeToRead(target, text)).toBeLessThan(1_000);
      }
    });
  else
    it(
      'takes no more than its length’s share of time',
      () => {
        const [small, large] = [target.hostile(SMALL), target.hostile(SMALL * FACTOR)];
        for (const [index, text] of large.entries()) {
          const slow = timeToRead(target, text);
          // Quadratic would be 64 times as long; what takes a moment tells nothing.
          if (slow < patience) continue;
          const quick = Math.max(patience / 20, ...twice(() => timeToRead(target, small[index] ?? '')));
          expect(
            Math.min(slow, ...twice(() => timeToRead(target, text))) / quick,
            `a text that begins with ${text.slice(0, 60)}`,
          ).toBeLessThan(FACTOR * 3);
        }
      },
      PATIENCE_MS,
    );
});
