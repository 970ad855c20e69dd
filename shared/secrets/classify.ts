import { findFormat, isPublicKey, isUnfilledFormat } from './formats/find.ts';
import { classOfName } from './name.ts';
import { isPlaceholder, isSequence, isTemplate } from './placeholder.ts';
import { isHex, isNumberedWords, isRandom, isWords, type Shape, shapeOf } from './randomness.ts';
import { isIdentifierShape, isNumber, isReference, isSettingShape } from './settings.ts';
import { decodeBase64Text, findInside } from './structure.ts';

export type Confidence = 'high' | 'medium' | 'low';

/**
 * What a variable holds. `kind` is the format (`github-token`), the reason (`password`, `named-secret`), or for what is
 * no secret its reason (`setting`, `reference`, `placeholder`, `public-key`, `empty`). The value is never in it.
 */
export interface Classification {
  readonly secret: boolean;
  readonly kind: string;
  readonly confidence: Confidence;
}

/** Lambda's environment has 4 KB in all; of a longer value (a file on stdin) only the beginning is read. */
const MAX_LENGTH = 32_768;
/** No token, URL with a password or pair is shorter. */
const FORMAT_LENGTH = 10;
/** Shorter values are secrets only by their format or their name. */
const UNLABELLED_LENGTH = 32;

/**
 * Tells a secret from a setting, by name and value. Pure, never throws, linear in the value's length.
 *
 * - high: a known format, a private key, credentials in a URL, or a name that promises a password or key with a value that
 *   keeps the promise. Safe to treat as a secret without asking (see `autoMovable`).
 * - medium: the name promises, the value is a word or short; or the name is only a hint and the value looks random.
 * - low: only the value's randomness speaks for it.
 * For what is no secret, high says that the value has a setting's shape, low that nothing was found.
 */
export function classify(name: string, value: string): Classification {
  if (value.length <= 3) return value.length === 0 ? EMPTY : SHORT;
  const text = isQuoted(value) ? value.slice(1, -1) : value.length > MAX_LENGTH ? value.slice(0, MAX_LENGTH) : value;
  if (isNumberLike(text)) return classifyNumber(name, text);
  if (isReference(text)) return REFERENCE;
  if (text.length < FORMAT_LENGTH) return classifyByName(name, text);
  const format = findFormat(text);
  if (format !== undefined) return { secret: true, kind: format, confidence: 'high' };
  const inside = findInside(text);
  if (inside !== undefined) return { secret: true, kind: inside.kind, confidence: inside.sure ? 'high' : 'medium' };
  return classifyByName(name, text);
}

/**
 * Whether a secret may be moved out of the environment without asking: only when it is one beyond reasonable doubt.
 * A doubtful one is reported and asked for; a wrong move would do no harm to the value, but would show a wrong judgement.
 */
export function autoMovable(classification: Classification): boolean {
  return classification.secret && classification.confidence === 'high';
}

const EMPTY: Classification = { secret: false, kind: 'empty', confidence: 'high' };
const SHORT: Classification = { secret: false, kind: 'setting', confidence: 'medium' };
const REFERENCE: Classification = { secret: false, kind: 'reference', confidence: 'high' };
const PLACEHOLDER: Classification = { secret: false, kind: 'placeholder', confidence: 'medium' };
const PUBLIC: Classification = { secret: false, kind: 'public-key', confidence: 'high' };
const SETTING: Classification = { secret: false, kind: 'setting', confidence: 'high' };
const PROBABLY_SETTING: Classification = { secret: false, kind: 'setting', confidence: 'medium' };
const NOTHING_FOUND: Classification = { secret: false, kind: 'setting', confidence: 'low' };

/** `"none"`: quotes that a file of variables left on the value. */
function isQuoted(value: string): boolean {
  const first = value[0];
  return value.length < MAX_LENGTH && (first === '"' || first === "'") && value.indexOf(first, 1) === value.length - 1;
}

function isNumberLike(value: string): boolean {
  const first = value.charCodeAt(0);
  return first <= 57 && first >= 43 && isNumber(value);
}

/** Digits are a password or a key only where the name says so: `DISCORD_SECRET`, `DOOR_PASSWORD`, not `TOKEN_TTL`. */
function classifyNumber(name: string, value: string): Classification {
  const promise = classOfName(name);
  if (value.length < 6 || isPlaceholder(value) || isSequence(value)) return PROBABLY_SETTING;
  if (promise === 'password') return { secret: true, kind: 'password', confidence: 'medium' };
  return promise === 'secret' && value.length >= 15
    ? { secret: true, kind: 'named-secret', confidence: 'medium' }
    : PROBABLY_SETTING;
}

function classifyByName(name: string, value: string): Classification {
  const promise = classOfName(name);
  if (promise === 'plain') return classifyUnlabelled(value);
  if (promise === 'public' || (promise !== 'setting' && isPublicKey(value))) return PUBLIC;
  const shape = shapeOf(value);
  if (promise === 'setting')
    return isAwsSecretKey(name, value, shape) ? { secret: true, kind: 'aws-secret-key', confidence: 'medium' } : SETTING;
  if (isSettingShape(value, shape) && !(promise === 'password' && isSlashPassword(value, shape))) return SETTING;
  if (value.endsWith('EXAMPLEKEY') || isUnfilledFormat(value) || isTemplate(value) || isPlaceholder(value) || isSequence(value))
    return PLACEHOLDER;
  switch (promise) {
    case 'password':
      return classifyPassword(value, shape);
    case 'secret':
      return classifyNamedSecret(name, value, shape);
    case 'hint':
    case 'vendor':
      return provesItself(value, shape) ? { secret: true, kind: `named-${promise}`, confidence: 'medium' } : PROBABLY_SETTING;
  }
}

function classifyPassword(value: string, shape: Shape): Classification {
  const sure = shape.length >= 8 && !isWords(value, shape);
  return { secret: true, kind: 'password', confidence: sure ? 'high' : 'medium' };
}

/** A slash, and nothing else of a path: `/k9Vw3x`. */
function isSlashPassword(value: string, shape: Shape): boolean {
  return value.lastIndexOf('/') === 0 && shape.digits > 0 && shape.upper > 0 && shape.lower > 0 && !value.includes('.');
}

/** Secrets that people make up themselves are words often enough: JWT_SECRET=supersecret. Keys that a vendor gives never are. */
const MADE_UP =
  /(?:JWT|SESSION|COOKIE|HMAC|NEXTAUTH|SIGNING|SIGNATURE|TOKEN|ENCRYPTION|CSRF|DJANGO|FLASK|WEBHOOK)_?(?:SECRET|SALT)|SECRET_?KEY(?:_?BASE)?$|ENCRYPTION_?KEY|PEPPER$|SALT$|PSK$/i;

function isMadeUp(name: string, value: string): boolean {
  return value.length >= 8 && MADE_UP.test(name) && !/[/:]/.test(value);
}

/** The words that a wallet's key is written down as: 12 to 24 of a list of 2,048 (BIP 39). */
const WALLET_WORDS = /^[a-z]{3,8}(?: [a-z]{3,8}){11,23}$/;

function classifyNamedSecret(name: string, value: string, shape: Shape): Classification {
  if (shape.spaces >= 11 && WALLET_WORDS.test(value) && /MNEMONIC|PHRASE|SEED|WALLET|RECOVERY/i.test(name))
    return { secret: true, kind: 'wallet-words', confidence: 'high' };
  if (isRandom(shape, 16) || isIdentifierShape(value, shape)) return { secret: true, kind: 'named-secret', confidence: 'high' };
  // Words are the name of a secret, of a header, of a scheme: SECRET=orders/db, API_KEY=x-api-key.
  if (isWords(value, shape) || isNumberedWords(value, shape) || shape.spaces > 2 || shape.length < 7)
    return isMadeUp(name, value) ? { secret: true, kind: 'named-secret', confidence: 'medium' } : PROBABLY_SETTING;
  return { secret: true, kind: 'named-secret', confidence: 'medium' };
}

/** AWS secret keys have no prefix, only a length and a mix; people name them SECRET_KEY_ID too. */
function isAwsSecretKey(name: string, value: string, shape: Shape): boolean {
  return (
    shape.length === 40 &&
    /secret|key/i.test(name) &&
    /^[A-Za-z0-9+/]{40}$/.test(value) &&
    shape.upper >= 5 &&
    shape.lower >= 5 &&
    isRandom(shape, 40, 3.3)
  );
}

function provesItself(value: string, shape: Shape): boolean {
  return isRandom(shape, 14) || /^[0-9a-f]{8}:[0-9a-f]{8}$/.test(value);
}

function classifyUnlabelled(value: string): Classification {
  if (value.length < UNLABELLED_LENGTH) return NOTHING_FOUND;
  const shape = shapeOf(value);
  if (!isUnlabelledSecret(value, shape)) return NOTHING_FOUND;
  if (isPublicKey(value)) return PUBLIC;
  if (isSettingShape(value, shape)) return SETTING;
  return { secret: true, kind: 'high-entropy', confidence: 'low' };
}

/** Machine-made, mixed, and of the length of keys: identifiers, hashes and names are shorter, or of one case. */
function isUnlabelledSecret(value: string, shape: Shape): boolean {
  return (
    shape.length >= UNLABELLED_LENGTH &&
    shape.length <= 200 &&
    shape.signs <= 6 &&
    shape.digits >= 3 &&
    shape.upper >= 5 &&
    shape.lower >= 5 &&
    !isHex(shape) &&
    isRandom(shape, UNLABELLED_LENGTH, 3.3) &&
    /^[A-Za-z0-9+/_=.~!@#$%^&*-]+$/.test(value) &&
    decodeBase64Text(value) === undefined
  );
}
