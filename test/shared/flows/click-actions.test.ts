import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidConfiguration, TryAgain } from '../../../shared/model/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { roleResource } from '../../../shared/model/resource.ts';
import { STEP_ROWS } from '../../../shared/model/step.ts';
import { CI, cardOf, click, expectRefused, lastWhisper, makeClickWorld, planOf } from '../../support/click-bench.ts';
import { aUser } from '../../support/slack-samples.ts';
import type { MemoryWorld } from '../../support/world.ts';

let world: MemoryWorld;
beforeEach(async () => {
  world = await makeClickWorld();
});
const findingOf = () => world.ledger.findings.get('f1') as Finding;
const change = async (changes: Partial<Finding>) => {
  const finding = await world.ledger.readFinding('f1');
  if (finding) await world.ledger.writeFinding({ ...finding, ...changes });
};

describe('snooze', () => {
  it('puts the question off and its end with it, and it may still be decided', async () => {
    await click(world, { action: 'snooze', hours: 168 });
    expect(planOf(world)).toMatchObject({
      status: 'asked',
      snoozedUntil: '2026-11-29T12:00:00.000Z',
      expiresAt: '2026-11-30T12:00:00.000Z',
      snoozedBy: { userId: 'U0ALICE' },
    });
    expect(cardOf(world)).toContain('Snoozed until ');
    expect(cardOf(world)).toContain('cinch-approve');
    expect(world.ledger.entries).toMatchObject([{ what: 'put off for 168 hours', by: 'U0ALICE' }]);
    world.clock.advance(72 * 3_600_000);
    await click(world, { userId: 'U0BOB' });
    expect(planOf(world)?.status).toBe('approved');
  });

  it('never brings the end nearer', async () => {
    await click(world, { action: 'snooze', hours: 168 });
    world.clock.advance(3_600_000);
    await click(world, { action: 'snooze', hours: 4, userId: 'U0BOB' });
    expect(planOf(world)).toMatchObject({ snoozedUntil: '2026-11-22T17:00:00.000Z', expiresAt: '2026-11-30T12:00:00.000Z' });
  });

  it('delivered again is the same snooze', async () => {
    await click(world, { action: 'snooze', hours: 24 });
    world.clock.advance(60_000);
    await click(world, { action: 'snooze', hours: 24 });
    expect(planOf(world)).toMatchObject({ snoozedUntil: '2026-11-23T12:00:00.000Z' });
  });

  it.each([
    ['a bystander', { userId: 'U0CAROL' }, /not one of/],
    ['the author', { userId: 'U0DAVE' }, /not one of|You made/],
    ['a time that is not offered', { hours: 5000 }, /no time/],
    ['no time', { hours: null }, /no time/],
  ])('is refused to %s', async (_, changes, words) => {
    await click(world, { action: 'snooze', hours: 4, ...changes });
    expectRefused(world, words);
    expect(planOf(world)?.snoozedUntil).toBeNull();
  });
});

describe('discard', () => {
  it.each([
    ['a bystander', 'U0CAROL'],
    ['the author', 'U0DAVE'],
  ])('is for any member: %s', async (_, userId) => {
    await click(world, { action: 'discard', userId });
    expect(planOf(world)).toMatchObject({ status: 'discarded', decidedBy: { userId } });
    expect(findingOf()).toMatchObject({ status: 'discarded', reason: expect.stringMatching(/^withdrawn by /) });
    expect(cardOf(world)).toContain('"Withdrawn by "');
    expect(cardOf(world)).not.toContain('cinch-approve');
    expect(world.sent.work).toEqual([]);
    expect(world.published.map(({ type }) => type).sort()).toEqual(['FindingChanged', 'PlanChanged']);
  });

  it('is not for guests, bots, or who has left', async () => {
    world.desk.users.set('U0CAROL', aUser('U0CAROL', { mayDecide: false }));
    await click(world, { action: 'discard', userId: 'U0CAROL' });
    expectRefused(world, /full members/);
  });

  it('comes too late after a decision, and says whose', async () => {
    await click(world, { action: 'deny', reason: 'no' });
    await click(world, { action: 'discard', userId: 'U0CAROL' });
    expect(lastWhisper(world)).toBe('Already denied by <@U0ALICE>.');
    expect(findingOf().status).toBe('denied');
  });

  it('and approve at once: one of them decides', async () => {
    await Promise.all([click(world), click(world, { action: 'discard', userId: 'U0CAROL' })]);
    const status = planOf(world)?.status;
    expect(world.sent.work).toHaveLength(status === 'approved' ? 1 : 0);
    expect(findingOf().status).toBe(status === 'approved' ? 'asked' : 'discarded');
  });
});

it('exempt names who answers for it', async () => {
  await click(world, { action: 'exempt', reason: 'a demo', days: 30, owner: 'team-data' });
  expect(world.ledger.exemptions).toMatchObject([{ owner: 'team-data', reason: 'a demo' }]);
});

describe('lines of slack.approvals', () => {
  it('take the place of the common approvers', async () => {
    world = await makeClickWorld({
      slack: { slack: { approvals: [{ severities: ['high'], approvers: { users: ['U0CAROL'], emails: [] } }] } },
    });
    await click(world);
    expectRefused(world, /not one of/);
    await click(world, { userId: 'U0CAROL' });
    expect(planOf(world)?.status).toBe('approved');
  });

  it('that name nobody let nobody decide', async () => {
    world = await makeClickWorld({ slack: { slack: { approvals: [{ approvers: { users: [], emails: [] } }] } } });
    await click(world);
    expectRefused(world, /names no approvers/);
  });

  it('may need three', async () => {
    const approvers = { users: ['U0ALICE', 'U0BOB', 'U0CAROL'], emails: [] };
    world = await makeClickWorld({ slack: { slack: { approvals: [{ needed: 3, approvers }] } } });
    for (const userId of ['U0ALICE', 'U0BOB']) await click(world, { userId });
    expect(planOf(world)).toMatchObject({ status: 'asked', approvalsNeeded: 3 });
    expect(cardOf(world)).toContain('3 of them together');
    await click(world, { userId: 'U0CAROL' });
    expect(planOf(world)?.status).toBe('approved');
    expect(world.sent.work).toHaveLength(1);
  });

  it('escalation lets its approvers in from then on', async () => {
    const escalation = { approvers: { users: ['U0CAROL'], emails: [] }, after: 0.75 };
    world = await makeClickWorld({ slack: { slack: { escalation } } });
    await click(world, { userId: 'U0CAROL' });
    expectRefused(world, /not one of/);
    world = await makeClickWorld({ slack: { slack: { escalation } }, plan: { escalatedAt: '2026-11-22T12:00:00.000Z' } });
    await click(world, { userId: 'U0CAROL' });
    expect(planOf(world)?.status).toBe('approved');
  });
});

describe('break glass', () => {
  const DAVE_TOO = { users: ['U0ALICE', 'U0BOB', 'U0DAVE'], emails: [] };
  const glass = { action: 'break-glass', userId: 'U0DAVE', reason: 'prod is down', typedName: 'report-export' } as const;
  beforeEach(async () => {
    world = await makeClickWorld({ slack: { slack: { breakGlass: true, approvers: DAVE_TOO, mention: ['S0OPS', 'U0CTO'] } } });
  });

  it('approves the author’s own change, loudly', async () => {
    await click(world, glass);
    expect(planOf(world)).toMatchObject({
      status: 'approved',
      breakGlass: { userId: 'U0DAVE' },
      approvals: [{ userId: 'U0DAVE' }],
      decisionReason: 'prod is down',
    });
    expect(world.sent.work).toHaveLength(1);
    expect(cardOf(world)).toContain('BREAK-GLASS');
    const [told] = world.desk.replies.filter(({ broadcast }) => broadcast);
    expect(told?.text).toMatch(/<!here> <!subteam\^S0OPS> <@U0CTO> .*<@U0DAVE>.*report-export.*prod is down/);
    expect(world.ledger.entries).toContainEqual(expect.objectContaining({ what: 'broke the glass: prod is down', by: 'U0DAVE' }));
  });

  it('is offered on the card only where it is configured', async () => {
    await click(world, { ...glass, typedName: 'x' });
    await click(world, { action: 'snooze', hours: 4 });
    expect(cardOf(world)).toContain('cinch-break-glass');
    world = await makeClickWorld();
    await click(world, { action: 'snooze', hours: 4 });
    expect(cardOf(world)).not.toContain('cinch-break-glass');
  });

  it('is told once, also when it is delivered again, and as long as it takes', async () => {
    world.desk.before.reply = () => {
      throw new TryAgain('down');
    };
    await expect(click(world, glass)).rejects.toThrow(TryAgain);
    expect(planOf(world)?.status).toBe('approved');
    delete world.desk.before.reply;
    // The work went on meanwhile.
    const plan = await world.ledger.readPlan('f1-p1');
    if (plan) await world.ledger.writePlan({ ...plan, status: 'applying' });
    await click(world, glass);
    await click(world, glass);
    expect(world.desk.replies.filter(({ text }) => text.includes('Break-glass:'))).toHaveLength(1);
    expect(world.sent.work).toHaveLength(1);
  });

  it('text from a person pings nobody', async () => {
    await click(world, { ...glass, reason: '<!channel> <@U0BOB>' });
    const told = world.desk.replies.find(({ broadcast }) => broadcast)?.text ?? '';
    expect(told).toContain('&lt;!channel&gt; &lt;@U0BOB&gt;');
  });

  it.each([
    ['an approver who is not the author', { userId: 'U0ALICE' }, /author of the change alone/],
    ['somebody who is no approver', { userId: 'U0CAROL' }, /not one of/],
    ['another name', { typedName: 'report-exports' }, /not the name/],
    ['no name', { typedName: null }, /not the name/],
    ['no reason', { reason: null }, /reason/],
  ])('is refused for %s', async (_, changes, words) => {
    await click(world, { ...glass, ...changes });
    expectRefused(world, words);
    expect(world.desk.replies.filter(({ broadcast }) => broadcast)).toEqual([]);
  });

  it('is refused where it is not configured, and to an author who is no approver', async () => {
    world = await makeClickWorld({ slack: { slack: { approvers: DAVE_TOO } } });
    await click(world, glass);
    expectRefused(world, /breakGlass` is off/);
    world = await makeClickWorld({ slack: { slack: { breakGlass: true } } });
    await click(world, glass);
    expectRefused(world, /not one of/);
  });

  it('is nobody’s where the author is not known', async () => {
    world = await makeClickWorld({ slack: { slack: { breakGlass: true, approvers: DAVE_TOO } }, plan: { author: CI } });
    await click(world, glass);
    expectRefused(world, /author of the change alone/);
  });

  it('of what nothing gives back is one of two approvals, and counts when the second comes', async () => {
    const row = STEP_ROWS['remove-permission'] as { irreversible?: true };
    row.irreversible = true;
    try {
      await click(world, glass);
      expect(planOf(world)).toMatchObject({ status: 'asked', approvalsNeeded: 2, breakGlass: { userId: 'U0DAVE' } });
      expect(world.sent.work).toEqual([]);
      await click(world, { userId: 'U0BOB' });
      expect(planOf(world)).toMatchObject({ status: 'approved', approvals: [{ userId: 'U0DAVE' }, { userId: 'U0BOB' }] });
    } finally {
      delete row.irreversible;
    }
  });
});

describe('first aid', () => {
  const AID = 'f1-aid1';
  const aid = (id = AID) => world.ledger.plans.get(id);
  const quarantine = { action: 'quarantine', planId: AID } as const;
  const setAid = async (changes: object, id = AID) => {
    const plan = await world.ledger.readPlan(id);
    if (plan) await world.ledger.writePlan({ ...plan, ...changes });
  };

  it('quarantines a function: a plan of its own, with its own undo, beside the question', async () => {
    await click(world, quarantine);
    expect(aid()).toMatchObject({
      kind: 'containment',
      status: 'approved',
      severity: 'critical',
      approvals: [{ userId: 'U0ALICE' }],
      steps: [{ kind: 'set-concurrency', from: null, to: 0 }],
    });
    expect(world.sent.work).toEqual([{ message: { kind: 'apply', planId: AID }, group: aid()?.resource.arn }]);
    expect(planOf(world)).toMatchObject({ status: 'asked', approvals: [] });
    expect(findingOf()).toMatchObject({ status: 'asked', planId: 'f1-p1', containmentId: AID });
    expect(cardOf(world)).toContain('Quarantine is being put in place');
    expect(cardOf(world)).toContain('cinch-approve');
    expect(cardOf(world)).not.toContain('cinch-quarantine');
  });

  it('is done once for two clicks, two approvers and a repeated delivery', async () => {
    await Promise.all([click(world, quarantine), click(world, { ...quarantine, userId: 'U0BOB' }), click(world, quarantine)]);
    expect(aid()?.approvals).toHaveLength(1);
    expect(new Set(world.sent.work.map(({ message }) => message.planId))).toEqual(new Set([AID]));
    expect(world.desk.whispers.length).toBeGreaterThan(0);
    await setAid({ status: 'applied' });
    await click(world, quarantine);
    expect(aid()?.status).toBe('applied');
  });

  it('is lifted by its own undo, also by the author, and can be put in place again', async () => {
    world = await makeClickWorld({ slack: { slack: { approvers: { users: ['U0ALICE', 'U0DAVE'], emails: [] } } } });
    await click(world, quarantine);
    await setAid({ status: 'applied' });
    await click(world, { action: 'undo', planId: AID, userId: 'U0DAVE' });
    expect(world.ledger.plans.get('f1-aid1-undo')).toMatchObject({ kind: 'undo', undoes: AID, status: 'approved' });
    expect(cardOf(world)).toContain('Quarantine is being lifted');
    await setAid({ status: 'applied' }, 'f1-aid1-undo');
    await click(world, { action: 'snooze', hours: 4 });
    expect(cardOf(world)).toContain('f1-aid2');
    await click(world, { ...quarantine, planId: 'f1-aid2' });
    expect(aid('f1-aid2')?.status).toBe('approved');
    expect(findingOf().containmentId).toBe('f1-aid2');
  });

  it('is for the author too: it takes nothing from the two-person rule', async () => {
    world = await makeClickWorld({ slack: { slack: { approvers: { users: ['U0DAVE'], emails: [] } } } });
    await click(world, { ...quarantine, userId: 'U0DAVE' });
    expect(aid()?.status).toBe('approved');
  });

  it('needs as many as what is critical needs, of those who may decide on it', async () => {
    const line = { severities: ['critical' as const], needed: 2, approvers: { users: ['U0BOB', 'U0CAROL'], emails: [] } };
    world = await makeClickWorld({ slack: { slack: { approvals: [line] } } });
    await click(world, quarantine);
    expect(lastWhisper(world)).toMatch(/not one of/);
    expect(aid()).toBeUndefined();
    await click(world, { ...quarantine, userId: 'U0BOB' });
    expect(aid()).toMatchObject({ status: 'asked', approvalsNeeded: 2 });
    expect(cardOf(world)).toContain('1 of 2 approvals');
    expect(world.sent.work).toEqual([]);
    await click(world, { ...quarantine, userId: 'U0CAROL' });
    expect(aid()?.status).toBe('approved');
    expect(world.sent.work).toHaveLength(1);
  });

  it('isolates a role, and not a function', async () => {
    await click(world, { action: 'isolate', planId: AID });
    expect(lastWhisper(world)).toMatch(/out of date/);
    await change({ resource: roleResource('222222222222', 'service/billing') });
    await click(world, { action: 'isolate', planId: AID });
    expect(aid()).toMatchObject({
      steps: [{ kind: 'set-boundary', fromArn: null, toArn: 'arn:aws:iam::aws:policy/AWSDenyAll' }],
    });
  });

  it('works on a finding that is only reported', async () => {
    await change({ status: 'reported', planId: null });
    await click(world, quarantine);
    expect(aid()?.status).toBe('approved');
  });

  it.each<[string, Partial<Finding>]>([
    ['is not severe', { severity: 'medium' }],
    ['is resolved', { status: 'resolved' }],
    ['is of an API', { resource: { ...roleResource('222222222222', 'x'), kind: 'api' } }],
  ])('is refused where the finding %s', async (_, changes) => {
    await change(changes);
    await click(world, quarantine);
    expect(lastWhisper(world)).toMatch(/out of date/);
    expect(aid()).toBeUndefined();
  });

  it.each([
    ['another message', { ts: '1790000000.999999' }],
    ['an id of another form', { planId: 'f1-p1' }],
    ['an id that is not offered yet', { planId: 'f1-aid2' }],
    ['a finding nobody knows', { planId: 'f9-aid1' }],
  ])('from %s is refused', async (_, changes) => {
    await click(world, { ...quarantine, ...changes });
    expect(lastWhisper(world)).toMatch(/out of date/);
    expect(world.sent.work).toEqual([]);
  });

  it('waits for a valid configuration', async () => {
    world.config.read = async () => {
      throw new InvalidConfiguration('cinch.yaml:3:1: x');
    };
    await click(world, quarantine).catch(() => undefined);
    expect(aid()).toBeUndefined();
    expect(lastWhisper(world)).toMatch(/configuration is invalid/);
  });
});
