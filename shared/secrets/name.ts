import {
  JOINED_PASSWORD,
  JOINED_SECRET,
  KEY_QUALIFIERS,
  PASSWORD_WORDS,
  PUBLIC_WORDS,
  QUALIFIERS,
  RECORD_KEY_QUALIFIERS,
  SECRET_WORDS,
  SETTING_HEADS,
  SOFT_HEADS,
  SUBJECTS,
} from './name-words.ts';
import { VENDOR_WORDS } from './vendors.ts';

/**
 * What a variable's name promises of its value:
 * - `password`: any value is one · `secret`: a token or key · `hint`: a key or token is spoken of, the value must prove it
 * - `vendor`: nothing but a vendor's name · `setting`: about something else, whatever it looks like · `public`: a public key
 * - `plain`: nothing
 */
export type NameClass = 'password' | 'secret' | 'hint' | 'vendor' | 'setting' | 'public' | 'plain';

const known = new Map<string, NameClass>();
const MAX_KNOWN = 5_000;

/** Remembered by name, because the same names come again and again. */
export function classOfName(name: string): NameClass {
  const before = known.get(name);
  if (before !== undefined) return before;
  const found = decideClass(wordsOf(name));
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, found);
  return found;
}

/** `dbPasswordARN_2` -> DB PASSWORD ARN 2. */
export function wordsOf(name: string): string[] {
  const spaced = (NOT_ASCII.test(name) ? withoutAccents(name) : name)
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return spaced
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
}

const NOT_ASCII = /[\u0080-\uffff]/;

/** Contraseña -> Contrasena. */
function withoutAccents(name: string): string {
  return name
    .slice(0, 200)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '');
}

function decideClass(all: readonly string[]): NameClass {
  const words = trimQualifiers(all);
  const head = words.at(-1);
  if (head === undefined) return 'plain';
  const at = words.length - 1;
  const atHead = strengthAt(words, at);
  if (atHead === 'password') return 'password';
  if (atHead === 'public' || (words.some((word) => PUBLIC_WORDS.has(word)) && atHead !== undefined)) return 'public';
  if (atHead === 'secret') return atHead;
  const before = strengthBeforeSubjects(words);
  if (before !== undefined) return before;
  // The name as written ends in a word like ID although trimming passed over it: API_KEY_ID, CLIENT_SECRET_NAME.
  const last = all.at(-1) ?? '';
  if (SETTING_HEADS.has(last) || SETTING_HEADS.has(head)) {
    const isSoft = SOFT_HEADS.has(last) && strengthAt(all, all.length - 2) === 'secret';
    return isSoft ? 'hint' : 'setting';
  }
  if (atHead === 'hint') return 'hint';
  if (words.some((_, index) => isSpokenOf(strengthAt(words, index)))) return 'hint';
  if (words.some((word) => VENDOR_WORDS.has(word)) && words.every((word) => VENDOR_WORDS.has(word) || QUALIFIERS.has(word)))
    return 'vendor';
  return 'plain';
}

/** PASSWORD_DB, TOKEN_SLACK, API_KEY_STRIPE_TEST: the deciding word is followed by nothing but what it is for. */
function strengthBeforeSubjects(words: readonly string[]): 'password' | 'secret' | undefined {
  let at = words.length - 1;
  while (at > 0 && isSubject(words[at] ?? '')) at--;
  if (at === words.length - 1) return undefined;
  const strength = strengthAt(words, at);
  return strength === 'password' || strength === 'secret' ? strength : undefined;
}

function isSubject(word: string): boolean {
  return SUBJECTS.has(word) || VENDOR_WORDS.has(word) || isQualifier(word);
}

function isSpokenOf(strength: NameClass | undefined): boolean {
  return strength === 'password' || strength === 'secret' || strength === 'hint';
}

/** Without PROD, V2, 1 and their like at the end, as long as a word is left that is not one of them. */
function trimQualifiers(words: readonly string[]): readonly string[] {
  let end = words.length;
  while (end > 1 && isQualifier(words[end - 1] ?? '')) end--;
  return end === 0 ? words : isQualifier(words[end - 1] ?? '') ? words : words.slice(0, end);
}

function isQualifier(word: string): boolean {
  return QUALIFIERS.has(word) || /^\d+$/.test(word);
}

function strengthAt(words: readonly string[], at: number): NameClass | undefined {
  const word = (words[at] ?? '').replace(/(?<!\d)\d+$/, '') || (words[at] ?? '');
  const before = words[at - 1] ?? '';
  if (PASSWORD_WORDS.has(word) || JOINED_PASSWORD.test(word)) return 'password';
  if (PUBLIC_WORDS.has(before) || PUBLIC_WORDS.has(word)) return word === 'CERT' || word === 'CERTIFICATE' ? undefined : 'public';
  if (SECRET_WORDS.has(word) || JOINED_SECRET.test(word)) return 'secret';
  if (word === 'AUTH') return 'secret';
  if (word === 'PHRASE' && (before === 'SEED' || before === 'RECOVERY' || before === 'SECRET' || before === 'PASS'))
    return 'secret';
  if (word === 'PASSE' && before === 'DE') return 'password';
  if (word === 'BASE' && before === 'KEY') return 'secret';
  if (word === 'SK' || word === 'AK') return 'hint';
  if (word === 'NONCE' || word === 'SEED' || word === 'PIN' || word === 'IV') return 'hint';
  if (word === 'KEY' || word === 'KEYS') {
    if (RECORD_KEY_QUALIFIERS.has(before)) return undefined;
    // reCAPTCHA's and its kin's: the page shows it to everyone.
    if (before === 'SITE' || before === 'WEBSITE') return 'public';
    return KEY_QUALIFIERS.has(before) || VENDOR_WORDS.has(before) ? 'secret' : 'hint';
  }
  return undefined;
}
