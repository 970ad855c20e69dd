/** A string literal without interpolation: where it stands, quotes included, and what it says (escapes as they are written). */
export interface Literal {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

export interface Blanked {
  readonly text: string;
  /** The same, as long, with the insides of strings, templates, comments and regular expressions blanked out. */
  readonly code: string;
  readonly literals: readonly Literal[];
}

const REGEX_AFTER = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'else',
  'do',
  'instanceof',
  'yield',
  'await',
]);
const BEFORE_REGEX = new Set(['if', 'while', 'for', 'with']);
const SPECIAL = /["'`/(){}[\]]/g;
const CLOSES: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };

/** `(` after `if` and the like, where a regular expression may follow its end; the `${` of a template. */
interface Bracket {
  readonly opens: string;
  readonly kind: 'condition' | 'template' | 'other';
}
const IN_TEMPLATE = /[`\\]|\$\{/g;

/**
 * Tells code from text in JavaScript, in one pass. Undefined for what can't be read: a string or comment that does not end, brackets that do
 * not pair. Whether a slash divides or begins a regular expression is told by what stands before it; where that errs, brackets no longer pair.
 */
export function blankJavaScript(text: string): Blanked | undefined {
  const parts: string[] = [];
  const literals: Literal[] = [];
  const open: Bracket[] = [];
  let at = 0;
  let copied = 0;
  let afterCondition = -1;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(copied, from), ' '.repeat(to - from));
    copied = to;
  };
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const found = SPECIAL.exec(text);
    if (!found) break;
    const { index } = found;
    const character = found[0];
    at = index + 1;
    if (character === '(' || character === '{' || character === '[') {
      const isCondition = character === '(' && BEFORE_REGEX.has(wordBefore(text, index));
      open.push({ opens: character, kind: isCondition ? 'condition' : 'other' });
    } else if (CLOSES[character] !== undefined) {
      const closed = open.pop();
      if (closed?.opens !== CLOSES[character]) return undefined;
      if (closed.kind === 'condition') afterCondition = index;
      if (closed.kind === 'template') {
        const end = skipTemplate(text, at, blank, open);
        if (end === undefined) return undefined;
        at = end;
      }
    } else if (character === '`') {
      const end = skipTemplate(text, at, blank, open);
      if (end === undefined) return undefined;
      // Without interpolation it is a literal like the others.
      if (text[end - 1] === '`') literals.push({ start: index, end, value: text.slice(index + 1, end - 1) });
      at = end;
    } else if (character === '/') {
      const end = skipSlash(text, index, afterCondition);
      if (end === undefined) return undefined;
      if (end > at) blank(index, end);
      at = end;
    } else {
      const end = endOfString(text, at, character);
      if (end === undefined) return undefined;
      literals.push({ start: index, end, value: text.slice(at, end - 1) });
      blank(at, end - 1);
      at = end;
    }
  }
  if (open.length > 0) return undefined;
  parts.push(text.slice(copied));
  return { text, code: parts.join(''), literals };
}

function endOfString(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === quote) return at + 1;
    else if (character === '\n') return undefined;
  }
  return undefined;
}

/** To behind the template's end, or behind its next `${`, which stays open. */
function skipTemplate(
  text: string,
  from: number,
  blank: (from: number, to: number) => void,
  open: Bracket[],
): number | undefined {
  let at = from;
  for (;;) {
    IN_TEMPLATE.lastIndex = at;
    const found = IN_TEMPLATE.exec(text);
    if (!found) return undefined;
    if (found[0] === '\\') {
      at = found.index + 2;
      continue;
    }
    blank(from, found.index);
    if (found[0] === '${') open.push({ opens: '{', kind: 'template' });
    return found.index + found[0].length;
  }
}

/** To behind a comment or regular expression; just behind the slash when it divides. */
function skipSlash(text: string, index: number, afterCondition: number): number | undefined {
  const next = text[index + 1];
  if (next === '/') {
    const end = text.indexOf('\n', index);
    return end < 0 ? text.length : end;
  }
  if (next === '*') {
    const end = text.indexOf('*/', index + 2);
    return end < 0 ? undefined : end + 2;
  }
  return startsRegex(text, index, afterCondition) ? endOfRegex(text, index + 1) : index + 1;
}

function startsRegex(text: string, index: number, afterCondition: number): boolean {
  let before = index - 1;
  while (before >= 0 && /\s/.test(text[before] ?? '')) before -= 1;
  const character = text[before] ?? '';
  if (character === ')') return before === afterCondition;
  if (/[\w$]/.test(character)) return REGEX_AFTER.has(wordBefore(text, before + 1));
  return !/["'`\]}]/.test(character);
}

function endOfRegex(text: string, from: number): number | undefined {
  let inClass = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '\n') return undefined;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return at + 1;
  }
  return undefined;
}

/** With the dot of a property: `.in` is no keyword. */
function wordBefore(text: string, end: number): string {
  let last = end;
  while (last > 0 && /\s/.test(text[last - 1] ?? '')) last -= 1;
  let first = last;
  while (first > 0 && last - first < 12 && /[\w$.]/.test(text[first - 1] ?? '')) first -= 1;
  return text.slice(first, last);
}
