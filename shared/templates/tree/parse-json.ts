import type { Json } from './json.ts';
import { MAX_DEPTH, MalformedTemplate } from './malformed.ts';
import { type MemberPlaces, makePlaces, makeTree, type Tree } from './places.ts';

/**
 * JSON with places. `JSON.parse` does not know where a value stood, and its messages quote the text. Of a key that comes twice in an object the
 * last one counts, as CloudFormation has it (https://github.com/go-to-k/cdk-real-drift/issues/1074).
 * @throws MalformedTemplate
 */
export function parseJsonTree(text: string, file: string): Tree {
  const members: MemberPlaces = new Map();
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  const fail = (why: string, offset = at): never => {
    throw new MalformedTemplate(file, makePlaces(text)(offset), why);
  };

  const skipBlanks = (): void => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      at++;
    }
  };

  const readText = (): string => {
    const start = at;
    let end = at;
    do {
      end = text.indexOf('"', end + 1);
      if (end < 0) return fail('a text does not end', start);
    } while (isEscaped(text, end));
    at = end + 1;
    const raw = text.slice(start + 1, end);
    if (isPlain(raw)) return raw;
    try {
      return JSON.parse(text.slice(start, at)) as string;
    } catch {
      // The parser's message would quote the text, which may be a secret.
      return fail('a text with a line break or an escape that JSON does not know', start);
    }
  };

  const readWord = (): Json => {
    const found = /[^\s,:[\]{}"]*/y;
    found.lastIndex = at;
    const word = found.exec(text)?.[0] ?? '';
    if (word === 'true' || word === 'false' || word === 'null') {
      at += word.length;
      return word === 'null' ? null : word === 'true';
    }
    if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word))
      return fail(at >= text.length ? 'the text ends too early' : 'neither a value nor the end of a list');
    at += word.length;
    const number = Number(word);
    // Account ids and serial numbers keep their digits.
    return String(number) === word ? number : word;
  };

  const readObject = (depth: number): Json => {
    const offsets = new Map<string, number>();
    const found: Record<string, Json> = {};
    at++;
    skipBlanks();
    if (text[at] === '}') at++;
    else
      for (;;) {
        if (text[at] !== '"') fail('a key in quotes is missing');
        const start = at;
        const key = readText();
        if (key === '__proto__') fail('no template has such a key', start);
        skipBlanks();
        if (text[at] !== ':') fail('a colon is missing');
        at++;
        offsets.set(key, start);
        found[key] = readValue(depth + 1);
        skipBlanks();
        if (text[at] === '}') {
          at++;
          break;
        }
        if (text[at] !== ',') fail('a comma or the end of the object is missing');
        at++;
        skipBlanks();
      }
    members.set(found, { keys: [...offsets.keys()], offsets: [...offsets.values()] });
    return found;
  };

  const readList = (depth: number): Json => {
    const offsets: number[] = [];
    const found: Json[] = [];
    at++;
    skipBlanks();
    if (text[at] === ']') at++;
    else
      for (;;) {
        skipBlanks();
        offsets.push(at);
        found.push(readValue(depth + 1));
        skipBlanks();
        if (text[at] === ']') {
          at++;
          break;
        }
        if (text[at] !== ',') fail('a comma or the end of the list is missing');
        at++;
      }
    members.set(found, { keys: null, offsets });
    return found;
  };

  const readValue = (depth: number): Json => {
    skipBlanks();
    if (depth > MAX_DEPTH) fail(`nested more than ${MAX_DEPTH} levels deep`);
    const first = text[at];
    if (first === '{') return readObject(depth);
    if (first === '[') return readList(depth);
    return first === '"' ? readText() : readWord();
  };

  skipBlanks();
  const start = at;
  const root = readValue(0);
  skipBlanks();
  if (at < text.length) fail('there is more after the end of the JSON');
  return makeTree(makePlaces(text), root, start, members);
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(quote - 1 - slashes) === 92) slashes++;
  return slashes % 2 === 1;
}

/** Without escapes and control characters, which JSON has escaped only. */
function isPlain(raw: string): boolean {
  for (let index = 0; index < raw.length; index++) {
    const code = raw.charCodeAt(index);
    if (code === 92 || code < 32) return false;
  }
  return true;
}
