import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOT, type SlackWorkspace, TEAM } from '../../../local/slack/start.ts';
import {
  ANA,
  type Answering,
  actions,
  button,
  CHANNEL,
  call,
  DEV,
  GONE,
  modal,
  SECRET,
  startBot,
  startUnpaced,
} from './workspace.ts';

let slack: SlackWorkspace;
let bot: Awaited<ReturnType<typeof startBot>>;
let answer: () => Answering;

beforeEach(async () => {
  answer = () => ({});
  bot = await startBot(() => answer());
  slack = await startUnpaced({ requestUrl: bot.url });
});
afterEach(async () => {
  await slack.stop();
  await bot.stop();
});

const type = (text: string, user = ANA) => slack.command({ user, channel: CHANNEL, command: '/cinch', text });

describe('a slash command', () => {
  it('is a signed form without a payload', async () => {
    const delivery = await type('exempt é 漢 & <x>');
    expect(delivery).toMatchObject({ ok: true, status: 200, kind: 'slash_command' });
    const [received] = bot.requests;
    const form = new URLSearchParams(received?.raw.toString('utf8'));
    expect(Object.fromEntries(form)).toMatchObject({
      command: '/cinch',
      text: 'exempt é 漢 & <x>',
      user_id: ANA,
      channel_id: CHANNEL,
      team_id: TEAM.id,
      api_app_id: BOT.appId,
      response_url: delivery.responseUrl,
      trigger_id: delivery.triggerId,
    });
    expect(form.has('payload')).toBe(false);
    const base = `v0:${received?.headers['x-slack-request-timestamp']}:${received?.raw.toString('utf8')}`;
    expect(received?.headers['x-slack-signature']).toBe(`v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`);
  });

  it.each([
    ['plain text', 'Working on it …'],
    ['JSON', JSON.stringify({ text: 'Working on it …' })],
    ['JSON that says so', JSON.stringify({ response_type: 'ephemeral', text: 'Working on it …' })],
  ])('is answered to its giver alone: %s', async (_, body) => {
    answer = () => ({ body });
    await type('status');
    expect(slack.ephemerals(ANA).map(({ text }) => text)).toEqual(['Working on it …']);
    expect(slack.messages(CHANNEL)).toEqual([]);
  });

  it('may be answered to all, or not at all', async () => {
    await type('status');
    expect(slack.ephemerals(ANA)).toEqual([]);
    answer = () => ({ body: JSON.stringify({ response_type: 'in_channel', text: 'hello' }) });
    await type('status');
    expect(slack.messages(CHANNEL).map(({ text }) => text)).toEqual(['hello']);
  });

  it('is answered later through its response url, five times', async () => {
    const { responseUrl = '' } = await type('status');
    const post = () =>
      fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text: 'done' }),
      });
    for (let use = 0; use < 5; use++) expect((await post()).status).toBe(200);
    expect((await post()).status).toBe(404);
    expect(slack.ephemerals(ANA)).toHaveLength(5);
    expect(slack.ephemerals(DEV)).toEqual([]);
  });

  it('may be typed on the page', async () => {
    const response = await fetch(`${slack.pageUrl}page/command`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: ANA, channel: CHANNEL, text: '/cinch stop  now' }),
    });
    expect(await response.json()).toMatchObject({ ok: true });
    expect(Object.fromEntries(new URLSearchParams(bot.requests[0]?.raw.toString('utf8')))).toMatchObject({
      command: '/cinch',
      text: 'stop  now',
      user_id: ANA,
    });
  });

  it('that fails shows nothing, and nobody who left can type one', async () => {
    answer = () => ({ status: 503, body: 'try again' });
    expect(await type('status')).toMatchObject({ ok: false, error: 'bad_status' });
    expect(slack.ephemerals(ANA)).toEqual([]);
    await expect(type('status', GONE)).rejects.toThrow(/no active user/);
  });
});

describe('a modal over another', () => {
  const view = modal({ blocks: [actions(button('more'))], submit: undefined });
  const push = async (trigger_id: string) => (await call(slack, 'views.push', { trigger_id, view })).body;

  it('is laid by the trigger of a button in it, three at most', async () => {
    const { body } = await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'a', blocks: [actions(button('more'))] });
    const ts = String(body.ts);
    const first = await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'more' });
    expect(await push(first.triggerId)).toMatchObject({ ok: false });
    const second = await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'more' });
    await call(slack, 'views.open', { trigger_id: second.triggerId, view });
    for (const expected of [{ ok: true }, { ok: true }, { ok: false, error: 'push_limit_reached' }]) {
      const top = slack.views(ANA).at(-1);
      const inside = await slack.click({ user: ANA, viewId: top?.id ?? '', actionId: 'more' });
      expect(await push(inside.triggerId)).toMatchObject(expected);
    }
    const [root, over] = slack.views(ANA);
    expect(over).toMatchObject({ previous_view_id: root?.id, root_view_id: root?.id });
  });
});
