import type { YAMLParseError } from 'yaml';

/** A text with blanks put before some lines; their number by line, 0-based. */
export interface Indented {
  readonly text: string;
  readonly blanks: ReadonlyMap<number, number>;
}

const BLANKS = 80;

/**
 * YAML asks lines inside brackets and quotes to be indented more than what holds them. AWS's own parser does not, and templates that are deployed
 * daily end a list at the very column where it began. Blanks there mean nothing, so they are put in. Undefined for another error.
 */
export function indentMore({ text, blanks }: Indented, error: YAMLParseError): Indented | undefined {
  const lines = text.split('\n');
  const at = text.slice(0, error.pos[0]).split('\n').length - 1;
  if (error.code === 'BAD_INDENT' && error.message.startsWith('Flow '))
    return padded(lines, blanks, at, endOfBrackets(lines, at));
  const quote = error.code === 'MISSING_CHAR' ? /Missing closing (["'])quote/.exec(error.message)?.[1] : undefined;
  return quote === undefined ? undefined : padded(lines, blanks, at + 1, endOfQuote(lines, at + 1, quote));
}

/** The line that closes what was open before line `from`, crudely: a wrong guess is mended at the next error. */
function endOfBrackets(lines: readonly string[], from: number): number {
  let open = 1;
  for (let line = from; line < lines.length; line++) {
    for (const character of lines[line] ?? '') {
      if (character === '[' || character === '{') open++;
      else if (character === ']' || character === '}') open--;
      if (open <= 0) return line;
    }
  }
  return from;
}

function endOfQuote(lines: readonly string[], from: number, quote: string): number {
  for (let line = from; line < lines.length; line++) if (lines[line]?.includes(quote)) return line;
  return from;
}

function padded(lines: readonly string[], blanks: Indented['blanks'], from: number, to: number): Indented | undefined {
  // A line that was moved once and is still wrong has another fault.
  if (from >= lines.length || blanks.has(from)) return undefined;
  const more = new Map(blanks);
  const text = lines.map((line, index) => {
    if (index < from || index > to || more.has(index) || line.trim() === '') return line;
    more.set(index, BLANKS);
    return ' '.repeat(BLANKS) + line;
  });
  return { text: text.join('\n'), blanks: more };
}
