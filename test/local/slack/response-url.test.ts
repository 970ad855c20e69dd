import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SlackWorkspace } from '../../../local/slack/start.ts';
import { ANA, actions, button, CHANNEL, call, DEV, section, startBot, startUnpaced } from './workspace.ts';

let slack: SlackWorkspace;
let bot: Awaited<ReturnType<typeof startBot>>;
let now: number;
let ts: string;
let url: string;

beforeEach(async () => {
  now = Date.now();
  bot = await startBot();
  slack = await startUnpaced({ requestUrl: bot.url, clock: () => now });
  const { body } = await call(slack, 'chat.postMessage', {
    channel: CHANNEL,
    text: 'card',
    blocks: [section('card'), actions(button('go'))],
  });
  ts = body.ts as string;
  url = (await slack.click({ user: ANA, channel: CHANNEL, ts, actionId: 'go' })).responseUrl as string;
});
afterEach(async () => {
  await slack.stop();
  await bot.stop();
});

async function respond(body: unknown, to = url) {
  const response = await fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const done = { status: 200, body: { ok: true } };
const texts = () => slack.messages(CHANNEL).map((one) => one.text);

describe('response_url', () => {
  it('replaces the message that was clicked', async () => {
    expect(await respond({ replace_original: true, text: 'working', blocks: [section('Working')] })).toEqual(done);
    expect(slack.messages(CHANNEL)).toMatchObject([
      { ts, text: 'working', blocks: [{ text: { text: 'Working' } }], revision: 1 },
    ]);
  });

  it('answers the person who clicked alone, unless told otherwise', async () => {
    await respond({ text: 'for you' });
    await respond({ text: 'for all', response_type: 'in_channel' });
    expect(slack.ephemerals(ANA).map((one) => one.text)).toEqual(['for you']);
    expect(slack.ephemerals(DEV)).toEqual([]);
    expect(texts()).toEqual(['card', 'for all']);
  });

  it('takes the message away', async () => {
    expect(await respond({ delete_original: true })).toEqual(done);
    expect(texts()).toEqual([]);
    expect(await respond({ replace_original: true, text: 'late' })).toMatchObject({ status: 404 });
  });

  it('replaces an ephemeral message, which chat.update can’t', async () => {
    const { body } = await call(slack, 'chat.postEphemeral', {
      channel: CHANNEL,
      user: DEV,
      text: 'psst',
      blocks: [actions(button('x'))],
    });
    const delivery = await slack.click({ user: DEV, channel: CHANNEL, ts: body.message_ts as string, actionId: 'x' });
    expect(await respond({ replace_original: true, text: 'gone' }, delivery.responseUrl)).toEqual(done);
    expect(slack.ephemerals(DEV)).toMatchObject([{ text: 'gone', blocks: [] }]);
  });

  it('works five times', async () => {
    for (let count = 0; count < 5; count += 1) expect(await respond({ text: `${count}` })).toEqual(done);
    expect(await respond({ text: 'six' })).toEqual({ status: 404, body: { ok: false, error: 'used_url' } });
    expect(slack.ephemerals(ANA)).toHaveLength(5);
  });

  it('works for thirty minutes', async () => {
    now += 30 * 60_000 - 1;
    expect(await respond({ text: 'just' })).toEqual(done);
    now += 1;
    expect(await respond({ text: 'late' })).toEqual({ status: 404, body: { ok: false, error: 'expired_url' } });
    expect(await respond({ text: 'x' }, `${url}x`)).toMatchObject({ status: 404 });
  });

  it('refuses blocks as strictly as the Web API, without counting the try', async () => {
    expect(await respond({ text: 'a', blocks: [{ type: 'nope' }] })).toMatchObject({
      status: 400,
      body: { error: 'invalid_blocks' },
    });
    expect(await respond({})).toMatchObject({ status: 400, body: { error: 'no_text' } });
    expect(await respond([])).toMatchObject({ status: 400, body: { error: 'invalid_payload' } });
    const long = [3000, 3000, 3000, 3000, 3000].map((length) => section('x'.repeat(length)));
    for (let count = 0; count < 5; count += 1) expect(await respond({ text: 'a', blocks: long })).toEqual(done);
  });

  it('is down when Slack is', async () => {
    slack.setFault({ down: 'error' });
    expect((await respond({ text: 'a' })).status).toBe(500);
  });
});
