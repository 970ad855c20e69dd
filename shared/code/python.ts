import { callNamed, everyCallOf, isUnderstood, UPLOAD_CALLS } from './calls.ts';
import { Doubt } from './names.ts';
import { CALLED_SERVICES, type CalledService } from './services.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/** What gets at methods, modules or programs by a name that is made at run time. Comments and texts count too: doubt errs on the safe side. */
const HIDES: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:__getattribute__|__getattr__|methodcaller|attrgetter|_make_api_call|__dict__|vars\s*\(|globals\s*\(\s*\)|locals\s*\(\s*\))/,
    'it looks methods up by a name made at run time',
  ],
  [/(?:^|[^\w.])(?:eval|exec|compile|__import__)\s*\(/m, 'it makes code at run time (eval)'],
  [/\bsys\s*\.\s*path\b[^\n]*\/(?:tmp|mnt)/, 'it loads code from outside its package'],
  [/\b(?:importlib|runpy|imp)\b/, 'it loads a module whose name is not written down'],
  [
    /\b(?:subprocess|pexpect|ctypes|cffi)\b|\bos\s*\.\s*(?:system|popen|exec\w*|spawn\w*|posix_spawn\w*)\b|\bcreate_subprocess_/,
    'it starts other programs',
  ],
  [/AWS_SECRET_ACCESS_KEY|AWS4-HMAC-SHA256|\bSigV4\w*|\baws4auth\b|\brequests_aws/i, 'it signs requests itself'],
  [
    /\b(?:aioboto3|aiobotocore|boto)\b(?!\s*3)|\bbotocore\s*\.\s*(?:session|client)\b|\bfrom\s+botocore\s+import\b/,
    'it calls AWS by another library than boto3',
  ],
];

const LITERAL_GETATTR = /\bgetattr\s*\(\s*[\w.]+\s*,\s*["'][\w.]*["']\s*[,)]/g;
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

const CLIENT = /\.\s*(client|resource)\s*\(|(?:^|[^\w.])(client|resource)\s*\(/gm;
const FIRST_LITERAL = /\s*(?:service_name\s*=\s*)?(["'])([\w-]+)\1\s*[,)]/y;
const METHOD = /(?:\.\s*|\bgetattr\s*\(\s*[\w.]+\s*,\s*["'])([a-z][a-z0-9_]*)\b/g;

/** The calls that Python makes, or the first doubt. @param sources own code, and what of others' mentions AWS at all. */
export function callsOfPython(sources: readonly Source[]): ReadonlySet<string> | Doubt {
  const services = new Map<CalledService, 'client' | 'resource'>();
  for (const source of sources) {
    const why = HIDES.find(([pattern]) => pattern.test(source.text))?.[1];
    if (why !== undefined) return new Doubt(source.path, why);
    if (count(source.text, /\bgetattr\b/g) > count(source.text, LITERAL_GETATTR))
      return new Doubt(source.path, 'it looks methods up by a name made at run time (getattr)');
    const doubt = addClients(services, source);
    if (doubt) return doubt;
  }
  const calls = new Set<string>();
  for (const [service, kind] of services) {
    const doubt = addMethods(calls, service, kind, sources);
    if (doubt) return doubt;
    if (![...calls].some((call) => call.startsWith(`${service.client} `)))
      return new Doubt('the package', `it has a client of ${service.client} and no call of it that can be recognised`);
  }
  return calls;
}

/** Every `client('s3')` and `resource('dynamodb')` of a file that speaks of boto3. */
function addClients(services: Map<CalledService, 'client' | 'resource'>, { path, text }: Source): Doubt | undefined {
  if (!/\bboto3\b/.test(text))
    return /\bbotocore\b/.test(text) ? new Doubt(path, 'it calls AWS by another library than boto3') : undefined;
  let found = 0;
  for (const match of text.matchAll(CLIENT)) {
    FIRST_LITERAL.lastIndex = match.index + match[0].length;
    const name = FIRST_LITERAL.exec(text)?.[2];
    if (name === undefined) return new Doubt(path, 'it makes a client of a service whose name is not written down');
    found += 1;
    const service = CALLED_SERVICES.find(({ boto }) => boto === name);
    const kind = match[1] ?? match[2];
    if (!service || (kind === 'resource' && name !== 'dynamodb'))
      return new Doubt(
        path,
        `it calls ${name}${kind === 'resource' ? ' as a resource' : ''}, whose calls Cinch does not understand`,
      );
    if (services.get(service) !== 'resource') services.set(service, kind === 'resource' ? 'resource' : 'client');
  }
  // `boto3.client` under another name, or a session that is handed on.
  const mentions =
    text.match(/\bboto3\s*\.\s*(?:client|resource)\b(?!\s*\()|\bfrom\s+boto3\s+import\b|\bimport\s+boto3\s+as\b/g)?.length ?? 0;
  if (mentions > 0) return new Doubt(path, 'it gives boto3 or its clients another name');
  if (/session\w{0,200}\s*(?:\(\s*\)\s*)?\.\s*(?:client|resource)\b(?!\s*\()/i.test(text))
    return new Doubt(path, 'it gives boto3 or its clients another name');
  const isUsed = /\bboto3\s*\.\s*(?!client\b|resource\b|session\b|Session\b|dynamodb\b)(\w+)/.exec(text)?.[1];
  if (isUsed !== undefined) return new Doubt(path, `it uses ${isUsed} of boto3, which Cinch does not know`);
  return found === 0 && /\bboto3\s*\.\s*\w*[sS]ession\b/.test(text)
    ? new Doubt(path, 'it makes a session of boto3 and no client of it')
    : undefined;
}

const snakeCased = new Map<CalledService, ReadonlyMap<string, string>>();

/** By boto3's rule: `ListObjectsV2` is `list_objects_v2`, `SendMessageBatch` is `send_message_batch`. */
function methodsOf(service: CalledService): ReadonlyMap<string, string> {
  const known = snakeCased.get(service) ?? new Map(everyCallOf(service).map((call) => [snakeCase(call), call]));
  snakeCased.set(service, known);
  return known;
}

export const snakeCase = (name: string): string =>
  name
    .replace(/OTel/g, 'Otel')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

/** What boto3 adds of its own. `copy` is every dictionary's too: as a call it errs on the safe side. */
const ADDED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  s3: {
    upload_file: UPLOAD_CALLS,
    upload_fileobj: UPLOAD_CALLS,
    download_file: ['GetObject', 'HeadObject'],
    download_fileobj: ['GetObject', 'HeadObject'],
    generate_presigned_post: ['PutObject'],
  },
  dynamodb: { batch_writer: ['BatchWriteItem'], load: ['DescribeTable'] },
};
const BY_NAME =
  /\.\s*(get_paginator|get_waiter|generate_presigned_url)\s*\(\s*(?:(?:ClientMethod|operation_name|waiter_name)\s*=\s*)?(?:(["'])(\w+)\2\s*[,)])?/g;
const WAITERS: Readonly<Record<string, string>> = {
  table_exists: 'DescribeTable',
  table_not_exists: 'DescribeTable',
  object_exists: 'HeadObject',
  object_not_exists: 'HeadObject',
  bucket_exists: 'HeadBucket',
  bucket_not_exists: 'HeadBucket',
};

/** Methods are found by their names wherever they stand: a client may be handed on under any other. */
function addMethods(
  calls: Set<string>,
  service: CalledService,
  kind: 'client' | 'resource',
  sources: readonly Source[],
): Doubt | undefined {
  const methods = methodsOf(service);
  const add = (call: string): void => {
    calls.add(callNamed(service, call));
  };
  // A table loads its description when one of its attributes is read.
  if (kind === 'resource') add('DescribeTable');
  const isCopying = service.client === 's3' && sources.some(({ text }) => /\.\s*copy(?:_object)?\s*\(\s*(?![)])/.test(text));
  if (isCopying) for (const call of ['CopyObject', 'HeadObject', 'UploadPartCopy', ...UPLOAD_CALLS]) add(call);
  for (const { path, text } of sources) {
    for (const [, method = ''] of text.matchAll(METHOD)) {
      for (const call of (Object.hasOwn(ADDED, service.client) && ADDED[service.client]?.[method]) || []) add(call);
      const call = methods.get(method);
      if (call === undefined) continue;
      if (!isUnderstood(service, call))
        return new Doubt(path, `it may call ${method} of ${service.client}, whose rights Cinch does not know`);
      add(call);
    }
    for (const [, by, , named] of text.matchAll(BY_NAME)) {
      if (named === undefined) return new Doubt(path, `${by} is given a name that is not written down`);
      const call = by === 'get_waiter' ? WAITERS[named] : methods.get(named);
      if (by === 'get_waiter' && call === undefined)
        return new Doubt(path, `it waits for ${named}, whose calls Cinch does not know`);
      if (call !== undefined && methods.has(snakeCase(call)) && isUnderstood(service, call)) add(call);
    }
  }
  return undefined;
}
