import { afterEach, describe, expect, it } from 'vitest';
import { type SlackWorkspace, startSlack } from '../../../local/slack/start.ts';
import { ANA, CHANNEL, call, clientOf, OTHER, options, startUnpaced } from './workspace.ts';

let slack: SlackWorkspace;
let now = 1_795_000_000_000;
afterEach(() => slack.stop());

const post = (channel: string) => call(slack, 'chat.postMessage', { channel, text: 'a' });

describe('pace', () => {
  it('lets one message a second through to a channel, and says when to come back', async () => {
    slack = await startSlack({ ...options, clock: () => now });
    expect((await post(CHANNEL)).body.ok).toBe(true);
    now += 999;
    const second = await post(CHANNEL);
    expect(second).toMatchObject({ status: 429, body: { ok: false, error: 'ratelimited' } });
    expect(second.headers.get('retry-after')).toBe('1');
    expect((await post(OTHER)).body.ok).toBe(true);
    now += 1;
    expect((await post(CHANNEL)).body.ok).toBe(true);
    expect(slack.messages(CHANNEL)).toHaveLength(2);
  });

  it('counts a person and their direct message as one channel', async () => {
    slack = await startSlack({ ...options, clock: () => now });
    const { id } = (await call(slack, 'conversations.open', { users: ANA })).body.channel as { id: string };
    expect((await post(ANA)).status).toBe(200);
    expect((await post(id)).status).toBe(429);
  });

  it('keeps the tier of a method', async () => {
    slack = await startSlack({ ...options, clock: () => now });
    const list = () => call(slack, 'usergroups.users.list', { usergroup: 'S0APPROVERS' });
    for (let count = 0; count < 20; count += 1) expect((await list()).status).toBe(200);
    const refused = await list();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    now += 60_000;
    expect((await list()).status).toBe(200);
  });

  it('is what Slack’s client takes for a rate limit', async () => {
    slack = await startSlack({ ...options, clock: () => now });
    await post(CHANNEL);
    await expect(clientOf(slack).chat.postMessage({ channel: CHANNEL, text: 'b' })).rejects.toMatchObject({
      code: 'slack_webapi_rate_limited_error',
      retryAfter: 1,
    });
  });
});

describe('faults', () => {
  it('answers the next calls with 429, as many as asked for', async () => {
    slack = await startUnpaced();
    slack.setFault({ rateLimit: 2, retryAfter: 7 });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await post(CHANNEL)).status);
    expect(statuses).toEqual([429, 429, 200]);
  });

  it('is down with errors or without an answer, until it is up again', async () => {
    slack = await startUnpaced();
    slack.setFault({ down: 'error' });
    expect((await post(CHANNEL)).status).toBe(500);
    slack.setFault({ down: 'disconnect' });
    await expect(post(CHANNEL)).rejects.toThrow();
    slack.setFault(null);
    expect((await post(CHANNEL)).body.ok).toBe(true);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });
});

describe('waiting for a message', () => {
  it('finds one that is there, and one that comes', async () => {
    slack = await startUnpaced();
    const coming = slack.waitForMessage((message) => message.text === 'a', 10_000);
    await post(CHANNEL);
    expect(await coming).toMatchObject({ channel: CHANNEL, text: 'a' });
    expect(await slack.waitForMessage((message) => message.text === 'a', 0)).toMatchObject({ text: 'a' });
    await expect(slack.waitForMessage((message) => message.text === 'never', 10)).rejects.toThrow(/no such message/);
  });
});
