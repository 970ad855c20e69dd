import type { Literal } from './blank-js.ts';
import { Doubt, type JsFile, namesIn, nextCode, placesOf, propertyAt, skipBlanks } from './names.ts';

/** One name that code takes from a package of AWS, where it takes it and what it calls it. */
export interface UsedName {
  readonly file: JsFile;
  /** `@aws-sdk/client-s3`, `aws-sdk`. */
  readonly from: string;
  readonly name: string;
  /** Places in the file's code right behind each mention. */
  readonly mentions: readonly number[];
}

const PACKAGE = /^(?:@aws-sdk|@smithy|@aws-crypto|aws-sdk)(?:\/[\w./-]+)?$/;
/** A copy of one by its path. */
const COPY = /^[./].*(?:@aws-sdk|@smithy|aws-sdk)(?:\/|$)/;
/** What calls anything. */
const CALLING = /^(?:@aws-sdk\/(?:client|lib|credential)-|aws-sdk(?:$|\/))/;
/** The same in the plain text, to count against: what the scan took for text or a comment must not hide an import. */
const IMPORTS =
  /(?:\brequire\s*\(|\bfrom|\bimport(?:\s*\()?)\s*["'`](?:@aws-sdk\/(?!signature-v4)|@smithy\/|@aws-crypto\/|aws-sdk["'`/])/g;

/** The names that a file takes from AWS's packages, each import explained; or the first that can't be. */
export function importedNames(file: JsFile): readonly UsedName[] | Doubt {
  const names: UsedName[] = [];
  let explained = 0;
  for (const literal of file.literals) {
    if (!PACKAGE.test(literal.value) && !COPY.test(literal.value)) continue;
    const found = namesOfImport(file, literal);
    if (found === 'no import') continue;
    if (found === undefined || COPY.test(literal.value))
      return new Doubt(file.path, `it imports ${literal.value} in a way that does not tell what it uses`);
    explained += 1;
    names.push(...found.map((one) => ({ ...one, file, from: literal.value })));
  }
  const written = file.text.match(IMPORTS)?.length ?? 0;
  return written > explained ? new Doubt(file.path, 'it names imports of AWS where no code was expected') : names;
}

type Found = Pick<UsedName, 'name' | 'mentions'>;
/** An import list may be long: a client has a hundred commands. */
const CLAUSE = 8_000;

function namesOfImport(file: JsFile, { start, end, value }: Literal): Found[] | 'no import' | undefined {
  const { code } = file;
  const before = code.slice(Math.max(0, start - CLAUSE), start).trimEnd();
  if (/\bfrom$/.test(before)) return namesOfClause(code, before.slice(0, -'from'.length), start);
  if (/\bimport$/.test(before)) return [];
  const call = /\b(?:require|__require|import)\s*\($/.exec(before);
  // Given to some other function it may be loaded all the same.
  if (call === null) return before.endsWith('(') && CALLING.test(value) ? undefined : 'no import';
  const begin = start - (code.slice(Math.max(0, start - CLAUSE), start).length - call.index);
  const close = skipBlanks(code, end);
  return code[close] === ')' ? namesOfExpression(file, begin, close + 1) : undefined;
}

/** `import {A as b} from`, `import * as ns from`, `export {A} from`. */
function namesOfClause(code: string, before: string, start: number): Found[] | undefined {
  const at = Math.max(before.lastIndexOf('import'), before.lastIndexOf('export'));
  if (at < 0) return undefined;
  const word = before.slice(at, at + 6);
  const clause = before.slice(at + 6).trim();
  const named = /^(?:type\s*)?\{([^{}]*)\}$/.exec(clause)?.[1];
  if (named !== undefined)
    return namesIn(named)?.map(({ name, local }) => ({
      name,
      mentions: word === 'export' ? [start] : behind(code, local, [start - (before.length - at) - 'from'.length - 64, start]),
    }));
  const whole = /^(?:\*\s*as\s+)?([\w$]+)$/.exec(clause)?.[1];
  return whole !== undefined && word === 'import' ? namesOfNamespace(code, whole) : undefined;
}

/** Behind each mention of a name but the one that binds it, which is in `clause`. */
const behind = (code: string, name: string, clause: readonly [number, number]): number[] =>
  [...placesOf(code, name)].filter((place) => place < clause[0] || place >= clause[1]).map((place) => place + name.length);

/** A whole package under one name: each mention must say which part it takes. */
export function namesOfNamespace(code: string, name: string, from = 0, to = code.length): Found[] | undefined {
  const found: Found[] = [];
  for (const place of placesOf(code, name, from, to)) {
    const property = propertyAt(code, place + name.length);
    if (property) found.push({ name: property.name, mentions: [property.end] });
    else if (!isBinding(code, place, name)) return undefined;
  }
  return found;
}

/** Where the name itself is given its value, or only declared. */
function isBinding(code: string, place: number, name: string): boolean {
  const after = skipBlanks(code, place + name.length);
  if (code[after] === '=' && code[after + 1] !== '=' && code[after + 1] !== '>') return true;
  const before = code.slice(Math.max(0, place - 400), place);
  if (/\bimport(?:\s*\*\s*as)?\s*$/.test(before)) return true;
  // `var a, b, ns;`, in which nothing but names and simple values may stand before it.
  return /[,;]/.test(code[after] ?? '') && /\b(?:var|let)\s+(?:[\w$]+\s*(?:=\s*[\w$.]+\s*)?,\s*)*$/.test(before);
}

/** What is done with the package that an expression gives: `const {A} = …`, `const ns = …`, `ns(…).A`; also behind what bundlers put around it. */
export function namesOfExpression(
  file: JsFile,
  begin: number,
  end: number,
  scope?: readonly [number, number],
): Found[] | undefined {
  const { code } = file;
  const property = propertyAt(code, end);
  if (property) return property.name === 'then' ? undefined : [{ name: property.name, mentions: [property.end] }];
  const before = code.slice(Math.max(0, begin - CLAUSE), begin).trimEnd();
  const wrapper = /((?<![\w$])[\w$]+|\(\s*0\s*,\s*[\w$.]+\s*\)|(?<![\w$])[\w$]+\.[\w$]+)\s*\($/.exec(before);
  if (wrapper && isInterop(file, wrapper[1] ?? '')) {
    const close = /^\s*(?:,\s*1\s*)?\)/.exec(code.slice(end, end + 20));
    const shift = code.slice(Math.max(0, begin - CLAUSE), begin).length;
    return close ? namesOfExpression(file, begin - shift + wrapper.index, end + close[0].length, scope) : undefined;
  }
  const awaited = before.replace(/\bawait$/, '').trimEnd();
  const [, name] = /(?:^|[^\w$.])([\w$]+)\s*=$/.exec(awaited) ?? [];
  const stop = nextCode(code, end);
  const isWhole = /^[,;)}\]]?$/.test(stop) || (/\n/.test(code.slice(end, skipBlanks(code, end))) && !/[[(]/.test(stop));
  if (name !== undefined) return isWhole ? namesOfNamespace(code, name, ...(scope ?? [0, code.length])) : undefined;
  const [, clause] = /\{([^{}]*)\}\s*=$/.exec(awaited) ?? [];
  if (clause === undefined || !isWhole) return undefined;
  const from = begin - clause.length - 64;
  return namesIn(clause)?.map(({ name: one, local }) => ({ name: one, mentions: behind(code, local, [from, begin]) }));
}

/** What compilers and bundlers wrap an import in: it gives the same names back. */
function isInterop({ text }: JsFile, name: string): boolean {
  if (/(__toESM|__importStar|__importDefault|captureAWS)\s*\)?$/.test(name)) return true;
  if (!/^[\w$]{1,3}$/.test(name)) return false;
  // A minified __toESM is told by what it does.
  const at = text.search(new RegExp(`(?:^|[^\\w$.])${name.replaceAll('$', '\\$')}=\\(`));
  return at >= 0 && text.slice(at, at + 200).includes('__esModule');
}
