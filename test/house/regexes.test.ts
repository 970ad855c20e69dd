import { expect, it } from 'vitest';
import { attackPieces, type Found, hasRepetition, regexLiterals, timeToSearch } from './regexes.ts';

/** No regular expression of the bot takes much longer than its text is long, whatever somebody writes into a name, a policy, a variable or code. */

/** Characters: twice this much takes four times as long where the time is quadratic. */
const LENGTH = 16_000;
/** At this length a linear one takes well under 1 ms, a quadratic one hundreds. */
const MOST_MS = 100;

/** Where what is searched can't be as long. An environment has 4 KB in all (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const ENVIRONMENT = 4_096;
const SHORTER: readonly { readonly file: RegExp; readonly about?: string; readonly length: number }[] = [
  // `isSettingShape` asks it of 40 characters at most.
  { file: /^shared\/secrets\/settings\.ts$/, about: 'Hmac|SHA|AES', length: 40 },
  { file: /^shared\/secrets\//, length: ENVIRONMENT },
  { file: /^shared\/rules\/lambda\/environment-/, length: ENVIRONMENT },
  { file: /^shared\/rules\/parts\/code-injection\.ts$/, length: ENVIRONMENT },
];

const lengthFor = (found: Found): number =>
  SHORTER.find(({ file, about = '' }) => file.test(found.file) && found.source.includes(about))?.length ?? LENGTH;

/** The piece that makes it slow, if there is one: slow three times, since a machine may be busy. */
function slowPiece(found: Found): string | undefined {
  const length = lengthFor(found);
  // From short to long: what is exponential would not come back from the long one.
  const lengths = [20, 23, 26, 29, 40, 80, 300, 2_000, LENGTH].filter((shorter) => shorter < length);
  return attackPieces(found).find((piece) =>
    [...lengths, length].some((size) => {
      const text = `${piece.repeat(Math.ceil(size / piece.length)).slice(0, size)}\0`;
      return [1, 2, 3].every(() => timeToSearch(found, text) > MOST_MS);
    }),
  );
}

it('finds what is slow', () => {
  const known: [string, string][] = [
    ['\\s+$', ''],
    ['([\\w$]+)\\s*=\\s*\\(', ''],
  ];
  for (const [source, flags] of known) expect(slowPiece({ source, flags, file: 'x.ts' }), source).toBeDefined();
  expect(slowPiece({ source: '^[a-z]+$', flags: '', file: 'x.ts' })).toBeUndefined();
});

it('each regular expression takes its text’s share of time', () => {
  const all = regexLiterals(['functions', 'shared']);
  expect(all.length).toBeGreaterThan(400);
  const slow = all.filter(hasRepetition).flatMap((found) => {
    const piece = slowPiece(found);
    return piece === undefined
      ? []
      : [`${found.file}: /${found.source}/${found.flags} on ${JSON.stringify(piece)}, again and again`];
  });
  expect(slow).toEqual([]);
}, 120_000);
