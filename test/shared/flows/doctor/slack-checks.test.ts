import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Check } from '../../../../shared/flows/doctor/check.ts';
import { slackChecks } from '../../../../shared/flows/doctor/slack-checks.ts';
import type { SlackFacts } from '../../../../shared/flows/doctor/slack-facts.ts';
import { unknown } from '../../../../shared/model/unknown.ts';
import { SCOPES } from '../../../../shared/slack/scopes.ts';
import { ROOT } from '../../../house/source-files.ts';
import { ALICE, aUser, BOB } from '../../../support/slack-samples.ts';
import { makeConfig } from '../../../support/world.ts';

const config = makeConfig({
  slack: { team: 'T0CINCH', channel: 'C0CINCH', approvers: { users: ['U0ALICE'], emails: [], group: 'S0GROUP' } },
});
const ALL = SCOPES.map(({ name }) => name);
const SOUND: SlackFacts = {
  identity: { is: { teams: ['T0CINCH'], scopes: ALL } },
  channels: [{ id: 'C0CINCH', found: { is: { name: 'guard', isMember: true, isArchived: false } } }],
  people: [{ who: 'U0ALICE', found: ALICE }],
  groups: [{ id: 'S0GROUP', members: { is: ['U0BOB'] } }],
  blocks: { is: [] },
};
const BUSY = unknown('auth.test could not be read: Slack limits it');

const judge = (changes: Partial<SlackFacts>, id: string, given = config): Check => {
  const found = slackChecks(given, { ...SOUND, ...changes }).find((check) => check.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};
const scoped = (scopes: readonly string[] | null): Partial<SlackFacts> => ({ identity: { is: { teams: ['T0CINCH'], scopes } } });
const channel = (found: SlackFacts['channels'][number]['found']): Partial<SlackFacts> => ({
  channels: [{ id: 'C0CINCH', found }],
});

describe('Slack', () => {
  it('is sound when everything is, but for what nobody can know', () => {
    const checks = slackChecks(config, SOUND);
    expect(checks.filter(({ verdict }) => verdict !== 'ok').map(({ id, verdict }) => [id, verdict])).toEqual([
      ['interactivity', 'warning'],
    ]);
    expect(checks.every(({ place }) => place === 'slack')).toBe(true);
  });

  it.each<[string, Partial<SlackFacts>, string, Check['verdict'], RegExp]>([
    ['a refused token', { identity: { refused: 'invalid_auth' } }, 'token', 'broken', /invalid_auth/],
    ['a token of another workspace', { identity: { is: { teams: ['T0OTHER'], scopes: ALL } } }, 'token', 'broken', /T0OTHER/],
    ['no answer', { identity: BUSY }, 'token', 'unknown', /limits/],
    ['a missing scope', scoped(ALL.filter((name) => name !== 'users:read')), 'scopes', 'broken', /users:read \(whether/],
    ['a scope for doctor missing', scoped(ALL.filter((name) => name !== 'groups:read')), 'scopes', 'warning', /groups:read/],
    ['a scope too many', scoped([...ALL, 'channels:history']), 'scopes', 'warning', /channels:history/],
    ['scopes that nobody told', scoped(null), 'scopes', 'unknown', /did not say/],
    ['scopes of a refused token', { identity: { refused: 'token_revoked' } }, 'scopes', 'unknown', /token_revoked/],
    ['a channel that is not there', channel({ refused: 'channel_not_found' }), 'channel-C0CINCH', 'broken', /channel_not_found/],
    [
      'a channel we are not in',
      channel({ is: { name: 'guard', isMember: false, isArchived: false } }),
      'channel-C0CINCH',
      'broken',
      /not in #guard/,
    ],
    [
      'an archived channel',
      channel({ is: { name: 'guard', isMember: true, isArchived: true } }),
      'channel-C0CINCH',
      'broken',
      /archived/,
    ],
    ['a channel we may not see', channel({ refused: 'missing_scope' }), 'channel-C0CINCH', 'unknown', /missing_scope/],
    ['nobody of that id', { people: [{ who: 'U0ALICE', found: null }] }, 'approver-U0ALICE', 'broken', /nobody/],
    [
      'a guest as approver',
      { people: [{ who: 'U0ALICE', found: aUser('U0ALICE', { mayDecide: false }) }] },
      'approver-U0ALICE',
      'broken',
      /deactivated, a guest/,
    ],
    ['an approver nobody could ask for', { people: [{ who: 'U0ALICE', found: BUSY }] }, 'approver-U0ALICE', 'unknown', /limits/],
    [
      'a group that is not there',
      { groups: [{ id: 'S0GROUP', members: { refused: 'no_such_subteam' } }] },
      'group-S0GROUP',
      'broken',
      /no_such/,
    ],
    ['an empty group', { groups: [{ id: 'S0GROUP', members: { is: [] } }] }, 'group-S0GROUP', 'broken', /no members/],
    [
      'a group we may not see',
      { groups: [{ id: 'S0GROUP', members: { refused: 'missing_scope' } }] },
      'group-S0GROUP',
      'unknown',
      /missing_scope/,
    ],
    ['one approver', { groups: [] }, 'approvers', 'warning', /one person only/],
    [
      'the same one twice',
      { groups: [{ id: 'S0GROUP', members: { is: ['U0ALICE'] } }] },
      'approvers',
      'warning',
      /one person only/,
    ],
    [
      'nobody who may',
      { people: [{ who: 'U0ALICE', found: null }], groups: [] },
      'approvers',
      'broken',
      /none of the configured/,
    ],
    [
      'approvers that nobody could count',
      { people: [{ who: 'U0ALICE', found: BUSY }], groups: [] },
      'approvers',
      'unknown',
      /confirmed/,
    ],
    ['refused blocks', { blocks: { is: ['invalid_blocks'] } }, 'blocks', 'broken', /invalid_blocks/],
    ['a Slack that does not validate', { blocks: { refused: 'unknown_method' } }, 'blocks', 'unknown', /unknown_method/],
  ])('%s', (_what, changes, id, verdict, seen) => {
    const check = judge(changes, id);
    expect(check.verdict).toBe(verdict);
    expect(check.seen).toMatch(seen);
    expect(check.mend).toBeTruthy();
  });

  it('counts two people as enough, and nobody configured as broken', () => {
    expect(judge({ people: [ALICE, BOB].map((found) => ({ who: found.id, found })), groups: [] }, 'approvers').verdict).toBe(
      'ok',
    );
    const nobody = makeConfig({ slack: { approvers: { users: [], emails: [] } } });
    expect(judge({ people: [], groups: [] }, 'approvers', nobody)).toMatchObject({
      verdict: 'broken',
      seen: 'the configuration names nobody',
    });
  });
});

describe('the app’s manifest', () => {
  it('asks for the scopes that doctor looks for, and no others', () => {
    const manifest = parse(readFileSync(join(ROOT, 'docs/slack-app-manifest.yaml'), 'utf8')) as {
      oauth_config: { scopes: { bot: string[] } };
    };
    expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...ALL].sort());
  });
});
