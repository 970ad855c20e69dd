import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RateLimiter } from '../rate-limit.ts';
import { asObject, parseJson, readBody, sendJson } from '../requests.ts';
import { missingScope } from '../scopes.ts';
import type { Store } from '../store.ts';
import type { Json } from '../types.ts';
import { type Answer, type Method, refuse } from './answer.ts';
import { validate } from './blocks.ts';
import { channels } from './channels.ts';
import { chat } from './chat.ts';
import { people } from './people.ts';
import { views } from './views.ts';

const methods: Record<string, Method> = { ...people, ...channels, ...chat, ...views, ...validate };

/** https://docs.slack.dev/reference/methods/blocks.validate */
const WITHOUT_TOKEN = new Set(['blocks.validate']);

interface Parsed {
  args: Json;
  warning?: string;
}

/** Arguments from the query string and the body, which may be a form or JSON. */
function parseArguments(query: URLSearchParams, contentType: string, body: string): Parsed | { refusal: Answer } {
  const args: Json = Object.fromEntries(query);
  if (body === '') return { args };
  const [mime, ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (mime === 'application/x-www-form-urlencoded')
    return { args: { ...args, ...Object.fromEntries(new URLSearchParams(body)) } };
  if (mime !== 'application/json') return { refusal: refuse('invalid_form_data') };
  const json = parseJson(body);
  if (json === undefined) return { refusal: refuse('invalid_json') };
  const object = asObject(json);
  if (object === null) return { refusal: refuse('json_not_object') };
  const hasCharset = parameters.some((parameter) => parameter.startsWith('charset='));
  // A token in a JSON body is not looked at.
  const { token: _ignored, ...rest } = object;
  return { args: { ...args, ...rest }, ...(hasCharset ? {} : { warning: 'missing_charset' }) };
}

function checkToken(store: Store, request: IncomingMessage, args: Json): Answer | null {
  const header = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = header ?? (typeof args.token === 'string' ? args.token : undefined);
  if (token === undefined || token === '') return refuse('not_authed');
  return token === store.botToken ? null : refuse('invalid_auth');
}

const refuseRate = (response: ServerResponse, seconds: number): void =>
  sendJson(response, 429, refuse('ratelimited'), { 'retry-after': String(seconds) });

/** Applies the switched-on fault. True when the call is answered (or cut off) by it. */
export function answerFault(store: Store, request: IncomingMessage, response: ServerResponse): boolean {
  const fault = store.fault;
  if (fault === null) return false;
  if ('rateLimit' in fault) {
    if (fault.rateLimit <= 0) return false;
    fault.rateLimit -= 1;
    refuseRate(response, fault.retryAfter ?? 1);
    return true;
  }
  if (fault.down === 'disconnect') request.socket.destroy();
  else sendJson(response, 500, refuse('internal_error'));
  return true;
}

/** The channel whose pace a post counts against: a person's id and their direct-message channel are one. */
const paceKey = (store: Store, args: Json): string => {
  const channel = typeof args.channel === 'string' ? args.channel : '';
  return store.directs.get(channel) ?? channel;
};

/** Answers `POST /api/<method>`. */
export async function answerCall(
  store: Store,
  limiter: RateLimiter,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = (await readBody(request)).toString('utf8');
  if (answerFault(store, request, response)) return;
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (run === undefined) return sendJson(response, 200, refuse('unknown_method', { req_method: method }));
  const query = new URL(request.url ?? '/', 'http://local').searchParams;
  const parsed = parseArguments(query, request.headers['content-type'] ?? '', body);
  if ('refusal' in parsed) return sendJson(response, 200, parsed.refusal);
  const { args, warning } = parsed;
  const denied = WITHOUT_TOKEN.has(method) ? null : checkToken(store, request, args);
  if (denied !== null) return sendJson(response, 200, denied);
  const wait = limiter(method, paceKey(store, args));
  if (wait > 0) return refuseRate(response, wait);
  // Slack's own word, and what it wants and has: https://docs.slack.dev/reference/methods/auth.test#errors
  const needed = missingScope(store.scopes, method);
  const granted = store.scopes.join(',');
  const answer = needed === undefined ? run(store, args) : refuse('missing_scope', { needed, provided: granted });
  sendJson(
    response,
    200,
    warning ? { ...answer, warning, response_metadata: { ...asObject(answer.response_metadata), warnings: [warning] } } : answer,
    { 'x-oauth-scopes': granted },
  );
}
