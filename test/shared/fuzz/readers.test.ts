import { describe, expect, it } from 'vitest';
import { CinchError } from '../../../shared/model/errors.ts';
import { fuzz, timeToRead } from '../../support/fuzz/run.ts';
import { FUZZ_TARGETS } from '../../support/fuzz/targets.ts';

/** A bounded run of what bench/fuzz.ts does for as long as one likes. */

const TEXTS = 300;
/** Characters: EventBridge and SQS carry many times as many. */
const SMALL = 4_000;
const FACTOR = 4;

describe.each(FUZZ_TARGETS)('$name', (target) => {
  it('is read, or refused by name, whatever it holds', () => {
    expect(fuzz(target, { texts: TEXTS }).texts).toBeGreaterThanOrEqual(TEXTS);
  });

  const { longest } = target;
  if (longest !== undefined)
    it('is refused unread where it is longer than there are any', () => {
      for (const text of target.hostile(longest + 50_000)) {
        const started = performance.now();
        expect(() => target.read(text)).toThrow(CinchError);
        expect(performance.now() - started).toBeLessThan(1_000);
      }
    });
  else
    it('takes no more than its length’s share of time', () => {
      const [small, large] = [target.hostile(SMALL), target.hostile(SMALL * FACTOR)];
      for (const [index, text] of large.entries()) {
        const slow = timeToRead(target, text);
        // Quadratic would be sixteen times as long; what takes a moment tells nothing.
        if (slow < 60) continue;
        const quick = timeToRead(target, small[index] ?? '');
        const again = timeToRead(target, text);
        expect(Math.min(slow, again) / Math.max(1, quick), `a text that begins with ${text.slice(0, 60)}`).toBeLessThan(
          FACTOR * 2.5,
        );
      }
    });
});
