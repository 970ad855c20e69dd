import { findFormat } from './formats/find.ts';
import { classOfName } from './name.ts';
import { isPlaceholder, isSequence, isTemplate } from './placeholder.ts';
import { isRandom, isWords, shapeOf } from './randomness.ts';
import { isNumber, isReference, isSettingShape } from './settings.ts';

/** A secret inside a larger value: what it is, and whether it is beyond doubt. */
export interface Inside {
  readonly kind: string;
  readonly sure: boolean;
}

const MAX_DEPTH = 5;
const MAX_NODES = 400;
const MAX_DECODED = 8_192;

/** Looks for a secret within a URL, a connection string, JSON, `KEY=value` pairs or base64. */
export function findInside(value: string): Inside | undefined {
  return (
    findInUrl(value) ??
    findInJson(value) ??
    findInKubernetes(value) ??
    (value.includes('=') || value.includes(':') || value.includes('</') ? findInPairs(value) : undefined) ??
    findInBase64(value)
  );
}

// The user's part may be empty (redis) and neither part holds what ends it.
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]{1,30}):\/\/([^\s/?#"'<>@:]{0,256}):([^\s/?#"'<>@]{1,512})@([^\s/?#@"']{1,255})/i;
// A database's password is often written with signs that a URL would escape.
const DATABASE_URL =
  /(?:mongodb(?:\+srv)?|postgres(?:ql)?|mysql|mariadb|rediss?|amqps?|sqlserver|mssql|clickhouse|cockroachdb):\/\/([^\s/@:]{0,256}):([^\s"'<>]{1,512})@[\w.-]+/i;
const ORACLE = /jdbc:oracle:(?:thin|oci):([\w.]{1,128})\/([^\s@]{1,128})@/i;
const ORACLE_EASY = /^([\w.$#]{1,64})\/([^\s@/]{4,128})@(?:\/\/)?[\w.-]{2,200}(?::\d{1,5})?\/[\w.-]{1,64}$/;
const GO_DSN = /^([\w.-]{1,128}):([^\s@/]{1,256})@(?:tcp|udp|unix)?\(/;

function findInUrl(value: string): Inside | undefined {
  if (!value.includes('@')) return undefined;
  const match = URL_CREDENTIALS.exec(value);
  const password =
    match?.[3] ??
    DATABASE_URL.exec(value)?.[2] ??
    ORACLE.exec(value)?.[2] ??
    ORACLE_EASY.exec(value)?.[2] ??
    GO_DSN.exec(value)?.[2];
  if (password === undefined || isPasswordPlaceholder(password)) return undefined;
  // guest:guest@localhost, postgres:postgres@db: what an image starts with on a developer's machine.
  const [, , user, , host = ''] = match ?? [];
  const same = user === password;
  if (same && !host.replace('127.0.0.1', 'localhost').includes('.')) return undefined;
  return { kind: 'url-credentials', sure: password.length >= 6 && !same };
}

function isPasswordPlaceholder(password: string): boolean {
  const plain = decodeURIComponentOr(password);
  return plain.length < 3 || isPlaceholder(plain) || isReference(plain) || /^[{(<[].*[})>\]]$/.test(plain);
}

function decodeURIComponentOr(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare percent sign: the text is as it is meant
  }
}

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const SPACE = 32;

function findInJson(value: string): Inside | undefined {
  const first = value.charCodeAt(0);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && first > SPACE) return undefined;
  const parsed = parsedOr(value);
  if (parsed === undefined) return undefined;
  const budget = { nodes: MAX_NODES };
  return walk('', parsed, 0, budget);
}

/** Undefined when a text is not JSON: the pairs within it are looked at then. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function walk(name: string, node: unknown, depth: number, budget: { nodes: number }): Inside | undefined {
  if (depth > MAX_DEPTH || budget.nodes-- <= 0) return undefined;
  if (typeof node === 'string') return walkText(name, node, depth, budget);
  if (typeof node !== 'object' || node === null) return undefined;
  if (isPrivateJwk(node)) return { kind: 'private-jwk', sure: true };
  for (const [key, child] of Object.entries(node)) {
    const found = walk(Array.isArray(node) ? name : key, child, depth + 1, budget);
    if (found) return found;
  }
  return undefined;
}

/** A text within JSON, which may be JSON itself. */
function walkText(name: string, text: string, depth: number, budget: { nodes: number }): Inside | undefined {
  const first = text.charCodeAt(0);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    const inner = parsedOr(text);
    if (typeof inner === 'object') return walk(name, inner, depth + 1, budget);
  }
  return judgePair(name, text);
}

/** A JSON web key with its private or symmetric part: https://www.rfc-editor.org/rfc/rfc7518#section-6 */
function isPrivateJwk(node: object): boolean {
  return (
    'kty' in node &&
    typeof node.kty === 'string' &&
    (('d' in node && typeof node.d === 'string') || ('k' in node && typeof node.k === 'string'))
  );
}

const KUBERNETES_SECRET = /\bkind["']?:\s{0,3}["']?Secret\b/;
const KUBERNETES_DATA = /["'\s][\w.-]{1,100}["']?:\s{0,3}["']?([A-Za-z0-9+/]{10,}={0,2})(?=["'\s]|$)/g;
const KUBERNETES_WORDS = /^(?:Secret|Opaque|default|apiVersion|kubernetes|\d+)$/i;

/** A Kubernetes secret's data is in base64 under any name: https://kubernetes.io/docs/concepts/configuration/secret/ */
function findInKubernetes(value: string): Inside | undefined {
  if (!value.includes('Secret') || !KUBERNETES_SECRET.test(value)) return undefined;
  const data = value.search(/\bdata["']?:/);
  if (data < 0) return undefined;
  for (const [, text = ''] of value.slice(data).matchAll(KUBERNETES_DATA)) {
    if (text.length % 4 !== 0 || KUBERNETES_WORDS.test(text)) continue;
    const plain = Buffer.from(text, 'base64').toString('latin1');
    if (!isPlaceholder(plain)) return { kind: 'kubernetes-secret', sure: !isWords(plain, shapeOf(plain)) };
  }
  return undefined;
}

const SPOKEN_OF = /pass|pwd|secret|token|key|auth|cred|sig/i;
const PAIR = /([A-Za-z_][\w.-]{0,60})["'\]]{0,2}\s{0,2}[=:]>?\s{0,2}["']?([^\s;&,"'>]{4,600})/g;

const ELEMENT = /<([A-Za-z][\w.:-]{0,60})>([^<>\s]{4,600})<\//g;

function findInPairs(value: string): Inside | undefined {
  if (!SPOKEN_OF.test(value)) return undefined;
  if (value.includes('</')) {
    for (const [, name = '', inner = ''] of value.matchAll(ELEMENT)) {
      const found = judgePair(name, inner);
      if (found) return found;
    }
  }
  PAIR.lastIndex = 0;
  for (let match = PAIR.exec(value); match !== null; match = PAIR.exec(value)) {
    const [, name = '', inner = ''] = match;
    if (inner.startsWith('//')) {
      // A URL: what follows its question mark are pairs too.
      const query = value.indexOf('?', match.index);
      if (query > 0 && query < PAIR.lastIndex) PAIR.lastIndex = query + 1;
      continue;
    }
    const found = judgePair(name.slice(name.lastIndexOf('.') + 1).replace(/^-D?/, ''), inner);
    if (found) return found;
  }
  return undefined;
}

/** A named text within a larger value. It must be more certain than a variable of that name: less is known around it. */
function judgePair(name: string, text: string): Inside | undefined {
  if (text.length < 4) return undefined;
  const format = findFormat(text);
  if (format) return { kind: format, sure: true };
  const promise = classOfName(name);
  if (promise !== 'password' && promise !== 'secret' && promise !== 'hint') {
    return findInUrl(text);
  }
  if (isNumber(text) || isReference(text) || isTemplate(text) || isPlaceholder(text) || isSequence(text)) return undefined;
  if (promise === 'secret' && isBasicCredential(text)) return { kind: 'basic-credential', sure: true };
  const shape = shapeOf(text);
  if (isSettingShape(text, shape)) return findInUrl(text);
  if (promise === 'password')
    return text.length >= 5 ? { kind: 'embedded-password', sure: !isWords(text, shape) && text.length >= 8 } : undefined;
  return isRandom(shape, 12) ? { kind: 'embedded-token', sure: promise === 'secret' && isRandom(shape, 16) } : undefined;
}

/** `user:password` in base64, as in a Docker configuration's `auth`. */
function isBasicCredential(text: string): boolean {
  if (text.length > 400 || !/^[A-Za-z0-9+/]{10,}={0,2}$/.test(text)) return false;
  return /^[\w.@+-]{1,100}:[\x21-\x7e]{3,200}$/.test(Buffer.from(text, 'base64').toString('latin1'));
}

const BASE64 = /^[A-Za-z0-9+/]{24,}={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]{24,}={0,2}$/;

function findInBase64(value: string): Inside | undefined {
  const text = decodeBase64Text(value);
  if (text === undefined) return undefined;
  const format = findFormat(text);
  if (format) return { kind: `base64-${format}`, sure: true };
  return findInJson(text) ?? findInUrl(text) ?? findInPairs(text);
}

/** The readable text that a value is in base64; undefined when it is none. Random bytes are never readable for long. */
export function decodeBase64Text(value: string): string | undefined {
  if (!mayBeBase64Text(value)) return undefined;
  if (!BASE64.test(value) && !BASE64URL.test(value)) return undefined;
  const text = Buffer.from(value.slice(0, MAX_DECODED), 'base64').toString('latin1');
  return isPrintable(text) ? text : undefined;
}

/** Every fourth character of base64 begins a byte whose top bit is zero in ASCII: it is one of the first 32, A-Z and a-f. */
function mayBeBase64Text(value: string): boolean {
  if (value.length < 24) return false;
  for (let i = 0; i < 24; i += 4) {
    const code = value.charCodeAt(i);
    if (code < 65 || code > 102 || (code > 90 && code < 97)) return false;
  }
  return true;
}

function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 126 || (code < 32 && code !== 9 && code !== 10 && code !== 13)) return false;
  }
  return text.length > 0;
}
