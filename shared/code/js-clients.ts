import { callNamed, DOCUMENT_CALLS, isUnderstood, UPLOAD_CALLS } from './calls.ts';
import type { UsedName } from './js-imports.ts';
import { closeOf, Doubt, isDoubt, type JsFile, propertyAt, skipBlanks } from './names.ts';
import { CALLED_SERVICES, type CalledService } from './services.ts';

/** What a package's names come to: the services it has clients of, and the calls it makes. */
export interface Uses {
  readonly clients: Set<string>;
  readonly calls: Set<string>;
}

const DOCUMENT: Pick<CalledService, 'client'> & { readonly isDocument: true } = { client: 'dynamodb', isDocument: true };
const serviceOf = (client: string): CalledService | undefined => CALLED_SERVICES.find((one) => one.client === client);
const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Of waiters only those whose one call is known. */
const WAITERS: Readonly<Record<string, string>> = {
  TableExists: 'DescribeTable',
  TableNotExists: 'DescribeTable',
  ObjectExists: 'HeadObject',
  ObjectNotExists: 'HeadObject',
  BucketExists: 'HeadBucket',
  BucketNotExists: 'HeadBucket',
};

/** Adds what a name that code takes from AWS's packages means. Answers a doubt where that can't be told. */
export function addUse(uses: Uses, used: UsedName, files: readonly JsFile[]): Doubt | undefined {
  const { from, name, file } = used;
  if (from === 'aws-sdk') return addOld(uses, used, files);
  const [, client] = /^@aws-sdk\/client-([\w-]+)$/.exec(from) ?? [];
  if (client !== undefined) {
    const service = serviceOf(client);
    return service
      ? addOfClient(uses, used, service, files)
      : new Doubt(file.path, `it calls ${client}, whose calls Cinch does not understand`);
  }
  if (from === '@aws-sdk/lib-dynamodb') return addDocument(uses, used, files);
  if (from === '@aws-sdk/lib-storage') return name === 'Upload' ? addCalls(uses, 's3', UPLOAD_CALLS) : undefined;
  if (from === '@aws-sdk/s3-presigned-post') return addCalls(uses, 's3', ['PutObject']);
  if (from === '@aws-sdk/credential-providers' && name === 'fromTemporaryCredentials')
    return addCalls(uses, 'sts', ['AssumeRole']);
  const isHarmless =
    /^@aws-sdk\/(util-[\w-]+|types|middleware-[\w-]+|s3-request-presigner)$/.test(from) ||
    /^@smithy\/(util-[\w-]+|types|[\w-]*http[\w-]*)$/.test(from) ||
    from.startsWith('@aws-crypto/');
  return isHarmless ? undefined : new Doubt(file.path, `it uses ${name} of ${from}, which Cinch does not know`);
}

function addCalls({ clients, calls }: Uses, client: string, names: readonly string[]): undefined {
  clients.add(client);
  for (const name of names) calls.add(`${client} ${name}`);
}

function addOfClient(uses: Uses, used: UsedName, service: CalledService, files: readonly JsFile[]): Doubt | undefined {
  const { name, file } = used;
  uses.clients.add(service.client);
  if (name === service.className) return addMethods(uses, used, service, files);
  const [, waited] = /^wait(?:Until|For)(\w+)$/.exec(name) ?? [];
  const call = waited === undefined ? /^(?:paginate(\w+)|(\w+)Command)$/.exec(name)?.slice(1).find(Boolean) : WAITERS[waited];
  if (call !== undefined) return addCall(uses, service, call, file);
  const isOpaque = waited !== undefined || name === 'default';
  return isOpaque ? new Doubt(file.path, `it uses ${name} of ${service.client}, whose calls can't be told`) : undefined;
}

function addCall(uses: Uses, service: CalledService, call: string, { path }: JsFile): Doubt | undefined {
  uses.clients.add(service.client);
  if (!isUnderstood(service, call))
    return new Doubt(path, `it calls ${call} of ${service.client}, whose rights Cinch does not know`);
  uses.calls.add(callNamed(service, call));
  return undefined;
}

function addDocument(uses: Uses, used: UsedName, files: readonly JsFile[]): Doubt | undefined {
  const { name, file } = used;
  uses.clients.add('dynamodb');
  if (name === 'DynamoDBDocument') return addMethods(uses, used, DOCUMENT, files);
  const [, command, paged] = /^(?:(\w+)Command|paginate(\w+))$/.exec(name) ?? [];
  const word = command ?? paged;
  if (word === undefined) return undefined;
  const call = DOCUMENT_CALLS[word];
  return call === undefined
    ? new Doubt(file.path, `it uses ${name} of lib-dynamodb, which Cinch does not know`)
    : addCalls(uses, 'dynamodb', [call]);
}

/** What version 2 has beside its services, and that calls nothing. */
const OLD_HARMLESS = new Set(['config', 'Config', 'Credentials', 'Endpoint', 'HttpOptions', 'EnvironmentCredentials']);

function addOld(uses: Uses, used: UsedName, files: readonly JsFile[]): Doubt | undefined {
  const { name, file } = used;
  if (OLD_HARMLESS.has(name)) return undefined;
  const service = CALLED_SERVICES.find((one) => (one.oldName ?? one.className) === name);
  if (!service) return new Doubt(file.path, `it calls ${name}, whose calls Cinch does not understand`);
  uses.clients.add(service.client);
  for (const mention of used.mentions) {
    const property = propertyAt(file.code, mention);
    if (property?.name === 'Converter') continue;
    const [kind, at] = property?.name === 'DocumentClient' ? [DOCUMENT, property.end] : [service, mention];
    const doubt = addMethods(uses, { ...used, mentions: [at] }, kind, files);
    if (doubt) return doubt;
  }
  return undefined;
}

type Kind = CalledService | typeof DOCUMENT;

/** A client with a method for each call: where one is made, what its name is there, and which methods are read of that name. */
function addMethods(uses: Uses, used: UsedName, kind: Kind, files: readonly JsFile[]): Doubt | undefined {
  const { file, name } = used;
  const { code } = file;
  const opaque = (): Doubt => new Doubt(file.path, `what it does with a client of ${name} can't be told`);
  for (const mention of used.mentions) {
    const before = code.slice(Math.max(0, mention - 300), mention);
    const made = (propertyAt(code, mention)?.name === 'from' ? MADE_FROM : MADE_NEW).exec(before);
    const start = skipBlanks(
      code,
      propertyAt(code, mention)?.name === 'from' ? (propertyAt(code, mention)?.end ?? mention) : mention,
    );
    const end = code[start] === '(' ? closeOf(code, start) : undefined;
    if (!made || end === undefined) return opaque();
    const doubt = addMethodsOf(
      uses,
      { file, kind, bound: made[1] ?? made[2], isExported: /\bexport\s+(?:const|let|var)\s*$/.test(before.slice(0, made.index)) },
      end,
      files,
    );
    if (doubt) return isDoubt(doubt) ? doubt : opaque();
  }
  return undefined;
}

/** Bound to a name where a declaration, a statement, a field or an object's key begins; else used on the spot. Anything between is opaque. */
const BOUND =
  '(?:(?:\\b(?:const|let|var|static|readonly|private|public|protected)\\s+|[;,{})\\n]\\s*|^\\s*)((?:this\\.)?#?[\\w$]+)\\s*=\\s*|[{,]\\s*([\\w$]+)\\s*:\\s*|[^\\w$.\\s=:?]\\s*|\\b(?:return|await)\\s+)';
const MADE_NEW = new RegExp(`${BOUND}new\\s+[\\w$]+(?:\\s*\\.\\s*[\\w$]+)*\\s*$`);
/** `DynamoDBDocument.from(client)`. */
const MADE_FROM = new RegExp(`${BOUND}[\\w$]+(?:\\s*\\.\\s*[\\w$]+)*\\s*$`);

interface Made {
  readonly file: JsFile;
  readonly kind: Kind;
  readonly bound: string | undefined;
  readonly isExported: boolean;
}

function addMethodsOf(uses: Uses, made: Made, end: number, files: readonly JsFile[]): Doubt | true | undefined {
  const { file, kind, bound, isExported } = made;
  if (bound === undefined) {
    const direct = propertyAt(file.code, end);
    return direct === undefined ? true : addMethod(uses, kind, file, direct);
  }
  if (isExported) return true;
  const name = bound.replace(/^this\./, '');
  // A field is reached from other files too.
  for (const one of files)
    for (const found of mentionsOf(one.code, name)) {
      if (found === 'other') return true;
      const doubt = found === 'binding' ? undefined : addMethod(uses, kind, one, found);
      if (doubt) return doubt;
    }
  return undefined;
}

type Method = { readonly name: string; readonly end: number };

/** Every mention of a client, as a variable or a property. */
function* mentionsOf(code: string, name: string): Generator<Method | 'binding' | 'other'> {
  for (let at = code.indexOf(name); at >= 0; at = code.indexOf(name, at + name.length)) {
    if (/[\w$]/.test(code[at - 1] ?? '') || /[\w$]/.test(code[at + name.length] ?? '')) continue;
    const after = at + name.length;
    const property = propertyAt(code, after);
    if (property) yield property;
    else if (
      /^\s*=(?![=>])/.test(code.slice(after, after + 20)) ||
      /^\s*:\s*new\s/.test(code.slice(after, after + 20)) ||
      /\b(?:let|var)\s*$/.test(code.slice(Math.max(0, at - 8), at))
    )
      yield 'binding';
    else yield 'other';
  }
}

const HARMLESS = new Set(['send', 'config', 'destroy', 'middlewareStack']);

function addMethod(uses: Uses, kind: Kind, file: JsFile, { name, end }: Method): Doubt | true | undefined {
  if (HARMLESS.has(name)) return undefined;
  if ('isDocument' in kind) {
    const call = DOCUMENT_CALLS[capitalized(name)];
    return call === undefined ? true : addCalls(uses, 'dynamodb', [call]);
  }
  if (name === 'upload' && kind.client === 's3') return addCalls(uses, 's3', UPLOAD_CALLS);
  if (/^getSignedUrl(Promise)?$/.test(name)) {
    const signed = file.literals.find((literal) => literal.start > end)?.value ?? '';
    return /^\s*\(\s*["'`]/.test(file.code.slice(end, end + 20)) ? addCall(uses, kind, capitalized(signed), file) : true;
  }
  return addCall(uses, kind, capitalized(name), file);
}
