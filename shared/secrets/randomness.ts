/** How a text is made up, from one pass over it. */
export interface Shape {
  readonly length: number;
  readonly digits: number;
  readonly lower: number;
  readonly upper: number;
  readonly hexLetters: number;
  /** `_ - = . / + ~` and the other ASCII signs. */
  readonly signs: number;
  readonly spaces: number;
  /** Changes between digit, lower and upper within one stretch; a capital at a word's start is none. */
  readonly changes: number;
  readonly distinct: number;
}

const DIGIT = 1;
const LOWER = 2;
const UPPER = 3;
const SPACE = 4;
const SIGN = 5;
const CLASS = new Uint8Array(128).map((_, code) => {
  if (code >= 48 && code <= 57) return DIGIT;
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  return code <= 32 ? SPACE : SIGN;
});

const seen = new Uint32Array(128);
let round = 0;

export function shapeOf(text: string): Shape {
  round = (round + 1) >>> 0;
  const counts = [0, 0, 0, 0, 0, 0];
  let hexLetters = 0;
  let changes = 0;
  let distinct = 0;
  let last = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const kind = code < 128 ? (CLASS[code] ?? SIGN) : SIGN;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind !== last) {
      if (last >= DIGIT && last <= UPPER && kind <= UPPER && !(last === UPPER && kind === LOWER)) changes++;
      last = kind;
    }
    const folded = code | 32;
    if (kind !== DIGIT && folded >= 97 && folded <= 102 && code < 128) hexLetters++;
    if (code < 128 && seen[code] !== round) {
      seen[code] = round;
      distinct++;
    }
  }
  const [, digits = 0, lower = 0, upper = 0, spaces = 0, signs = 0] = counts;
  return { length: text.length, digits, lower, upper, hexLetters, signs, spaces, changes, distinct };
}

/** Hex of at least 16 characters, not a plain number and not of few characters. */
export function isHex(shape: Shape): boolean {
  return (
    shape.length >= 16 &&
    shape.digits + shape.hexLetters === shape.length &&
    shape.hexLetters > 1 &&
    shape.digits > 1 &&
    shape.distinct >= 6
  );
}

/**
 * Whether a text looks made by a machine to be guessed by nobody: the kinds of characters change more often than in
 * words and identifiers, however they are written.
 * @param changesPerTen how many changes in ten characters to ask for; random base62 has about 4.7, camelCase 1.7
 */
export function isRandom(shape: Shape, minimumLength: number, changesPerTen = 2.2): boolean {
  if (shape.length < minimumLength || shape.spaces > 0 || shape.distinct < 6) return false;
  if (isHex(shape)) return true;
  const letters = shape.lower + shape.upper;
  if (shape.signs * 4 > shape.length || letters === 0) return false;
  if (shape.digits === 0 && (shape.upper < 3 || shape.lower < 3 || shape.length < 16)) return false;
  const body = shape.length - shape.signs;
  return shape.changes * 10 >= body * changesPerTen;
}

const LONG_WORD = /^[A-Za-z]{2,40}$/;
const WORDY = /^[A-Za-z]{2,20}(?:[_\-. /][A-Za-z]{2,20}){0,12}$/;

/** Words, also joined by `-`, `_`, `.` or `/`, or one in camelCase; random letters are not told from words when they are few. */
export function isWords(text: string, shape: Shape): boolean {
  if (shape.digits > 0) return false;
  const isOneCase = shape.upper === 0 || shape.lower === 0;
  if (!WORDY.test(text) && !(isOneCase && LONG_WORD.test(text))) return false;
  // Words in camelCase have several small letters for each capital; random letters have as many of one as of the other.
  if (shape.length >= 12 && !isOneCase && shape.lower < 2 * shape.upper) return false;
  const manyChanges = shape.length >= 16 && shape.changes * 10 > (shape.length - shape.signs) * 2.2;
  if (manyChanges || (shape.length >= 12 && CONSONANTS.test(text))) return false;
  return !(shape.length >= 12 && isOneCase && shape.signs === 0 && shape.spaces === 0 && isUnpronounceable(text.toLowerCase()));
}

/** By first letter: what seldom follows it in words of any of the languages that variables are named in. */
const SELDOM =
  'a bfghjkpqvwxz cbdfgjmnpqvwxz dkqxz e fbcdghjkmnpqvwxz gbcdfjkpqvwxz hbcdfgjkpqvxz iy jbcdfghjklmnpqrstvwxyz kbcdfgjmpqtvxz ljqx mfghjkqrtvwxz n o pbcdfgjkmnqvwxz qabcdefghijklmnoprstvwxyz rx sjxz tbfgjkpqvx uqvwxy vbcdfghjklmnpqrstvwxz wcfgjkmpqtuvwxz xbdfghjklmnqrsvwz yjqxyz zbcdfgjkmnpqrstvwx'.split(
    ' ',
  );
const SELDOM_PAIRS = new Set(SELDOM.flatMap(([first = '', ...others]) => others.map((other) => first + other)));

/** Letters thrown together by chance have such pairs everywhere; words, also joined ones, have one in a dozen letters at most. */
function isUnpronounceable(text: string): boolean {
  let seldom = 0;
  let vowels = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    if (SELDOM_PAIRS.has(text.slice(i, i + 2))) seldom++;
    if ('aeiouy'.includes(text[i] ?? '')) {
      vowels++;
      run = 0;
    } else if (++run >= 5) return true;
  }
  return seldom * 10 >= text.length * 1.2 || vowels * 5 < text.length;
}

const CONSONANTS = /[bcdfghjklmnpqrstvwxz]{6}/i;
const NUMBERED_WORDS = /^[A-Za-z]{1,20}\d{0,2}(?:[_\-. /](?:[A-Za-z]{1,20}\d{0,2}|\d{1,4})){1,12}$/;

/** Words of which some bear a small number, like `oauth2-jwt` or `prod-user-1`. */
export function isNumberedWords(text: string, shape: Shape): boolean {
  return shape.signs > 0 && shape.digits * 4 <= shape.length && NUMBERED_WORDS.test(text) && !isRandom(shape, 12, 1.8);
}
