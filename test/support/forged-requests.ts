import { createHmac } from 'node:crypto';
import { MAX_BODY } from '../../shared/flows/on-slack.ts';
import { sign } from '../../shared/slack/signature.ts';
import { buttonPayload, dialogPayload, formOf } from './slack-samples.ts';

/** A request as API Gateway hands it to the function. */
export interface GatewayEvent {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** What a forger has: a good request of a moment ago, its parts, and dice. */
interface Stolen {
  readonly body: Buffer;
  readonly timestamp: number;
  readonly secret: string;
  readonly random: () => number;
}

const FORM = 'application/x-www-form-urlencoded';

export const gatewayEvent = (body: Buffer, timestamp: string, signature: string, type = FORM): GatewayEvent => ({
  headers: { 'Content-Type': type, 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': signature },
  body: body.toString('base64'),
  isBase64Encoded: true,
});

/** As Slack would send it. */
export function genuine({ body, timestamp, secret }: Pick<Stolen, 'body' | 'timestamp' | 'secret'>): GatewayEvent {
  return gatewayEvent(body, String(timestamp), sign(body, String(timestamp), secret));
}

/** A body of so many bytes that would approve a plan. */
export function approvalOf(bytes: number, id = 'f1-p1'): Buffer {
  const button = { type: 'button', action_id: 'cinch-approve', value: id };
  const short = formOf(buttonPayload('cinch-approve', { actions: [button], filler: '' }));
  return Buffer.from(
    formOf(buttonPayload('cinch-approve', { actions: [button], filler: 'a'.repeat(Math.max(0, bytes - short.length)) })),
  );
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function flipBit(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = Math.floor(random() * copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return copy;
}

/** The same form, written otherwise: what it says is what Slack signed, its bytes are not. */
const REWRITINGS: readonly ((text: string) => string | Buffer)[] = [
  (text) => text.replaceAll('%22', '"'),
  (text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  (text) => `${text}&`,
  (text) => `&${text}`,
  (text) => `${text}\n`,
  (text) => `\u{feff}${text}`,
  (text) => `${text}&payload=%7B%7D`,
  (text) => text.replace('payload=', 'p%61yload='),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => decodeURIComponent(text),
];

/** Each makes of a good request one that Slack did not send. The last two are signed well, but too long. */
export const FORGERIES: Readonly<Record<string, (from: Stolen) => GatewayEvent>> = {
  'signed with a guess': (from) => genuine({ ...from, secret: `guess ${from.random()}` }),
  'signed with an empty key': (from) => {
    const hex = createHmac('sha256', '').update(`v0:${from.timestamp}:`).update(from.body).digest('hex');
    return gatewayEvent(from.body, String(from.timestamp), `v0=${hex}`);
  },
  'without a signature': (from) => {
    const { 'X-Slack-Signature': _, ...headers } = genuine(from).headers;
    return { ...genuine(from), headers };
  },
  'without headers': (from) => ({ ...genuine(from), headers: {} }),
  'another signature': (from) => {
    const good = genuine(from).headers['X-Slack-Signature'] ?? '';
    const bad = pick(from.random, [
      good.toUpperCase(),
      good.slice(0, -1),
      `${good}0`,
      good.replace('v0', 'v1'),
      `${good},${good}`,
      ` ${good}`,
      `${good}\n`,
      'v0=',
      `v0=${'0'.repeat(64)}`,
      `v0=${Buffer.from(good.slice(3), 'hex').toString('base64')}`,
      good.slice(0, 3) + [...good.slice(3)].reverse().join(''),
      'x'.repeat(100_000),
    ]);
    return gatewayEvent(from.body, String(from.timestamp), bad);
  },
  'another time': (from) => {
    const good = genuine(from).headers['X-Slack-Signature'] ?? '';
    const { timestamp } = from;
    const bad = pick(from.random, [
      String(timestamp + 1),
      String(timestamp - 1),
      `0${timestamp}`,
      `+${timestamp}`,
      `${timestamp} `,
      `${timestamp}.0`,
      `${timestamp}000`,
      `0x${timestamp.toString(16)}`,
      'NaN',
      '-1',
      '1e9',
      '9'.repeat(50_000),
    ]);
    return gatewayEvent(from.body, bad, good);
  },
  'an old one, signed well': (from) => genuine({ ...from, timestamp: from.timestamp - 305 - Math.floor(from.random() * 1e6) }),
  'one of the future, signed well': (from) =>
    genuine({ ...from, timestamp: from.timestamp + 305 + Math.floor(from.random() * 1e6) }),
  'cut short': (from) => ({
    ...genuine(from),
    body: from.body.subarray(0, Math.floor(from.random() * from.body.length)).toString('base64'),
  }),
  'with more behind it': (from) => ({ ...genuine(from), body: Buffer.concat([from.body, from.body]).toString('base64') }),
  'one bit turned': (from) => ({ ...genuine(from), body: flipBit(from.body, from.random).toString('base64') }),
  'written otherwise': (from) => {
    const body = Buffer.from(pick(from.random, REWRITINGS)(from.body.toString('utf8')) as string);
    return { ...genuine(from), body: body.toString('base64') };
  },
  'base64 taken for text': (from) => ({ ...genuine(from), isBase64Encoded: false }),
  'base64 twice': (from) => ({ ...genuine(from), body: Buffer.from(genuine(from).body).toString('base64') }),
  'another body': (from) => {
    const body = Buffer.from(formOf(dialogPayload('cinch-deny-dialog', { reason: `${from.random()}` })));
    return { ...genuine(from), body: body.toString('base64') };
  },
  'a little too long, signed well': (from) => genuine({ ...from, body: approvalOf(MAX_BODY + 1) }),
  'much too long, signed well': (from) => genuine({ ...from, body: approvalOf(MAX_BODY * (2 + Math.floor(from.random() * 3))) }),
};

/** Dice that fall the same way every time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
