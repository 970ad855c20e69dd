import { type Automaton, buildAutomaton, findLiterals } from '../aho-corasick.ts';
import { isFilled, isPlaceholder, isSequence } from '../placeholder.ts';
import { isNumberedWords, isRandom, isWords, shapeOf } from '../randomness.ts';
import { AI } from './ai.ts';
import { BUSINESS, PUBLIC_PREFIXES } from './business.ts';
import { CLOUD } from './cloud.ts';
import { CODE } from './code.ts';
import type { Pattern, PrefixRow } from './format.ts';
import { PATTERNS } from './patterns.ts';

interface Prefix {
  readonly kind: string;
  readonly length: number;
  /** One bit for this format's charset in CHARSETS. */
  readonly charset: number;
  readonly minimum: number;
  readonly strict: boolean;
}

interface Formats {
  readonly automaton: Automaton;
  /** By literal: the formats that begin with it, or the patterns to try. */
  readonly prefixes: readonly (Prefix | undefined)[];
  readonly patterns: readonly (Pattern | undefined)[];
}

const LETTERS = { d: 1, h: 2, H: 4, l: 8, u: 16, a: 32, w: 64, t: 128 } as const;
const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /[0-9]/,
  h: /[0-9a-f]/,
  H: /[0-9a-fA-F]/,
  l: /[0-9a-z]/,
  u: /[0-9A-Z]/,
  a: /[0-9A-Za-z]/,
  w: /[0-9A-Za-z_=-]/,
  t: /[0-9A-Za-z_=./+~%:$!-]/,
};
const CHARSETS = new Uint8Array(128).map((_, code) => {
  const char = String.fromCharCode(code);
  return Object.entries(LETTERS).reduce((bits, [letter, bit]) => (CLASSES[letter]?.test(char) ? bits | bit : bits), 0);
});
const ALPHANUMERIC = LETTERS.a;

let formats: Formats | undefined;

/** The kind of the first known token, webhook or private key within a value; undefined when there is none. */
export function findFormat(value: string): string | undefined {
  formats ??= compile();
  const { automaton, patterns, prefixes } = formats;
  let kind: string | undefined;
  let tried: Pattern[] | undefined;
  findLiterals(automaton, value, (literal, end) => {
    const prefix = prefixes[literal];
    if (prefix !== undefined) {
      if (!startsToken(value, end - prefix.length, end, prefix)) return false;
      if (prefix.strict) kind ??= prefix.kind;
      else kind = prefix.kind;
      // A strict format's short prefix may begin a longer, more exact one: "sk_" and "sk_live_".
      return !prefix.strict;
    }
    const pattern = patterns[literal];
    if (pattern === undefined || value.length < (pattern.minimum ?? 0) || tried?.includes(pattern)) return false;
    tried = tried ?? [];
    tried.push(pattern);
    if (!matches(pattern, value)) return false;
    kind = pattern.kind;
    return true;
  });
  return kind;
}

/** How many formats there are. */
export function countFormats(): number {
  return CLOUD.length + CODE.length + AI.length + BUSINESS.length + PATTERNS.length;
}

/** Whether a value begins as a key does that its vendor means to be public. */
export function isPublicKey(value: string): boolean {
  return PUBLIC_PREFIXES.some((prefix) => value.startsWith(prefix));
}

function startsToken(value: string, start: number, end: number, { charset, minimum, strict }: Prefix): boolean {
  if (start > 0) {
    const before = value.charCodeAt(start - 1);
    if (isIn(before, ALPHANUMERIC) || (strict && (before === 45 || before === 46 || before === 95 || before === 47)))
      return false;
  }
  let stop = end;
  while (stop < value.length && isIn(value.charCodeAt(stop), charset)) stop++;
  if (stop - end < minimum) return false;
  if (charset <= LETTERS.l && strict && stop < value.length && isIn(value.charCodeAt(stop), ALPHANUMERIC)) return false;
  const body = value.slice(end, stop);
  // One letter throughout is how examples of upper-case tokens are written that are meant to be found.
  if (isFilled(body) || (isPlaceholder(body) && !/^([B-WYZ])\1+$/.test(body))) return false;
  const shape = shapeOf(body);
  // A short prefix is found in many a longer word: "sk-" in a sentence of hyphens.
  if (strict) return isRandom(shape, minimum) && !isSequence(body);
  return shape.lower === 0 || body.length >= 30 || !isWords(body, shape);
}

/** Whether a value is a known token's prefix with nothing behind it, or with what stands for nothing: `sk_live_`, `xoxb-my-token`. */
export function isUnfilledFormat(value: string): boolean {
  formats ??= compile();
  const { automaton, prefixes } = formats;
  return (
    findLiterals(automaton, value.slice(0, 40), (literal, end) => {
      const prefix = prefixes[literal];
      if (prefix === undefined || prefix.strict || prefix.length < 4 || end !== prefix.length) return false;
      const body = value.slice(end);
      return body.length < 4 || isFilled(body) || isPlaceholder(body);
    }) || UNFILLED.test(value)
  );
}

const UNFILLED = /^xox[a-z][-.]/;

function matches({ pattern, random }: Pattern, value: string): boolean {
  const match = pattern.exec(value);
  if (match === null) return false;
  const body = match[1] ?? match[0];
  if (isFilled(body)) return false;
  if (!random) return true;
  if (isFilled(value.slice(match.index))) return false;
  const shape = shapeOf(body);
  return (
    ((shape.digits > 0 && !isNumberedWords(body, shape)) || isRandom(shape, 16)) && !isPlaceholder(body) && !isSequence(body)
  );
}

function isIn(code: number, charset: number): boolean {
  return code < 128 && ((CHARSETS[code] ?? 0) & charset) !== 0;
}

function compile(): Formats {
  const literals: string[] = [];
  const prefixes: (Prefix | undefined)[] = [];
  const patterns: (Pattern | undefined)[] = [];
  for (const row of [...CLOUD, ...CODE, ...AI, ...BUSINESS]) {
    const { literal, prefix } = parseRow(row);
    literals.push(literal);
    prefixes.push(prefix);
    patterns.push(undefined);
  }
  for (const pattern of PATTERNS) {
    literals.push(pattern.literal);
    prefixes.push(undefined);
    patterns.push(pattern);
  }
  return { automaton: buildAutomaton(literals), prefixes, patterns };
}

function parseRow(row: PrefixRow): { literal: string; prefix: Prefix } {
  const [kind = '', literal = '', charset = '', minimum = '', strict] = row.split(' ');
  const bit = Object.entries(LETTERS).find(([letter]) => letter === charset)?.[1];
  if (bit === undefined || literal === '' || !/^\d+$/.test(minimum)) throw new InvalidFormatRow(row);
  return {
    literal,
    prefix: { kind, length: literal.length, charset: bit, minimum: Number(minimum), strict: strict === 'strict' },
  };
}

/** A line of the format tables that can't be read. */
export class InvalidFormatRow extends Error {
  override readonly name = 'InvalidFormatRow';
}
