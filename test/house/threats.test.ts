import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, textOf } from './source-files.ts';

/** docs/security.md claims that tests hold its controls: each of them is there, by file and by name. */

const rows = textOf('docs/security.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| threat |'))
  .map((line) => line.slice(2, -2).split(' | '));

const claims = rows.flatMap(([, , tests = '']) =>
  [...tests.matchAll(/`([^`]+(?:\.test|-cases)\.ts)` "([^"]+)"/g)].map(([, file = '', title = '']) => [file, title] as const),
);

describe('docs/security.md', () => {
  it('names for each threat its control and a test', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      expect(row, row[0]).toHaveLength(3);
      expect(row[2], row[0]).toMatch(
        /^`test\/[^`]+(?:\.test|-cases)\.ts` "[^"]+"(?:, `test\/[^`]+(?:\.test|-cases)\.ts` "[^"]+")*$/,
      );
    }
  });

  it.each(claims)('%s has “%s”', (file, title) => {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(titlesOf(file)).toContain(title);
  });
});

/** Of `it('...')`, `it.each(...)('...')` and `it(\n'...')`. */
function titlesOf(file: string): string[] {
  const titles = [...textOf(file).matchAll(/(?:\b(?:it|test|describe)\(|\)\()\s*(['"`])((?:\\.|(?!\1).)+)\1\s*,/g)];
  return titles.map(([, , title = '']) => title.replaceAll(/\\(.)/g, '$1'));
}
