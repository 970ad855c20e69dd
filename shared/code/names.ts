import type { Blanked } from './blank-js.ts';

/** One file of JavaScript that is looked at. */
export interface JsFile extends Blanked {
  readonly path: string;
}

/** What can't be told from the code, in words that name the file and the construct and quote nothing. */
export class Doubt {
  readonly why: string;
  constructor(path: string, why: string) {
    this.why = `${path}: ${why}`;
  }
}
export const isDoubt = (value: unknown): value is Doubt => value instanceof Doubt;

const IDENTIFIER = /[\w$]/;

/** Every place where an identifier stands in code by itself: no property of something, no key of an object. */
export function* placesOf(code: string, name: string, from = 0, to = code.length): Generator<number> {
  for (let at = code.indexOf(name, from); at >= 0 && at < to; at = code.indexOf(name, at + name.length)) {
    if (IDENTIFIER.test(code[at - 1] ?? '') || IDENTIFIER.test(code[at + name.length] ?? '')) continue;
    const before = lastCode(code, at);
    if (before === '.' && !isSpread(code, at)) continue;
    if ((before === '{' || before === ',') && nextCode(code, at + name.length) === ':') continue;
    yield at;
  }
}

/** `...name`: the dots before it are no property's. */
function isSpread(code: string, at: number): boolean {
  let index = at - 1;
  while (code.charCodeAt(index) <= 32) index -= 1;
  return code.slice(Math.max(0, index - 2), index + 1) === '...';
}

/** The last character before a place that is no blank. */
export function lastCode(code: string, at: number): string {
  let index = at - 1;
  while (index >= 0 && code.charCodeAt(index) <= 32) index -= 1;
  return code[index] ?? '';
}

export function nextCode(code: string, at: number): string {
  return code[skipBlanks(code, at)] ?? '';
}

export function skipBlanks(code: string, at: number): number {
  let index = at;
  while (index < code.length && code.charCodeAt(index) <= 32) index += 1;
  return index;
}

const PROPERTY = /\s*(?:\?\.|\.(?!\.))\s*([\w$]+)/y;

/** The property that is read right behind a place: `.GetItemCommand`. */
export function propertyAt(code: string, at: number): { readonly name: string; readonly end: number } | undefined {
  PROPERTY.lastIndex = at;
  const name = PROPERTY.exec(code)?.[1];
  return name === undefined ? undefined : { name, end: PROPERTY.lastIndex };
}

/** To behind the bracket that closes the one at a place; undefined where there is none. */
export function closeOf(code: string, at: number): number | undefined {
  const opens = code[at];
  const closes = opens === '(' ? ')' : '}';
  let depth = 0;
  for (let index = at; index < code.length; index += 1) {
    if (code[index] === opens) depth += 1;
    else if (code[index] === closes) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

/** `A, B: c` of a destructuring or `A, B as c` of an import: each name with what it is called here. Undefined for rest, defaults and computed keys. */
export function namesIn(clause: string): { readonly name: string; readonly local: string }[] | undefined {
  const parts = clause
    .split(',')
    .map((part) => part.trim().replace(/^type\s+/, ''))
    .filter((part) => part !== '');
  const found = parts.map((part) => /^([\w$]+)(?:(?:\s*:\s*|\s+as\s+)([\w$]+))?$/.exec(part));
  if (found.some((match) => match === null)) return undefined;
  return found.map((match) => ({ name: match?.[1] ?? '', local: match?.[2] ?? match?.[1] ?? '' }));
}
