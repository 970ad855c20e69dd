/** What a reader asked over HTTP, taken apart. */
export interface Asked {
  /** As the signature's scope names it: `lambda`, `iam`, `monitoring`, ... */
  readonly service: string;
  /** The parts of the path, decoded, without empty ones. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** X-Amz-Target without its prefix, or a query API's Action. */
  readonly operation: string;
  /** A JSON body or a query API's parameters. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Answers for one service. Undefined for a question that it has no answer to: then the reader asks what these replies don't know. */
export type Answering = (asked: Asked) => Reply | undefined;

/** Undefined members are left out, as AWS does. */
export const json = (value: object): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});

/** The error of a JSON service: its name is in a header. */
export const jsonError = (code: string, status = 404): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json', 'x-amzn-ErrorType': code },
  body: JSON.stringify({ __type: code, Type: 'User', message: 'as AWS says it' }),
});

/** An answer of a query API. @param item what the members of a list are called: `member` in IAM, `item` in EC2. */
export const xml = (name: string, value: object, item: string): Reply => ({
  status: 200,
  headers: { 'Content-Type': 'text/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value, item)}`,
});

export const xmlError = (code: string, status = 404): Reply => ({
  status,
  headers: { 'Content-Type': 'text/xml' },
  body: element('ErrorResponse', { Error: { Type: 'Sender', Code: code, Message: 'as AWS says it' }, RequestId: 'r' }, ''),
});

function element(name: string, value: unknown, item: string): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return `<${name}>${value.map((one) => element(item, one, item)).join('')}</${name}>`;
  if (typeof value !== 'object') return `<${name}>${escaped(String(value))}</${name}>`;
  const inner = Object.entries(value).map(([key, one]) => element(key, one, item));
  return `<${name}>${inner.join('')}</${name}>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
