import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../../shared/slack/line-diff.ts';
import { mention, mrkdwn, slackDate } from '../../../shared/slack/mrkdwn.ts';
import { clip, clipList, oneLine } from '../../../shared/slack/plain.ts';

describe('mrkdwn', () => {
  it('escapes what is put in, ampersands first', () => {
    expect(mrkdwn`by ${'<!channel> & &lt;'}`).toBe('by &lt;!channel&gt; &amp; &amp;lt;');
  });

  it('clips before it escapes, so no entity is cut in two', () => {
    const built = mrkdwn`${'&'.repeat(400)}`;
    expect(built).toMatch(/^(&amp;){299}…$/);
  });

  it('leaves alone what Cinch itself made', () => {
    expect(mrkdwn`${mention('U0BOB')} until ${slackDate('2026-11-23T12:00:00Z')}`).toBe(
      '<@U0BOB> until <!date^1795435200^{date_short_pretty} at {time}|2026-11-23 12:00 UTC>',
    );
  });

  it('mentions nobody and dates nothing by a text of another form', () => {
    expect(mention('U0BOB> <!channel').mrkdwn).not.toMatch(/[<>]/);
    expect(slackDate('<!here>').mrkdwn).toBe('&lt;!here&gt;');
  });

  it('never lets markup through, whatever is put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(mrkdwn`${value}`).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
    );
  });
});

describe('plain text', () => {
  it('is never clipped within a code point', () => {
    expect(clip('👍👍👍', 4)).toBe('👍…');
    expect(clip('👍👍', 4)).toBe('👍👍');
  });

  it('has no control, format or lone surrogate characters, and is never longer than asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (value, max) => {
        const cleaned = oneLine(value, max);
        expect(cleaned).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(cleaned.length).toBeLessThanOrEqual(max);
      }),
    );
  });

  it('lists say how much they leave out', () => {
    expect(clipList(['a', 'b', 'c', 'd'], { entries: 2, each: 10, total: 100 })).toEqual(['a', 'b', '… and 2 more']);
    expect(clipList(['aaaa', 'bbbb', 'c'], { entries: 9, each: 10, total: 5 })).toEqual(['aaaa', '… and 2 more']);
  });
});

describe('lineDiff', () => {
  it('shows what goes, what comes, and a little around it', () => {
    const before = ['{', ' "a",', ' "b",', ' "c",', ' "d",', ' "e"', '}'].join('\n');
    expect(lineDiff(before, before.replace(' "e"', ' "*"'))).toBe(
      ['  … 3 unchanged lines', '   "c",', '   "d",', '-  "e"', '+  "*"', '  }'].join('\n'),
    );
  });

  it('loses nothing: both texts can be read back from it', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (from, to) => {
        const rows = lineDiff(from.join('\n'), to.join('\n'), 100).split('\n');
        const side = (mark: string) =>
          rows.filter((row) => row.startsWith(mark) || row.startsWith('  ')).map((row) => row.slice(2));
        expect(side('- ').join('\n')).toBe(from.join('\n'));
        expect(side('+ ').join('\n')).toBe(to.join('\n'));
      }),
    );
  });

  it('of long texts is not compared, only shown', () => {
    const long = Array.from({ length: 401 }, () => 'x').join('\n');
    expect(lineDiff(long, 'y').split('\n')).toHaveLength(402);
  });
});
