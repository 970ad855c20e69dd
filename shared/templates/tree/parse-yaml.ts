import { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { isJsonObject, type Json, scalarText } from './json.ts';
import { type Indented, indentMore } from './loose-indent.ts';
import { MAX_DEPTH, MalformedTemplate } from './malformed.ts';
import { mostNesting } from './nesting.ts';
import { type MemberPlaces, makePlaces, makeTree, type Tree } from './places.ts';

/** CloudFormation takes 1 MB; generated ones that are uploaded in parts may be larger. */
const MAX_LENGTH = 8_000_000;
/** Far above what is read in the end: a guess counts what stands in texts too. */
const MAX_GUESSED_DEPTH = 3 * MAX_DEPTH;
/** Values of all aliases written out: an alias of an alias of an alias can stand for billions. */
const MAX_VALUES = 1_000_000;

interface Read {
  readonly value: Json;
  /** How many values it stands for, aliases written out. */
  readonly size: number;
}

/**
 * YAML with CloudFormation's short forms, which become the long ones: `!Sub x` is `{"Fn::Sub": "x"}`. Aliases and merge keys are written out.
 * Of a key that comes twice in a map the last one counts, as CloudFormation has it (https://github.com/go-to-k/cdk-real-drift/issues/1074).
 * @throws MalformedTemplate
 */
export function parseYamlTree(text: string, file: string): Tree {
  let placeAt = makePlaces(text);
  const fail = (why: string, offset: number): never => {
    throw new MalformedTemplate(file, placeAt(offset), why);
  };
  if (text.length > MAX_LENGTH) fail(`more than ${MAX_LENGTH / 1_000_000} MB of YAML`, 0);
  if (mostNesting(text) > MAX_GUESSED_DEPTH) fail('nested too deep', 0);
  const { document, blanks, text: indented } = parsedLoosely(text, fail);
  if (blanks.size > 0) placeAt = makePlaces(indented, blanks);
  const members: MemberPlaces = new Map();
  const anchors = new Map<string, Read | null>();

  const read = (node: unknown, depth: number, offset: number): Read => {
    if (depth > MAX_DEPTH) fail(`nested more than ${MAX_DEPTH} levels deep`, offset);
    if (isAlias(node)) {
      const found = anchors.get(node.source);
      if (found === null) fail('an alias that holds itself', startOf(node, offset));
      return found ?? fail('an alias without its anchor', startOf(node, offset));
    }
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor) anchors.set(anchor, null);
    const bare = isMap(node) ? readMap(node, depth) : isSeq(node) ? readList(node, depth) : readScalar(node);
    if (bare.size > MAX_VALUES) fail('aliases that stand for more than a million values', offset);
    const tagged = withTag(node, bare, startOf(node, offset));
    if (anchor) anchors.set(anchor, tagged);
    return tagged;
  };

  const readMap = (map: YAMLMap, depth: number): Read => {
    const offsets = new Map<string, number>();
    const found: Record<string, Json> = {};
    const merged: Read[] = [];
    let size = 1;
    for (const { key, value } of map.items) {
      const at = startOf(key, startOf(map, 0));
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN') {
        merged.push(read(value, depth + 1, at));
        continue;
      }
      const name = isScalar(key)
        ? keyOf(key)
        : isAlias(key)
          ? scalarText(read(key, depth, at).value)
          : fail('a key that is no text', at);
      if (name === '__proto__') fail('no template has such a key', at);
      const one = read(value, depth + 1, at);
      offsets.set(name, at);
      found[name] = one.value;
      size += one.size;
    }
    for (const { value, size: more } of merged) {
      size += more;
      for (const one of Array.isArray(value) ? value : [value]) {
        for (const [name, member] of Object.entries(isJsonObject(one) ? one : {})) {
          if (Object.hasOwn(found, name)) continue;
          found[name] = member;
          offsets.set(name, startOf(map, 0));
        }
      }
    }
    members.set(found, { keys: [...offsets.keys()], offsets: [...offsets.values()] });
    return { value: found, size };
  };

  const readList = (list: YAMLSeq, depth: number): Read => {
    const offsets: number[] = [];
    const found: Json[] = [];
    let size = 1;
    for (const item of list.items) {
      const at = startOf(item, startOf(list, 0));
      const one = read(item, depth + 1, at);
      offsets.push(at);
      found.push(one.value);
      size += one.size;
    }
    members.set(found, { keys: null, offsets });
    return { value: found, size };
  };

  const withTag = (node: unknown, bare: Read, at: number): Read => {
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
    if (!tag?.startsWith('!') || tag === '!') return bare;
    const name = longForm(tag.slice(1));
    const wrapped = { [name]: bare.value };
    members.set(wrapped, { keys: [name], offsets: [at] });
    return { value: wrapped, size: bare.size + 1 };
  };

  const contents = document.contents;
  const start = startOf(contents, 0);
  return makeTree(placeAt, read(contents, 0, start).value, start, members);
}

const longForm = (tag: string): string => (tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag.replace(/^Fn::/, '')}`);

const MAX_MENDED = 60;
const MAX_MENDED_LENGTH = 500_000;

/** Mends what YAML takes ill and AWS does not. What can't be mended is told of the text as it was. */
function parsedLoosely(text: string, fail: (why: string, offset: number) => never): Indented & { readonly document: Document } {
  let indented: Indented = { text, blanks: new Map() };
  const first = parsed(text, fail);
  let document = first;
  for (let round = 0; round < MAX_MENDED && text.length < MAX_MENDED_LENGTH; round++) {
    const [error] = document.errors;
    if (!error) return { ...indented, document };
    const more = indentMore(indented, error);
    if (!more) break;
    indented = more;
    document = parsed(indented.text, fail);
  }
  const [error] = first.errors;
  if (!error || document.errors.length === 0) return { ...indented, document };
  if (error.code === 'MULTIPLE_DOCS') return fail('more than one document: a template is one', error.pos[0]);
  return fail(WORDS[error.code] ?? `not YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`, error.pos[0]);
}

function parsed(text: string, fail: (why: string, offset: number) => never): Document {
  try {
    return parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error', strict: false });
  } catch (error) {
    // The parser calls itself for each level: only a bomb is deep enough.
    if (error instanceof RangeError) return fail('nested too deep', 0);
    throw error;
  }
}

/** The parser's own messages quote the text, which may be a secret. */
const WORDS: Readonly<Record<string, string>> = {
  BAD_INDENT: 'the indentation is wrong',
  TAB_AS_INDENT: 'a tab indents, where YAML takes blanks only',
  MISSING_CHAR: 'a character is missing: a colon, a quote or the end of a list',
  MULTILINE_IMPLICIT_KEY: 'a key runs over several lines, or a colon is missing',
  BLOCK_AS_IMPLICIT_KEY: 'a map begins where a value is expected',
  RESOURCE_EXHAUSTION: 'nested too deep',
  UNEXPECTED_TOKEN: 'something that YAML does not expect here',
};

function readScalar(node: unknown): Read {
  if (!isScalar(node)) return { value: null, size: 1 };
  const { value, source } = node;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return { value, size: 1 };
  // `012345678901` is an account and `1.10` a version: what is no plain number stays a text.
  const written = source ?? scalarText(value);
  return { value: typeof value === 'number' && String(value) === written ? value : written, size: 1 };
}

const keyOf = ({ value, source }: { value: unknown; source?: string | undefined }): string =>
  typeof value === 'string' ? value : (source ?? scalarText(value));

function startOf(node: unknown, otherwise: number): number {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return range?.[0] ?? otherwise;
}
