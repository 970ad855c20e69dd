import { stripVTControlCharacters } from 'node:util';
import type { Colours } from './colours.ts';

/** Names come from other people's resources: nothing in them may steer the terminal. */
export const harmless = (text: string): string => text.replace(/\p{Cc}/gu, '?');

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/**
 * Columns as wide as their widest cell, two spaces apart. Cells may hold colours of ours, the last one may not: it is cut where the line would be
 * wider than `width`.
 */
export function plainTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colours: Colours,
  width = Number.POSITIVE_INFINITY,
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => all.reduce((most, row) => Math.max(most, widthOf(row[column] ?? '')), 0));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  return all.map((row, index) => {
    const cells = row.map((cell, column) =>
      column === head.length - 1 ? cut(cell, width - before) : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
    );
    const line = cells.join('  ').trimEnd();
    return index === 0 ? colours.bold(line) : line;
  });
}

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text);

/** Breaks a text at spaces into lines of at most `width`; a longer word stays whole, and an indented line is code and stays as it is. */
export function wrapped(text: string, width: number): string[] {
  if (/^\s/.test(text)) return [text];
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    if (line !== undefined && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === undefined ? word : `${line} ${word}`;
  }
  return [...lines, line ?? ''];
}

/** How wide running text may be: the terminal, or 120 where there is none. */
export const terminalWidth = (stream: { readonly columns?: number }): number => Math.max(40, stream.columns ?? 120);

/** How wide a line may be before it would wrap; without a terminal nothing is cut. */
export const lineWidth = (stream: { readonly columns?: number }): number => stream.columns ?? Number.POSITIVE_INFINITY;
