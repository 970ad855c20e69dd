import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../shared/exports/csv.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { anyFinding, findingOf } from './samples.ts';

/** RFC 4180, and nothing more: rows of quoted cells. */
function parseCsv(text: string): string[][] {
  expect(text.endsWith('\r\n')).toBe(true);
  return text
    .slice(0, -2)
    .split('\r\n')
    .map((line) => {
      expect(line).toMatch(/^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*$/);
      return cells(line);
    });
}
const cells = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell = '']) => cell.replaceAll('""', '"'));

function columnsOf(finding: Finding): Record<string, string> {
  const [head = [], row = []] = parseCsv(csvOf([finding]));
  return Object.fromEntries(head.map((name, index) => [name, row[index] ?? '']));
}

describe('findings as CSV', () => {
  it('has a head, and a line a finding', () => {
    expect(columnsOf(findingOf())).toMatchObject({
      id: '5bda78f114cede5f',
      state: 'open',
      account: '222222222222',
      summary: 'anybody may invoke it',
      evidence: 'Policy.Statement[0].Principal: * (expected: somebody)',
      timesSeen: '2',
    });
    expect(parseCsv(csvOf([]))).toHaveLength(1);
  });

  it.each(['=1+1', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', ' =1', "\n=cmd|' /C calc'!A0", '＝1'])(
    'makes text of %j',
    (text) => {
      const { owner = '' } = columnsOf(findingOf({ owner: text }));
      expect(owner.startsWith("'")).toBe(true);
      expect(owner).not.toMatch(/[\t\r\n]/);
    },
  );

  it('keeps what is no formula as it is, quotes and commas included', () => {
    expect(columnsOf(findingOf({ owner: 'a "b", c=d' })).owner).toBe('a "b", c=d');
  });

  it('has the same cells in each line, none of which begins like a formula, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 3 }), (findings) => {
        const [head = [], ...rows] = parseCsv(csvOf(findings));
        expect(rows).toHaveLength(findings.length);
        for (const row of rows) {
          expect(row).toHaveLength(head.length);
          for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@]/);
        }
      }),
    );
  });
});
