import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APP_SCOPES } from '../../../../local/slack/scopes.ts';
import { type SlackWorkspace, startSlack, TEAM } from '../../../../local/slack/start.ts';
import { checkPosting } from '../../../../shared/flows/doctor/check-posting.ts';
import { checkSlack } from '../../../../shared/flows/doctor/check-slack.ts';
import type { SlackInspector } from '../../../../shared/flows/doctor/slack-facts.ts';
import { InvalidConfiguration } from '../../../../shared/model/errors.ts';
import { makeDesk } from '../../../../shared/slack/desk.ts';
import { makeInspector } from '../../../../shared/slack/inspector.ts';
import { POST_TEST } from '../../../../shared/slack/self-check-card.ts';
import { SlackRefused } from '../../../../shared/slack/slack-errors.ts';
import { makeClock, makeConfig, TEST_NOW } from '../../../support/world.ts';

/** The checks of Slack by web-api, against a workspace on this machine. */

const person = (id: string, more: object = {}) => ({
  id,
  name: id.toLowerCase(),
  real_name: id,
  profile: { email: `${id.toLowerCase()}@example.com` },
  ...more,
});

let slack: SlackWorkspace;
let token: string;
beforeEach(async () => {
  token = 'xoxb-good';
  slack = await startSlack({
    botToken: 'xoxb-good',
    signingSecret: 's',
    users: [person('U0ALICE'), person('U0BOB'), person('U0GUEST', { is_restricted: true })],
    userGroups: [{ id: 'S0GROUP', handle: 'approvers', users: ['U0ALICE', 'U0BOB'] }],
    channels: [
      { id: 'C0CINCH', name: 'guard' },
      { id: 'C0ALONE', name: 'alone', is_member: false },
    ],
  });
});
afterEach(() => slack.stop());

const config = makeConfig({
  slack: {
    team: TEAM.id,
    channel: 'C0CINCH',
    approvers: { users: ['U0ALICE'], emails: ['u0bob@example.com'], group: 'S0GROUP' },
  },
});
const verdicts = (given = config) => verdictsOf(checkSlack, given);
async function verdictsOf(
  check: typeof checkSlack,
  given = config,
  changes: Partial<SlackInspector> = {},
): Promise<Record<string, string>> {
  const clock = makeClock(TEST_NOW);
  const secret = {
    read: async () => ({ signingSecret: 's', botToken: token }),
    refresh: async () => ({ signingSecret: 's', botToken: token }),
  };
  const log = { info: () => undefined, error: () => undefined, metric: () => undefined };
  const deps = { secret, clock, log, readTeam: async () => given.slack.team, apiUrl: slack.apiUrl };
  const world = {
    clock,
    config: { read: async () => given },
    desk: makeDesk(deps),
    inspector: { ...makeInspector(deps), ...changes },
  };
  const checks = await check(world);
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
}

describe('doctor asks Slack', () => {
  it('and finds a sound workspace sound', async () => {
    expect(await verdicts()).toEqual({
      token: 'ok',
      scopes: 'ok',
      'channel-C0CINCH': 'ok',
      'approver-U0ALICE': 'ok',
      'approver-u0bob@example.com': 'ok',
      'group-S0GROUP': 'ok',
      approvers: 'ok',
      blocks: 'ok',
      interactivity: 'warning',
    });
    expect(slack.messages('C0CINCH')).toEqual([]);
  });

  it('posts to each channel when it is told to, and takes it back', async () => {
    const alone = { channel: 'C0ALONE', mention: [], accounts: ['222222222222'] };
    const all = makeConfig({ slack: { ...config.slack, channels: [alone] } });
    expect(await verdictsOf(checkPosting, all)).toEqual({ 'post-C0CINCH': 'ok', 'post-C0ALONE': 'broken' });
    expect(slack.messages('C0CINCH')).toEqual([]);
    expect(slack.messages('C0ALONE')).toEqual([]);
  });

  it('and says so when its test message stays', async () => {
    const takeBack = () => Promise.reject(new SlackRefused('chat.delete', 'cant_delete_message'));
    expect(await verdictsOf(checkPosting, config, { takeBack })).toEqual({ 'post-C0CINCH': 'warning' });
    expect(slack.messages('C0CINCH').map(({ text }) => text)).toEqual([POST_TEST]);
  });

  it('and names a revoked token, while what needs none is still judged', async () => {
    token = 'xoxb-old';
    expect(await verdicts()).toMatchObject({ token: 'broken', scopes: 'unknown', 'approver-U0ALICE': 'unknown', blocks: 'ok' });
  });

  it('and names a scope that was taken away, with what can’t be known without it', async () => {
    slack.setScopes(APP_SCOPES.filter((scope) => scope !== 'usergroups:read'));
    expect(await verdicts()).toMatchObject({ token: 'ok', scopes: 'broken', 'group-S0GROUP': 'unknown', approvers: 'ok' });
  });

  it('and names a channel without Cinch, a guest, and a group that is gone', async () => {
    const wrong = makeConfig({
      slack: { team: TEAM.id, channel: 'C0ALONE', approvers: { users: ['U0GUEST', 'U0GONE'], emails: [], group: 'S0GONE' } },
    });
    expect(await verdicts(wrong)).toMatchObject({
      'channel-C0ALONE': 'broken',
      'approver-U0GUEST': 'broken',
      'approver-U0GONE': 'broken',
      'group-S0GONE': 'broken',
      approvers: 'broken',
    });
  });

  it('and knows nothing of a Slack that is down', async () => {
    slack.setFault({ down: 'error' });
    const found = await verdicts();
    expect(found).toMatchObject({
      token: 'unknown',
      scopes: 'unknown',
      'channel-C0CINCH': 'unknown',
      approvers: 'unknown',
      blocks: 'unknown',
    });
    expect(Object.values(found)).not.toContain('ok');
  });

  it('and says that the configuration is invalid', async () => {
    const clock = makeClock(TEST_NOW);
    const broken = { read: () => Promise.reject(new InvalidConfiguration('line 3')) };
    const checks = await checkSlack({ clock, config: broken, desk: {} as never, inspector: {} as never });
    expect(checks).toMatchObject([{ id: 'configuration', verdict: 'unknown', seen: expect.stringContaining('line 3') }]);
  });
});
