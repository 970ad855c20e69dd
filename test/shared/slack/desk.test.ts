import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SlackOptions, type SlackWorkspace, startSlack, TEAM } from '../../../local/slack/start.ts';
import type { Desk } from '../../../shared/flows/ports.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import { renderCard } from '../../../shared/slack/card.ts';
import { makeDesk } from '../../../shared/slack/desk.ts';
import { makeLightSlack } from '../../../shared/slack/light-calls.ts';
import { dialogFor } from '../../../shared/slack/modals.ts';
import { CardGone, OutcomeUnknown, SlackRefused } from '../../../shared/slack/slack-errors.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';
import { type MemoryClock, makeClock, TEST_NOW } from '../../support/world.ts';

const CHANNEL = 'C0CINCH';
const user = (id: string, more: Partial<SlackOptions['users'][number]> = {}): SlackOptions['users'][number] => ({
  id,
  name: id.slice(2).toLowerCase(),
  real_name: id,
  profile: { email: `${id.slice(2).toLowerCase()}@example.com` },
  ...more,
});

let slack: SlackWorkspace;
let clock: MemoryClock;
let token: string;
let logged: string[];

const deskOf = (apiUrl = slack.apiUrl, team: string = TEAM.id): Desk => {
  let kept = { signingSecret: 's', botToken: token };
  const log = (message: string) => void logged.push(message);
  return makeDesk({
    secret: {
      read: async () => kept,
      refresh: async () => {
        kept = { signingSecret: 's', botToken: 'xoxb-good' };
        return kept;
      },
    },
    readTeam: async () => team,
    clock,
    log: { info: log, error: log, metric: () => undefined },
    apiUrl,
  });
};
const start = (more: Partial<SlackOptions> = {}) =>
  startSlack({
    botToken: 'xoxb-good',
    signingSecret: 's',
    users: [
      user('U0ALICE'),
      user('U0GUEST', { is_restricted: true }),
      user('U0SINGLE', { is_ultra_restricted: true }),
      user('U0BOTTY', { is_bot: true }),
      user('U0GONE', { deleted: true }),
      user('U0STRANGER', { is_stranger: true, team_id: 'T0OTHER' }),
      user('U0ELSEWHERE', { team_id: 'T0OTHER' }),
    ],
    userGroups: [{ id: 'S0OPS', handle: 'ops', users: ['U0ALICE'] }],
    channels: [
      { id: CHANNEL, name: 'guardrails' },
      { id: 'C0NOTIN', name: 'elsewhere', is_member: false },
    ],
    limits: { postIntervalMs: 0, tiers: false },
    ...more,
  });
const card = renderCard({
  finding: aFinding(),
  plan: aPlan(),
  undo: undefined,
  approvers: { users: 1, emails: 0, hasGroup: false },
});

beforeEach(async () => {
  token = 'xoxb-good';
  logged = [];
  clock = makeClock(TEST_NOW);
  slack = await start();
});
afterEach(() => slack.stop());

describe('the desk, against a workspace as strict as Slack', () => {
  it('posts a card, updates it, and whispers', async () => {
    const desk = deskOf();
    const { channel, ts } = await desk.post(CHANNEL, card);
    expect(slack.messages(CHANNEL)).toMatchObject([{ ts, text: card.text, revision: 0 }]);
    await desk.update(channel, ts, { text: 'decided', blocks: card.blocks.slice(0, 2) });
    expect(slack.messages(CHANNEL)).toMatchObject([{ ts, text: 'decided', revision: 1 }]);
    await desk.whisper(CHANNEL, 'U0ALICE', 'Already approved by <@U0BOB>.');
    expect(slack.ephemerals('U0ALICE')).toHaveLength(1);
    await desk.reply(channel, ts, 'a line below');
    expect(slack.messages(CHANNEL).at(-1)).toMatchObject({ thread_ts: ts, text: 'a line below' });
    expect(slack.messages(CHANNEL).at(-1)?.is_broadcast).toBeUndefined();
    await desk.reply(channel, ts, 'it failed', true);
    expect(slack.messages(CHANNEL).at(-1)).toMatchObject({ thread_ts: ts, text: 'it failed', is_broadcast: true });
  });

  it('shows what Slack would refuse as plain text with its buttons, and says so in the log', async () => {
    const actions = card.blocks.filter((block) => 'type' in block && block.type === 'actions');
    await deskOf().post(CHANNEL, { text: card.text, blocks: [{ type: 'nope' }, ...actions] });
    expect(slack.messages(CHANNEL)[0]?.blocks.map(({ type }) => type)).toEqual(['section', 'actions', 'actions']);
    expect(logged).toEqual(['card degraded']);
  });

  it('says when a card is gone, and when Slack won’t', async () => {
    await expect(deskOf().update(CHANNEL, '1.000001', card)).rejects.toThrow(CardGone);
    await expect(deskOf().post('C0NOTIN', card)).rejects.toThrow(SlackRefused);
    await expect(deskOf().post('C0NOWHERE', card)).rejects.toMatchObject({ slackError: 'channel_not_found' });
  });

  it('knows who may decide', async () => {
    const desk = deskOf();
    expect(await desk.user('U0ALICE')).toEqual({ id: 'U0ALICE', name: 'alice', email: 'alice@example.com', mayDecide: true });
    for (const id of ['U0GUEST', 'U0SINGLE', 'U0BOTTY', 'U0GONE', 'U0STRANGER', 'U0ELSEWHERE'])
      expect((await desk.user(id))?.mayDecide ?? false, id).toBe(false);
    expect(await desk.user('U0NOBODY')).toBeUndefined();
    expect((await deskOf(slack.apiUrl, 'T0ANOTHER').user('U0ALICE'))?.mayDecide).toBe(false);
    expect((await desk.userByEmail('alice@example.com'))?.id).toBe('U0ALICE');
    expect(await desk.userByEmail('nobody@example.com')).toBeUndefined();
  });

  it('reads a group, remembers it for a minute, and never takes an error for an empty group', async () => {
    const desk = deskOf();
    expect(await desk.membersOfGroup('S0OPS')).toEqual(['U0ALICE']);
    slack.setFault({ down: 'error' });
    expect(await desk.membersOfGroup('S0OPS')).toEqual(['U0ALICE']);
    clock.advance(60_000);
    await expect(desk.membersOfGroup('S0OPS')).rejects.toThrow(TryAgain);
    slack.setFault(null);
    await expect(desk.membersOfGroup('S0NONE')).rejects.toThrow(SlackRefused);
  });

  it('takes a rotated token, once', async () => {
    token = 'xoxb-old';
    const desk = deskOf();
    await desk.post(CHANNEL, card);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });
});

describe('when Slack limits or is down', () => {
  it('429: tries again later, and leaves Slack alone until then', async () => {
    const desk = deskOf();
    slack.setFault({ rateLimit: 1, retryAfter: 30 });
    const error = await desk.post(CHANNEL, card).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TryAgain);
    expect(error).not.toBeInstanceOf(OutcomeUnknown);
    // The fault is used up, so a call would go through.
    await expect(desk.post(CHANNEL, card)).rejects.toThrow(/limits messages/);
    expect(slack.messages(CHANNEL)).toEqual([]);
    clock.advance(30_000);
    await desk.post(CHANNEL, card);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });

  it('posts at most one message a second a channel', async () => {
    const desk = deskOf();
    const began = clock.now().getTime();
    await Promise.all([desk.post(CHANNEL, card), desk.post(CHANNEL, card), desk.post(CHANNEL, card)]);
    expect(slack.messages(CHANNEL)).toHaveLength(3);
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(2000);
  });

  it('tells the queue how long Slack asked to wait', async () => {
    const desk = deskOf();
    slack.setFault({ rateLimit: 1, retryAfter: 30 });
    expect(await desk.post(CHANNEL, card).catch((error: unknown) => error)).toMatchObject({ retryAfter: 30 });
    expect(await desk.post(CHANNEL, card).catch((error: unknown) => error)).toMatchObject({ retryAfter: 30 });
  });

  it('updates no more often than Slack allows, in bursts as long as it can', async () => {
    await slack.stop();
    slack = await start({ limits: { postIntervalMs: 0 }, clock: () => clock.now().getTime() });
    const desk = deskOf();
    const { ts } = await desk.post(CHANNEL, card);
    const began = clock.now().getTime();
    let done = 0;
    let refused = 0;
    while (done < 120) {
      const error = await desk
        .update(CHANNEL, ts, { text: `update ${done}`, blocks: card.blocks })
        .catch((caught: unknown) => caught);
      if (!error) {
        done += 1;
        continue;
      }
      refused += 1;
      // Refused here and not by Slack, which was never asked too much.
      expect(String(error)).toMatch(/limits updates/);
      clock.advance((error as TryAgain).retryAfter ? ((error as TryAgain).retryAfter ?? 0) * 1000 : 0);
    }
    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(120_000);
    expect(clock.now().getTime() - began).toBeLessThan(130_000);
    expect(refused).toBeLessThan(6);
  });

  it('after a 429 of an update leaves updates alone, and posts go on', async () => {
    const desk = deskOf();
    const { ts } = await desk.post(CHANNEL, card);
    slack.setFault({ rateLimit: 1, retryAfter: 30 });
    await expect(desk.update(CHANNEL, ts, card)).rejects.toThrow(TryAgain);
    await expect(desk.update(CHANNEL, ts, card)).rejects.toThrow(/limits updates/);
    await desk.post(CHANNEL, card);
    clock.advance(30_000);
    await desk.update(CHANNEL, ts, card);
  });

  it('a connection that broke may have had its effect; one that was never made had none', async () => {
    slack.setFault({ down: 'disconnect' });
    await expect(deskOf().post(CHANNEL, card)).rejects.toThrow(OutcomeUnknown);
    const { apiUrl } = slack;
    await slack.stop();
    const error = await deskOf(apiUrl)
      .post(CHANNEL, card)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TryAgain);
    expect(error).not.toBeInstanceOf(OutcomeUnknown);
    slack = await start();
  });

  it('messages of errors hold neither token nor card', async () => {
    slack.setFault({ down: 'error' });
    const error = await deskOf()
      .post(CHANNEL, card)
      .catch((caught: Error) => caught);
    expect(String(error)).not.toMatch(/xoxb|anybody may invoke/);
  });
});

describe('the light calls', () => {
  it('say why a dialog did not open, and never throw', async () => {
    const view = dialogFor('deny', { planId: 'p', channel: CHANNEL, ts: '1.000001' });
    expect(await makeLightSlack(slack.apiUrl).openView('xoxb-good', 'bogus', view, 'message')).toMatchObject({
      problem: expect.stringMatching(/trigger/),
    });
    expect(await makeLightSlack(slack.apiUrl).openView('xoxb-wrong', 'bogus', view, 'modal')).toEqual({
      problem: 'invalid_auth',
    });
    const { apiUrl } = slack;
    await slack.stop();
    // Also over the connection that was kept from the calls before.
    expect(await makeLightSlack(apiUrl).openView('xoxb-good', 'bogus', view, 'message')).toEqual({ problem: 'ECONNREFUSED' });
    slack = await start();
  });

  it('survive a connection that died while the function slept', async () => {
    const view = dialogFor('deny', { planId: 'p', channel: CHANNEL, ts: '1.000001' });
    const port = slack.port;
    await makeLightSlack(slack.apiUrl).openView('xoxb-good', 'bogus', view, 'message');
    await slack.stop();
    slack = await start({ port });
    expect(await makeLightSlack(slack.apiUrl).openView('xoxb-good', 'bogus', view, 'message')).toMatchObject({
      problem: expect.stringMatching(/trigger/),
    });
  });

  it('post to nothing but Slack', async () => {
    for (const url of [
      'https://evil.example/x',
      'http://169.254.169.254/latest',
      'not a url',
      'https://hooks.slack.com.evil.example/',
    ])
      expect(await makeLightSlack().whisper(url, 'x')).toBe('not-a-response-url');
  });
});
