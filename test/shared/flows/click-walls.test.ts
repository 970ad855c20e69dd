import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Config } from '../../../shared/config/schema.ts';
import { CLICK_ACTIONS } from '../../../shared/flows/messages.ts';
import { undoIdOf } from '../../../shared/slack/phase.ts';
import { click, makeClickWorld } from '../../support/click-bench.ts';
import { aUser } from '../../support/slack-samples.ts';

/** Whatever the approval rules say, who is not named in them decides nothing, however often and in whatever order they click. */

type Slack = Config['slack'];
type Approvers = Slack['approvers'];

const PEOPLE = [
  aUser('U0ALICE'),
  aUser('U0BOB'),
  aUser('U0CAROL', { email: 'Carol@Example.com' }),
  // The author.
  aUser('U0DAVE'),
  // A guest, somebody of another workspace or who has left: Slack knows them, and they may decide nothing.
  aUser('U0GUEST', { mayDecide: false }),
  aUser('U0NOMAIL', { email: null }),
];
const STRANGER = 'U0STRANGER';
const EVERYBODY = [...PEOPLE.map(({ id }) => id), STRANGER];
const GROUPS: Readonly<Record<string, string[]>> = {
  S0OPS: ['U0BOB', 'U0GUEST', STRANGER],
  S0EMPTY: [],
  S0DEVS: ['U0DAVE', 'U0NOMAIL'],
};
const [ACCOUNT, SEVERITY, RULE, STEP] = ['222222222222', 'high', 'lambda-policy-public', 'remove-permission'] as const;

const circle: fc.Arbitrary<Approvers> = fc
  .record({
    users: fc.subarray(EVERYBODY, { maxLength: 3 }),
    emails: fc.subarray(['carol@example.com', 'dave@example.com', 'nobody@example.com'], { maxLength: 2 }),
    group: fc.option(fc.constantFrom(...Object.keys(GROUPS)), { nil: undefined }),
  })
  .map(({ group, ...rest }) => ({ ...rest, ...(group ? { group } : {}) }));

/** Each part fits this plan, or another one, or is left out. */
const part = <T>(mine: T, other: T): fc.Arbitrary<T[] | undefined> =>
  fc.constantFrom<T[] | undefined>(undefined, undefined, [mine], [other], [mine, other]);
const line: fc.Arbitrary<Slack['approvals'][number]> = fc
  .record({
    accounts: part<string>(ACCOUNT, '333333333333'),
    severities: part<'high' | 'low'>(SEVERITY, 'low'),
    rules: part<string>(RULE, 'lambda-timeout-excessive'),
    steps: part<string>(STEP, 'set-timeout'),
    approvers: fc.option(circle, { nil: undefined }),
    needed: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  .map(
    (all) =>
      Object.fromEntries(
        Object.entries(all).filter(([, value]) => value !== undefined),
      ) as typeof all as Slack['approvals'][number],
  );

/** Told anew from docs/slack.md: the last line that fits names who, and how many; else `slack.approvers`, and one. */
function whoMay(approvers: Approvers, lines: Slack['approvals']): { may: ReadonlySet<string>; needed: number } {
  const fits = ({ accounts, severities, rules, steps }: (typeof lines)[number]): boolean =>
    (accounts?.includes(ACCOUNT) ?? true) &&
    (severities?.includes(SEVERITY) ?? true) &&
    ((rules as string[] | undefined)?.includes(RULE) ?? true) &&
    (steps?.includes(STEP) ?? true);
  const last = lines.filter(fits).at(-1);
  const { users, emails, group } = last?.approvers ?? approvers;
  const named = PEOPLE.filter(
    ({ id, email }) =>
      users.includes(id) ||
      (email !== null && emails.includes(email.toLowerCase())) ||
      (group !== undefined && GROUPS[group]?.includes(id)),
  );
  const may = named.filter(({ id, mayDecide }) => mayDecide && id !== 'U0DAVE').map(({ id }) => id);
  return { may: new Set(may), needed: last?.needed ?? 1 };
}

// Whoever is a member may discard a question, which changes nothing in an account (docs/slack.md).
const ACTIONS = CLICK_ACTIONS.filter((action) => action !== 'discard');
const clicks = fc.array(
  fc.record({
    action: fc.constantFrom(...ACTIONS, 'approve', 'approve', 'approve'),
    userId: fc.constantFrom(...EVERYBODY),
    reason: fc.constantFrom('because', null),
    days: fc.constantFrom(30, null),
    hours: fc.constantFrom(4 as const, null),
    typedName: fc.constantFrom('report-export', null),
    plan: fc.constantFrom('f1-p1', 'f1-p1', 'f1-p1', 'f1-aid1', undoIdOf('f1-p1'), undoIdOf('f1-aid1'), 'f1-aid2', 'f2-p1', 'x'),
  }),
  { maxLength: 14 },
);

it('executes nothing that too few of those who may have approved', async () => {
  const ends = { executed: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(circle, fc.array(line, { maxLength: 4 }), clicks, async (approvers, approvals, all) => {
      const world = await makeClickWorld({ slack: { slack: { approvers, approvals, breakGlass: false } } });
      for (const person of PEOPLE) world.desk.users.set(person.id, person);
      for (const [group, members] of Object.entries(GROUPS)) world.desk.groups.set(group, members);
      const { may, needed } = whoMay(approvers, approvals);
      for (const { plan, ...one } of all) {
        const ofAid = one.action === 'quarantine' || one.action === 'isolate';
        await click(world, { ...one, planId: ofAid && plan === 'f1-p1' ? 'f1-aid1' : plan });
      }
      const approvedBy = new Set(
        all
          .filter(({ action, plan, userId }) => action === 'approve' && plan === 'f1-p1' && may.has(userId))
          .map(({ userId }) => userId),
      );
      const isExempted = all.some(
        ({ action, plan, userId, reason, days }) => action === 'exempt' && plan === 'f1-p1' && may.has(userId) && reason && days,
      );
      if (!isExempted) expect(world.ledger.exemptions).toEqual([]);
      const worked = world.sent.work.filter(({ message }) => message.planId === 'f1-p1');
      if (approvedBy.size < needed) expect(worked).toEqual([]);
      const plan = world.ledger.plans.get('f1-p1');
      for (const { userId } of plan?.approvals ?? []) expect(may.has(userId)).toBe(true);
      if (may.size === 0) {
        expect(plan).toMatchObject({ status: 'asked', approvals: [], snoozedUntil: null, decidedBy: null });
      }
      ends[worked.length > 0 ? 'executed' : 'refused'] += 1;
    }),
    { numRuns: 400 },
  );
  expect(Math.min(...Object.values(ends))).toBeGreaterThan(10);
});

it('lets nobody exempt by way of first aid, on which others may decide', async () => {
  const approvers = { users: ['U0ALICE', 'U0BOB'], emails: [] };
  const approvals = [{ severities: ['critical' as const], approvers, needed: 2 }];
  const nobody = { users: [], emails: [] };
  const world = await makeClickWorld({ slack: { slack: { approvers: nobody, approvals, breakGlass: false } } });
  await click(world, { action: 'quarantine', planId: 'f1-aid1', userId: 'U0BOB', typedName: 'report-export' });
  expect(world.ledger.plans.get('f1-aid1')).toMatchObject({ status: 'asked', kind: 'containment' });
  for (const action of ['exempt', 'deny', 'snooze', 'discard', 'approve'] as const)
    await click(world, { action, planId: 'f1-aid1', reason: 'because', days: 30, hours: 4 });
  expect(world.ledger.plans.get('f1-aid1')).toMatchObject({ status: 'asked', snoozedUntil: null });
  expect(world.ledger.exemptions).toEqual([]);
  expect(world.desk.whispers.filter(({ text }) => text.startsWith('This card is out of date'))).toHaveLength(5);
});

it.each([
  ['of another channel', { channel: 'C0OTHER' }],
  ['of another moment', { ts: '1790000000.000009' }],
])('refuses a click on any message but the finding’s own card: one %s', async (_which, elsewhere) => {
  const world = await makeClickWorld();
  await click(world, elsewhere);
  expect(world.ledger.plans.get('f1-p1')).toMatchObject({ status: 'asked', approvals: [] });
  expect(world.sent.work).toEqual([]);
  await click(world);
  expect(world.ledger.plans.get('f1-p1')).toMatchObject({ status: 'approved' });
});
