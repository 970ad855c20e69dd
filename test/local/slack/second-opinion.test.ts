import { createServer } from 'node:net';
import { createEmulator } from 'emulate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlackWorkspace } from '../../../local/slack/start.ts';
import { ANA, actions, button, CHANNEL, GONE, modal, plain, section, startBot, startUnpaced, TOKEN } from './workspace.ts';

/** Somebody else's emulator answers the same calls: what both get wrong in the same way is rarer than what one does. */

type Body = Record<string, unknown>;

interface Place {
  api: string;
  channel: string;
  user: string;
  email: string;
}

let slack: SlackWorkspace;
let bot: Awaited<ReturnType<typeof startBot>>;
let theirs: { url: string; close(): Promise<void> };
let ourPlace: Place;
let theirPlace: Place;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

async function send(place: Place, method: string, args: Body, token: string | null = TOKEN): Promise<Body> {
  const response = await fetch(`${place.api}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(args),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Body;
}

beforeAll(async () => {
  bot = await startBot();
  slack = await startUnpaced({ requestUrl: bot.url });
  ourPlace = { api: slack.apiUrl, channel: CHANNEL, user: ANA, email: 'ana@northwind.example' };
  const seed = { tokens: { [TOKEN]: { login: 'admin', scopes: [] } } };
  theirs = await createEmulator({ service: 'slack', port: await freePort(), seed });
  const api = `${theirs.url}/api/`;
  const place = { api, channel: '', user: '', email: '' };
  const channels = (await send(place, 'conversations.list', {})).channels as Body[];
  const users = (await send(place, 'users.list', {})).members as { id: string; profile: { email: string } }[];
  theirPlace = { api, channel: String(channels[0]?.id), user: String(users[0]?.id), email: String(users[0]?.profile.email) };
});
afterAll(async () => {
  await theirs.close();
  await slack.stop();
  await bot.stop();
});

const kind = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Paths that theirs has and ours lacks, or that differ in type. Arrays are compared by their first item. */
function differences(ours: unknown, other: unknown, path = ''): string[] {
  if (kind(ours) !== kind(other)) return [`${path}: ${kind(ours)} / ${kind(other)}`];
  if (Array.isArray(ours) && Array.isArray(other)) return other.length > 0 ? differences(ours[0], other[0], `${path}[]`) : [];
  if (kind(ours) !== 'object') return [];
  return Object.entries(other as Body).flatMap(([key, value]) =>
    differences((ours as Body)[key], value, path ? `${path}.${key}` : key),
  );
}

type Step = (place: Place) => Promise<Body>;

const card = { text: 'card', blocks: [section('card')] };
const post: Step = (place) => send(place, 'chat.postMessage', { channel: place.channel, ...card });

async function reply(place: Place): Promise<Body> {
  const { ts } = await post(place);
  return send(place, 'chat.postMessage', { channel: place.channel, text: 'reply', thread_ts: ts });
}

async function update(place: Place): Promise<Body> {
  const { ts } = await post(place);
  return send(place, 'chat.update', { channel: place.channel, ts, text: 'new', blocks: [section('new')] });
}

async function triggerOf(place: Place): Promise<string> {
  if (place === theirPlace) return String((await send(place, 'views.generateTriggerId', { user_id: place.user })).trigger_id);
  const { ts } = await send(place, 'chat.postMessage', { channel: CHANNEL, text: 'a', blocks: [actions(button('go'))] });
  return (await slack.click({ user: ANA, channel: CHANNEL, ts: String(ts), actionId: 'go' })).triggerId;
}

const small = { type: 'modal', title: plain('Deny'), blocks: [section('Sure?')] };

async function open(place: Place): Promise<Body> {
  return send(place, 'views.open', { trigger_id: await triggerOf(place), view: small });
}

async function openTwice(place: Place): Promise<Body> {
  const trigger_id = await triggerOf(place);
  await send(place, 'views.open', { trigger_id, view: small });
  return send(place, 'views.open', { trigger_id, view: small });
}

/** What theirs answers besides and nobody here reads: pictures, presence, and the mark of an edit, which Slack leaves out for blocks. */
const besides = /^(user\.profile\.(phone|skype|image_\w+|status_\w+|huddle_\w+)|message\.edited|message\.reply_\w+): undefined/;

const successes: [string, Step][] = [
  ['auth.test', (place) => send(place, 'auth.test', {})],
  ['chat.postMessage', post],
  ['chat.postMessage in a thread', reply],
  ['chat.update', update],
  ['chat.postEphemeral', (place) => send(place, 'chat.postEphemeral', { channel: place.channel, user: place.user, text: 'a' })],
  ['users.lookupByEmail', (place) => send(place, 'users.lookupByEmail', { email: place.email })],
  ['users.info', (place) => send(place, 'users.info', { user: place.user })],
  ['views.open', open],
];

describe('shapes', () => {
  it.each(successes)('%s answers what theirs answers', async (_method, step) => {
    const [ours, other] = [await step(ourPlace), await step(theirPlace)];
    expect(ours.ok).toBe(true);
    expect(other.ok).toBe(true);
    expect(differences(ours, other).filter((line) => !besides.test(line))).toEqual([]);
  });
});

const refusals: [string, string, Step][] = [
  ['no token', 'not_authed', (place) => send(place, 'auth.test', {}, null)],
  ['a post without text', 'no_text', (place) => send(place, 'chat.postMessage', { channel: place.channel })],
  ['a post to nowhere', 'channel_not_found', (place) => send(place, 'chat.postMessage', { channel: 'C0NOPE', text: 'a' })],
  ['a post without a channel', 'channel_not_found', (place) => send(place, 'chat.postMessage', { text: 'a' })],
  [
    'an update of nothing',
    'message_not_found',
    (place) => send(place, 'chat.update', { channel: place.channel, ts: '1.0', text: 'a' }),
  ],
  [
    'a whisper to nobody',
    'user_not_found',
    (place) => send(place, 'chat.postEphemeral', { channel: place.channel, user: 'U0NOPE', text: 'a' }),
  ],
  ['an unknown e-mail', 'users_not_found', (place) => send(place, 'users.lookupByEmail', { email: 'nobody@example.com' })],
  ['an unknown user', 'user_not_found', (place) => send(place, 'users.info', { user: 'U0NOPE' })],
  ['a made-up trigger', 'invalid_trigger_id', (place) => send(place, 'views.open', { trigger_id: '1.2.3', view: small })],
  ['a trigger used twice', 'exchanged_trigger_id', openTwice],
  ['an update of no view', 'not_found', (place) => send(place, 'views.update', { view_id: 'V0NOPE', view: small })],
];

describe('refusals', () => {
  it.each(refusals)('%s is %s on both', async (_what, error, step) => {
    expect(await step(ourPlace)).toMatchObject({ ok: false, error });
    expect(await step(theirPlace)).toMatchObject({ ok: false, error });
  });

  it('differ where theirs is lax: tokens, limits, types, and who left', async () => {
    expect(await send(theirPlace, 'auth.test', {}, 'xoxb-wrong')).toMatchObject({ ok: true });
    expect(await send(ourPlace, 'auth.test', {}, 'xoxb-wrong')).toMatchObject({ error: 'invalid_auth' });
    const bad = { text: 'a', blocks: [{ type: 'nope' }] };
    expect(await send(theirPlace, 'chat.postMessage', { channel: theirPlace.channel, ...bad })).toMatchObject({ ok: true });
    expect(await send(ourPlace, 'chat.postMessage', { channel: CHANNEL, ...bad })).toMatchObject({ error: 'invalid_blocks' });
    const wide = modal({ title: plain('x'.repeat(25)) });
    expect(await send(ourPlace, 'views.open', { trigger_id: await triggerOf(ourPlace), view: wide })).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await send(ourPlace, 'chat.postEphemeral', { channel: CHANNEL, user: GONE, text: 'a' })).toMatchObject({
      error: 'user_not_found',
    });
  });
});
