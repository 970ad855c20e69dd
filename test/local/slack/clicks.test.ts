import { createHmac, timingSafeEqual } from 'node:crypto';
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
  plain,
  type Received,
  SECRET,
  section,
  startBot,
  startUnpaced,
} from './workspace.ts';

let slack: SlackWorkspace;
let bot: Awaited<ReturnType<typeof startBot>>;
let answer: (received: Received) => Answering;

beforeEach(async () => {
  answer = () => ({});
  bot = await startBot((received) => answer(received));
  slack = await startUnpaced({ requestUrl: bot.url });
});
afterEach(async () => {
  await slack.stop();
  await bot.stop();
});

const select = {
  type: 'static_select',
  action_id: 'snooze',
  options: [
    { text: plain('A day'), value: '1' },
    { text: plain('A week'), value: '7' },
  ],
};

async function postCard(): Promise<string> {
  const blocks = [
    section('Remove?'),
    actions(button('approve', { value: 'r=1&é+漢', style: 'primary' }), button('deny'), select),
  ];
  const { body } = await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'Remove?', blocks });
  return body.ts as string;
}

/** Written from Slack's documentation alone, over the bytes that arrived. */
function isSigned({ headers, raw }: Received): boolean {
  const base = Buffer.concat([Buffer.from(`v0:${headers['x-slack-request-timestamp']}:`), raw]);
  const expected = Buffer.from(`v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`);
  const given = Buffer.from(String(headers['x-slack-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const only = (): Received => {
  expect(bot.requests).toHaveLength(1);
  return bot.requests[0] as Received;
};

describe('a click', () => {
  it('is a signed form post with the whole story', async () => {
    const ts = await postCard();
    const delivery = await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'approve' });
    const received = only();
    expect(isSigned(received)).toBe(true);
    expect(received.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(received.raw.toString().startsWith('payload=%7B')).toBe(true);
    expect(Math.abs(Number(received.headers['x-slack-request-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
    expect(received.payload).toMatchObject({
      type: 'block_actions',
      user: { id: ANA, team_id: TEAM.id },
      team: { id: TEAM.id },
      api_app_id: BOT.appId,
      container: { type: 'message', message_ts: ts, channel_id: CHANNEL, is_ephemeral: false },
      channel: { id: CHANNEL, name: 'guardrails' },
      message: { ts, text: 'Remove?', bot_id: BOT.botId },
      response_url: delivery.responseUrl,
      trigger_id: delivery.triggerId,
      actions: [{ type: 'button', action_id: 'approve', block_id: 'actions', value: 'r=1&é+漢', style: 'primary' }],
    });
    expect(received.payload.actions[0].action_ts).toMatch(/^\d{10}\.\d{6}$/);
    expect(delivery).toMatchObject({ ok: true, status: 200, user: ANA, ts, kind: 'block_actions' });
    expect(delivery).not.toHaveProperty('error');
  });

  it('carries what was chosen in a select, in the action and in the state', async () => {
    const ts = await postCard();
    await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'snooze', value: '7' });
    const chosen = { type: 'static_select', selected_option: { value: '7' } };
    expect(only().payload.actions).toMatchObject([chosen]);
    expect(only().payload.state.values).toMatchObject({ actions: { snooze: chosen } });
  });

  it('leaves the message out when it was ephemeral, and only its reader can click', async () => {
    const { body } = await call(slack, 'chat.postEphemeral', {
      channel: CHANNEL,
      user: ANA,
      text: 'a',
      blocks: [actions(button('x'))],
    });
    const ts = body.message_ts as string;
    await expect(slack.click({ user: DEV, channel: CHANNEL, ts, actionId: 'x' })).rejects.toThrow(/sees no message/);
    await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'x' });
    expect(only().payload.container.is_ephemeral).toBe(true);
    expect(only().payload).not.toHaveProperty('message');
  });

  it('cannot be made by who left, on what is not there', async () => {
    const ts = await postCard();
    await expect(slack.click({ user: GONE, channel: CHANNEL, ts, actionId: 'approve' })).rejects.toThrow(/no active user/);
    await expect(slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'nope' })).rejects.toThrow(/nothing with action id/);
    await expect(slack.click({ user: ANA, channel: CHANNEL, ts: '1.1', actionId: 'approve' })).rejects.toThrow(/sees no message/);
    expect(bot.requests).toEqual([]);
  });

  it('reaches names under .localhost, which not every resolver knows', async () => {
    const ts = await postCard();
    slack.setRequestUrl(bot.url.replace('127.0.0.1', 'api-1.execute-api.localhost'));
    expect(await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'deny' })).toMatchObject({ ok: true });
    expect(only().headers.host).toMatch(/^api-1\.execute-api\.localhost:\d+$/);
  });
});

describe('a bot that does not answer well', () => {
  it('is too late after the time Slack gives', async () => {
    const quick = await startUnpaced({ requestUrl: bot.url, limits: { postIntervalMs: 0, tiers: false, answerMs: 100 } });
    await slack.stop();
    slack = quick;
    answer = () => ({ afterMs: 1000 });
    const ts = await postCard();
    const delivery = await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'approve' });
    expect(delivery).toMatchObject({ ok: false, status: null, error: 'operation_timeout' });
    expect(delivery.durationMs).toBeGreaterThan(90);
  });

  it.each([500, 401, 302])('fails with HTTP %d', async (status) => {
    answer = () => ({ status });
    const ts = await postCard();
    expect(await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'deny' })).toMatchObject({
      ok: false,
      status,
      error: 'bad_status',
    });
    expect(slack.deliveries()).toHaveLength(1);
  });

  it('may be away, or never have been there', async () => {
    const ts = await postCard();
    slack.setRequestUrl('http://127.0.0.1:9/');
    expect(await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'deny' })).toMatchObject({
      error: 'connection_failed',
    });
    const alone = await startUnpaced();
    await slack.stop();
    slack = alone;
    expect(await slack.click({ user: ANA, channel: CHANNEL, ts: await postCard(), actionId: 'deny' })).toMatchObject({
      error: 'no_request_url',
    });
  });
});

describe('duplicate delivery', () => {
  it('sends the click again, signed afresh and replayed to the byte', async () => {
    slack.setDuplicateDelivery(true);
    const ts = await postCard();
    const delivery = await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'approve' });
    expect(bot.requests).toHaveLength(3);
    expect(bot.requests.every(isSigned)).toBe(true);
    expect(new Set(bot.requests.map(({ raw }) => raw.toString())).size).toBe(1);
    const signatures = bot.requests.map(({ headers }) => headers['x-slack-signature']);
    expect(new Set(signatures).size).toBe(2);
    expect(delivery.duplicates).toEqual([
      { kind: 'resigned', status: 200, responseBody: '' },
      { kind: 'replayed', status: 200, responseBody: '' },
    ]);
    slack.setDuplicateDelivery(false);
    await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'approve' });
    expect(bot.requests).toHaveLength(4);
  });
});
