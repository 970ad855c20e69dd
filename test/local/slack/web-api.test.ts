import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SlackWorkspace } from '../../../local/slack/start.ts';
import {
  ANA,
  actions,
  BO,
  button,
  CHANNEL,
  call,
  clientOf,
  DEV,
  GONE,
  OTHER,
  section,
  startUnpaced,
  TOKEN,
} from './workspace.ts';

let slack: SlackWorkspace;
beforeAll(async () => {
  slack = await startUnpaced();
});
afterAll(() => slack.stop());

const error = async (method: string, args: unknown, headers?: Record<string, string>) =>
  (await call(slack, method, args, headers)).body.error;

describe('tokens and bodies', () => {
  it('refuses a missing and a wrong token with HTTP 200, as Slack does', async () => {
    expect(await call(slack, 'auth.test', {}, { authorization: '' })).toMatchObject({
      status: 200,
      body: { ok: false, error: 'not_authed' },
    });
    expect(await error('auth.test', {}, { authorization: 'Bearer xoxb-wrong' })).toBe('invalid_auth');
  });

  it('takes the token from a form body but not from a JSON body', async () => {
    const form = { authorization: '', 'content-type': 'application/x-www-form-urlencoded' };
    expect((await call(slack, 'auth.test', `token=${TOKEN}`, form)).body.ok).toBe(true);
    expect(await error('auth.test', { token: TOKEN }, { authorization: '' })).toBe('not_authed');
  });

  it('answers Slack’s own client, whose bodies are forms', async () => {
    const client = clientOf(slack);
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      bot_id: expect.stringMatching(/^B/),
      user_id: expect.stringMatching(/^U/),
    });
    const posted = await client.chat.postMessage({ channel: CHANNEL, text: 'é 漢 & <b>', blocks: [section('é 漢')] as never });
    expect(posted.message).toMatchObject({ text: 'é 漢 & <b>', blocks: [{ type: 'section', text: { text: 'é 漢' } }] });
  });

  it('names what is wrong with a body or a method', async () => {
    expect(await error('chat.postMessage', '{not json')).toBe('invalid_json');
    expect(await error('chat.postMessage', '[]')).toBe('json_not_object');
    expect(await error('chat.postMessage', 'x', { 'content-type': 'text/plain' })).toBe('invalid_form_data');
    expect(await error('chat.scheduleEverything', {})).toBe('unknown_method');
    expect(await error('constructor', {})).toBe('unknown_method');
    expect((await call(slack, 'auth.test', {}, { 'content-type': 'application/json' })).body.warning).toBe('missing_charset');
  });
});

describe('chat.postMessage', () => {
  it('refuses places it cannot post to', async () => {
    expect(await error('chat.postMessage', { text: 'a' })).toBe('channel_not_found');
    expect(await error('chat.postMessage', { channel: 'C0NOPE', text: 'a' })).toBe('channel_not_found');
    expect(await error('chat.postMessage', { channel: 'C0ARCHIVE01', text: 'a' })).toBe('is_archived');
    expect(await error('chat.postMessage', { channel: 'C0PRIVATE01', text: 'a' })).toBe('not_in_channel');
    expect(await error('chat.postMessage', { channel: GONE, text: 'a' })).toBe('user_disabled');
  });

  it('refuses empty, malformed and attached content', async () => {
    expect(await error('chat.postMessage', { channel: CHANNEL })).toBe('no_text');
    expect(await error('chat.postMessage', { channel: CHANNEL, blocks: [] })).toBe('no_text');
    expect(await error('chat.postMessage', { channel: CHANNEL, text: 'a', blocks: '{' })).toBe('invalid_blocks_format');
    expect(await error('chat.postMessage', { channel: CHANNEL, text: 'a', blocks: [1] })).toBe('invalid_blocks_format');
    expect(await error('chat.postMessage', { channel: CHANNEL, text: 'a', metadata: { event_type: 'x' } })).toBe(
      'invalid_metadata_format',
    );
    expect(await error('chat.postMessage', { channel: CHANNEL, text: 'a', attachments: [{ text: 'b' }] })).toBe(
      'invalid_attachments',
    );
    expect(await error('chat.postMessage', { channel: CHANNEL, text: 'a', thread_ts: '1.1' })).toBe('thread_not_found');
  });

  it('explains refused blocks with JSON pointers, and posts nothing', async () => {
    const before = slack.messages(OTHER).length;
    const { body } = await call(slack, 'chat.postMessage', {
      channel: OTHER,
      text: 'a',
      blocks: [section('a'), { type: 'nope' }],
    });
    expect(body).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: ['unsupported type: nope [json-pointer:/blocks/1/type]'],
      response_metadata: { messages: ['[ERROR] unsupported type: nope [json-pointer:/blocks/1/type]'] },
    });
    expect(slack.messages(OTHER)).toHaveLength(before);
  });

  it('refuses blocks whose texts are too long together', async () => {
    const blocks = (last: number) => [3000, 3000, 3000, 3000, last].map((length) => section('x'.repeat(length)));
    expect((await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'a', blocks: blocks(1200) })).body.ok).toBe(true);
    expect(await error('chat.postMessage', { channel: CHANNEL, text: 'a', blocks: blocks(1201) })).toBe('msg_blocks_too_long');
  });

  it('cuts text at 40,000 characters and warns', async () => {
    const { body } = await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'é'.repeat(40_001) });
    expect(body).toMatchObject({ ok: true, warning: 'message_truncated' });
    expect(slack.messages(CHANNEL).at(-1)?.text).toHaveLength(40_000);
  });

  it('gives every message a later ts, blocks their ids, and threads their replies', async () => {
    const client = clientOf(slack);
    const first = await client.chat.postMessage({
      channel: CHANNEL,
      text: 'a',
      blocks: [actions(button('go')), section('b')] as never,
    });
    const reply = await client.chat.postMessage({ channel: CHANNEL, text: 'r', thread_ts: first.ts as string });
    expect(Number(reply.ts)).toBeGreaterThan(Number(first.ts));
    expect(reply.message).toMatchObject({ thread_ts: first.ts });
    expect(slack.messages(CHANNEL).find((one) => one.ts === first.ts)?.blocks).toMatchObject([
      { block_id: 'actions' },
      { block_id: expect.stringMatching(/^.{5}$/) },
    ]);
    const nested = await client.chat.postMessage({ channel: CHANNEL, text: 'n', thread_ts: reply.ts as string });
    expect(nested.message).toMatchObject({ thread_ts: first.ts });
  });

  it('opens a direct message for a person’s id', async () => {
    const { body } = await call(slack, 'chat.postMessage', { channel: DEV, text: 'only for you' });
    expect(body.channel).toMatch(/^D/);
    expect((await call(slack, 'conversations.open', { users: DEV })).body).toMatchObject({
      already_open: true,
      channel: { id: body.channel },
    });
    expect(await error('conversations.open', { users: 'U0NOPE' })).toBe('user_not_found');
    expect(await error('conversations.open', { users: GONE })).toBe('user_disabled');
    expect(await error('conversations.open', {})).toBe('users_list_not_supplied');
  });
});

describe('chat.update and chat.postEphemeral', () => {
  it('replaces text and blocks; text alone takes the blocks away', async () => {
    const client = clientOf(slack);
    const { ts } = await client.chat.postMessage({ channel: CHANNEL, text: 'a', blocks: [section('a')] as never });
    const stored = () => slack.messages(CHANNEL).find((one) => one.ts === ts);
    await client.chat.update({ channel: CHANNEL, ts: ts as string, text: 'b', blocks: [section('b')] as never });
    expect(stored()).toMatchObject({ text: 'b', blocks: [{ text: { text: 'b' } }], revision: 1 });
    await client.chat.update({ channel: CHANNEL, ts: ts as string, text: 'c' });
    expect(stored()).toMatchObject({ text: 'c', blocks: [], revision: 2 });
  });

  it('refuses what it cannot update', async () => {
    const { ts } = slack.say({ user: DEV, channel: CHANNEL, text: 'mine' });
    expect(await error('chat.update', { channel: CHANNEL, ts, text: 'yours' })).toBe('cant_update_message');
    expect(await error('chat.update', { channel: CHANNEL, ts: '1.1', text: 'a' })).toBe('message_not_found');
    expect(await error('chat.update', { channel: 'C0NOPE', ts, text: 'a' })).toBe('channel_not_found');
    const mine = (await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'a' })).body.ts;
    expect(await error('chat.update', { channel: CHANNEL, ts: mine })).toBe('no_text');
    expect(await error('chat.update', { channel: CHANNEL, ts: mine, text: 'a', blocks: [{ type: 'nope' }] })).toBe(
      'invalid_blocks',
    );
  });

  it('shows an ephemeral message to one person, and never updates it', async () => {
    const { body } = await call(slack, 'chat.postEphemeral', { channel: CHANNEL, user: ANA, text: 'psst' });
    expect(slack.ephemerals(ANA, CHANNEL).map((one) => one.text)).toContain('psst');
    expect(slack.ephemerals(DEV)).toEqual([]);
    expect(slack.messages(CHANNEL).map((one) => one.text)).not.toContain('psst');
    expect(await error('chat.update', { channel: CHANNEL, ts: body.message_ts, text: 'a' })).toBe('message_not_found');
    expect(await error('chat.postEphemeral', { channel: CHANNEL, user: 'U0NOPE', text: 'a' })).toBe('user_not_found');
  });
});

describe('people', () => {
  it('looks up by e-mail, without regard to case, and not those who left', async () => {
    expect((await call(slack, 'users.lookupByEmail', { email: 'ANA@northwind.example' })).body).toMatchObject({
      user: { id: ANA },
    });
    expect(await error('users.lookupByEmail', { email: 'gone@northwind.example' })).toBe('users_not_found');
    expect(await error('users.lookupByEmail', {})).toBe('users_not_found');
  });

  it('answers what an approval has to check about a person', async () => {
    expect((await call(slack, 'users.info', { user: BO })).body.user).toMatchObject({
      is_stranger: true,
      team_id: 'T0ELSEWHERE',
    });
    expect((await call(slack, 'users.info', { user: GONE })).body.user).toMatchObject({ deleted: true });
    const ana = (await call(slack, 'users.info', { user: ANA })).body.user;
    expect(ana).toMatchObject({ deleted: false, is_bot: false, is_restricted: false, is_ultra_restricted: false });
    expect(ana).not.toHaveProperty('is_stranger');
    expect(await error('users.info', { user: 'U0NOPE' })).toBe('user_not_found');
  });

  it('lists the members of a user group', async () => {
    expect(await clientOf(slack).usergroups.users.list({ usergroup: 'S0APPROVERS' })).toMatchObject({ users: [ANA] });
    expect(await error('usergroups.users.list', { usergroup: 'S0NOPE' })).toBe('no_such_subteam');
  });
});
