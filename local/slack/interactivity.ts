import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { changed, newId, type Store } from './store.ts';
import type { Delivery, Json } from './types.ts';

/** How Slack signs what it sends: https://docs.slack.dev/authentication/verifying-requests-from-slack */
function sign(secret: string, timestamp: number, body: string): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': `v0=${signature}` };
}

interface Reply {
  status: number | null;
  body: string;
  error?: 'operation_timeout' | 'connection_failed';
}

/** Every name under `.localhost` is this machine (RFC 6761), also where the resolver doesn't know it. */
const loopback: LookupFunction = (_host, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

/** Posts a form and reads the whole answer; what isn't there after `answerMs` comes too late. */
function post(url: string, body: string, signed: Record<string, string>, answerMs: number): Promise<Reply> {
  const target = new URL(url);
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
      accept: 'application/json,*/*',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      ...signed,
    },
    signal: AbortSignal.timeout(answerMs),
    ...(target.hostname.endsWith('.localhost') ? { lookup: loopback } : {}),
  };
  return new Promise((resolve) => {
    const fail = (): void => {
      resolve({ status: null, body: '', error: options.signal.aborted ? 'operation_timeout' : 'connection_failed' });
    };
    const call = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? null, body: answer }), fail);
    });
    call.on('error', fail);
    call.end(body);
  });
}

/** The copies that Slack's duplicate delivery makes: one signed afresh, one the same to the byte. All go out together. */
async function postCopies(store: Store, url: string, body: string, timestamp: number): Promise<Delivery['duplicates']> {
  if (!store.duplicateDelivery) return [];
  // The signature covers the second, so a fresh one needs another second.
  const resigned = post(url, body, sign(store.signingSecret, timestamp + 1, body), store.limits.answerMs);
  const replayed = post(url, body, sign(store.signingSecret, timestamp, body), store.limits.answerMs);
  const [first, second] = await Promise.all([resigned, replayed]);
  return [
    { kind: 'resigned', status: first.status, responseBody: first.body },
    { kind: 'replayed', status: second.status, responseBody: second.body },
  ];
}

type About = Omit<Delivery, 'id' | 'sentAt' | 'durationMs' | 'status' | 'responseBody' | 'ok' | 'duplicates'>;

/** A delivery that never went out. */
export function unsentDelivery(
  store: Store,
  about: About,
  error: NonNullable<Delivery['error']>,
  fields: Partial<Delivery> = {},
): Delivery {
  const delivery: Delivery = {
    ...about,
    id: newId('I'),
    sentAt: store.clock(),
    durationMs: 0,
    status: null,
    responseBody: '',
    ok: false,
    error,
    duplicates: [],
    ...fields,
  };
  store.deliveries.push(delivery);
  changed(store);
  return delivery;
}

/** Sends a payload to the bot as Slack does, waits for the answer, and records both. */
export const deliver = (store: Store, about: About, payload: Json): Promise<Delivery> =>
  deliverForm(store, about, { payload: JSON.stringify(payload) });

/** The same for a form as it is: a slash command has no payload. */
export async function deliverForm(store: Store, about: About, form: Record<string, string>): Promise<Delivery> {
  const url = store.requestUrl;
  if (url === null) return unsentDelivery(store, about, 'no_request_url');
  const body = new URLSearchParams(form).toString();
  const sentAt = store.clock();
  const timestamp = Math.floor(sentAt / 1000);
  const started = performance.now();
  const copies = postCopies(store, url, body, timestamp);
  const reply = await post(url, body, sign(store.signingSecret, timestamp, body), store.limits.answerMs);
  const durationMs = performance.now() - started;
  const good = reply.status !== null && reply.status >= 200 && reply.status < 300;
  const error = reply.error ?? (good ? undefined : 'bad_status');
  const delivery: Delivery = {
    ...about,
    id: newId('I'),
    sentAt,
    durationMs,
    status: reply.status,
    responseBody: reply.body,
    ok: good,
    ...(error ? { error } : {}),
    duplicates: await copies,
  };
  store.deliveries.push(delivery);
  changed(store);
  return delivery;
}
