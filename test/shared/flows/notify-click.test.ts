import { beforeEach, describe, expect, it } from 'vitest';
import type { ClickMessage } from '../../../shared/flows/messages.ts';
import { notify } from '../../../shared/flows/notify.ts';
import { InvalidConfiguration, TryAgain } from '../../../shared/model/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { ALICE, aClick, aFinding, aPlan, aUser, BOB, CARD, CAROL, DAVE } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

const CI = {
  account: '222222222222',
  arn: 'arn:aws:iam::222222222222:role/ci',
  type: 'AssumedRole',
  session: 'build-77',
  sourceIdentity: null,
};

async function makeBench(options: { slack?: Parameters<typeof makeConfig>[0]; plan?: Partial<Plan> } = {}): Promise<MemoryWorld> {
  const world = makeWorld({ config: makeConfig(options.slack), users: [ALICE, BOB, CAROL, DAVE] });
  await world.desk.post(CARD.channel, { text: 'as posted', blocks: [] });
  await world.ledger.writePlan(aPlan(options.plan));
  await world.ledger.writeFinding(
    aFinding({ author: options.plan?.author === undefined ? aPlan().author : options.plan.author }),
  );
  return world;
}
const approvers = (changes: { users?: string[]; emails?: string[]; group?: string }) => ({
  slack: { approvers: { users: [], emails: [], ...changes } },
});

let world: MemoryWorld;
beforeEach(async () => {
  world = await makeBench();
});
const click = (changes: Partial<ClickMessage> = {}, on = world) => notify(on, JSON.stringify(aClick(changes)));
const plan = (on = world) => on.ledger.plans.get('f1-p1');
const card = (on = world) => JSON.stringify([...on.desk.messages.values()][0]?.card);
const lastWhisper = (on = world) => on.desk.whispers.at(-1)?.text ?? '';

/** Nothing decided, nothing queued, the user told. */
function expectRefused(on: MemoryWorld, words: RegExp): void {
  expect(on.desk.whispers).toHaveLength(1);
  expect(lastWhisper(on)).toMatch(words);
  expect(plan(on)).toMatchObject({ status: 'asked', approvals: [] });
  expect(on.sent.work).toEqual([]);
}

describe('approve', () => {
  it('approves, queues the work, and takes the buttons away at once', async () => {
    await click();
    expect(plan()).toMatchObject({ status: 'approved', approvals: [{ userId: 'U0ALICE', userName: 'alice' }] });
    expect(world.sent.work).toEqual([{ message: { kind: 'apply', planId: 'f1-p1' }, group: aPlan().resource.arn }]);
    expect(card()).toContain('"Approved by "');
    expect(card()).toContain('U0ALICE');
    expect(card()).not.toContain('"actions"');
    expect(world.ledger.entries).toMatchObject([{ what: 'approved', by: 'U0ALICE', findingId: 'f1' }]);
    expect(world.published).toMatchObject([{ type: 'PlanChanged', detail: { status: 'approved', planId: 'f1-p1' } }]);
    expect(world.desk.whispers).toEqual([]);
  });

  it('twice by the same user is one approval and no complaint', async () => {
    await Promise.all([click(), click()]);
    expect(plan()?.approvals).toHaveLength(1);
    expect(world.desk.whispers).toEqual([]);
    expect(new Set(world.sent.work.map(({ message }) => message.planId))).toEqual(new Set(['f1-p1']));
  });

  it('by two at once is one decision, and the loser hears who was first', async () => {
    await Promise.all([click({ userId: 'U0ALICE' }), click({ userId: 'U0BOB' })]);
    expect(plan()?.approvals).toHaveLength(1);
    expect(world.sent.work).toHaveLength(1);
    const [winner] = plan()?.approvals ?? [];
    expect(lastWhisper()).toBe(`Already approved by <@${winner?.userId}>.`);
    expect(world.desk.whispers[0]?.userId).not.toBe(winner?.userId);
  });

  it('and deny at once: one of them decides', async () => {
    await Promise.all([click({ userId: 'U0ALICE' }), click({ userId: 'U0BOB', action: 'deny', reason: 'no' })]);
    const status = plan()?.status;
    expect(['approved', 'denied']).toContain(status);
    expect(world.sent.work).toHaveLength(status === 'approved' ? 1 : 0);
    expect(world.ledger.findings.get('f1')?.status).toBe(status === 'approved' ? 'asked' : 'denied');
    expect(world.desk.whispers).toHaveLength(1);
  });

  it('that was cut off before the work was queued goes on when it is delivered again', async () => {
    const { sendWork } = world.queues;
    world.queues.sendWork = async () => {
      throw new TryAgain('SQS is down');
    };
    await expect(click()).rejects.toThrow(TryAgain);
    expect(plan()?.status).toBe('approved');
    world.queues.sendWork = sendWork;
    await click();
    expect(world.sent.work).toHaveLength(1);
    expect(plan()?.approvals).toHaveLength(1);
  });

  it('stands when Slack is down for the card, which is queued instead', async () => {
    world.desk.before.update = () => {
      throw new TryAgain('down');
    };
    await click();
    expect(world.sent.work).toHaveLength(1);
    expect(world.sent.notices).toEqual([{ message: { kind: 'card', findingId: 'f1' }, group: 'f1' }]);
  });

  it('stands when the loser can’t be told', async () => {
    await click();
    world.desk.before.whisper = () => {
      throw new TryAgain('down');
    };
    await click({ userId: 'U0BOB' });
    expect(plan()?.approvals).toHaveLength(1);
  });

  it('after expiry does nothing', async () => {
    world.clock.advance(24 * 3_600_000);
    await click();
    expectRefused(world, /expired/);
  });

  it('of a plan that is done is not done again', async () => {
    const asked = await world.ledger.readPlan('f1-p1');
    if (asked) await world.ledger.writePlan({ ...asked, status: 'stale' });
    await click();
    expect(lastWhisper()).toMatch(/changed since/);
    expect(world.sent.work).toEqual([]);
  });

  it.each([
    ['another message', { ts: '1790000000.999999' }],
    ['another channel', { channel: 'C0OTHER' }],
  ])('from %s is refused', async (_, where) => {
    await click(where);
    expectRefused(world, /newer/);
  });

  it('of a plan that the finding no longer speaks of is refused', async () => {
    const finding = await world.ledger.readFinding('f1');
    if (finding) await world.ledger.writeFinding({ ...finding, planId: 'f1-p2' });
    await click();
    expectRefused(world, /changed since/);
  });

  it('of a plan nobody knows is refused', async () => {
    await click({ planId: 'made-up' });
    expectRefused(world, /not known/);
  });
});

describe('who may', () => {
  it('nobody, when no approvers are configured', async () => {
    world = await makeBench({ slack: approvers({}) });
    await click();
    expectRefused(world, /names no approvers/);
  });

  it('nobody, when the configuration is invalid', async () => {
    world.config.read = async () => {
      throw new InvalidConfiguration('cinch.yaml:3:1: x');
    };
    await expect(click())
      .rejects.toThrow(InvalidConfiguration)
      .catch(() => undefined);
    expect(plan()?.status).toBe('asked');
    expect(world.sent.work).toEqual([]);
    expect(lastWhisper()).toMatch(/configuration is invalid/);
  });

  it('not a member who is not configured', async () => {
    await click({ userId: 'U0CAROL' });
    expectRefused(world, /not one of the configured approvers/);
  });

  it('a member of the user group', async () => {
    world = await makeBench({ slack: approvers({ group: 'S0OPS' }) });
    world.desk.groups.set('S0OPS', ['U0CAROL']);
    await click({ userId: 'U0ALICE' });
    expectRefused(world, /not one of/);
    await click({ userId: 'U0CAROL' });
    expect(plan()?.status).toBe('approved');
  });

  it('somebody named by e-mail, in any case', async () => {
    world = await makeBench({ slack: approvers({ emails: ['Carol@Example.com'] }) });
    await click({ userId: 'U0CAROL' });
    expect(plan()?.status).toBe('approved');
  });

  it('no guest, bot or deactivated user, configured or not', async () => {
    world.desk.users.set('U0ALICE', aUser('U0ALICE', { mayDecide: false }));
    await click();
    expectRefused(world, /full members/);
  });

  it('nobody Slack does not know', async () => {
    world.desk.users.delete('U0ALICE');
    await click();
    expectRefused(world, /full members/);
  });

  it.each(['user', 'userByEmail'] as const)('nobody while Slack can’t be asked (%s)', async (call) => {
    world.desk.before[call] = () => {
      throw new TryAgain('Slack answered with 500');
    };
    await click();
    expectRefused(world, /could not be asked/);
  });

  it('nobody while the group can’t be read', async () => {
    world = await makeBench({ slack: approvers({ group: 'S0GONE' }) });
    await click();
    expectRefused(world, /could not be asked/);
  });
});

describe('the author of the change', () => {
  it.each([
    ['e-mail of the session', { session: 'alice@example.com' }, {}],
    ['e-mail of the source identity', { session: 'x', sourceIdentity: 'Alice@example.com' }, {}],
    ['source identity, whatever the session claims', { session: 'bob@example.com', sourceIdentity: 'alice@example.com' }, {}],
    ['map of principals', { session: 'x' }, { [CI.arn]: 'U0ALICE' }],
    ['map of sessions', { session: 'x' }, { [CI.arn]: 'U0BOB', [`${CI.arn}/x`]: 'U0ALICE' }],
    ['map, before the session’s e-mail', { session: 'dave@example.com' }, { [CI.arn]: 'U0ALICE' }],
  ])('is known by %s and may not decide', async (_, author, people) => {
    for (const action of ['approve', 'deny', 'exempt'] as const) {
      world = await makeBench({ slack: { slack: { people } }, plan: { author: { ...CI, ...author } } });
      await click({ action, reason: 'because', days: 10 });
      expectRefused(world, /You made this change/);
    }
  });

  it.each([
    ['a machine', CI],
    ['nobody', null],
    ['an e-mail that Slack does not know', { ...CI, session: 'stranger@example.com' }],
  ])('being %s needs two different approvers', async (_, author) => {
    world = await makeBench({ plan: { author } });
    await click({ userId: 'U0ALICE' });
    expect(plan()).toMatchObject({ status: 'asked', approvalsNeeded: 2, approvals: [{ userId: 'U0ALICE' }] });
    expect(world.sent.work).toEqual([]);
    expect(card()).toContain('1 of 2 approvals is still missing');
    expect(card()).toContain('"actions"');
    await click({ userId: 'U0ALICE' });
    expect(lastWhisper()).toMatch(/2 different people/);
    expect(plan()?.approvals).toHaveLength(1);
    await click({ userId: 'U0BOB' });
    expect(plan()?.status).toBe('approved');
    expect(world.sent.work).toHaveLength(1);
  });

  it('unknown: two approvers at the same moment are both counted', async () => {
    world = await makeBench({ plan: { author: CI } });
    await Promise.all([click({ userId: 'U0ALICE' }), click({ userId: 'U0BOB' })]);
    expect(plan()).toMatchObject({ status: 'approved' });
    expect(plan()?.approvals).toHaveLength(2);
    expect(world.sent.work).toHaveLength(1);
  });

  it('unknown: an approval of somebody who is no approver any more no longer counts', async () => {
    world = await makeBench({ plan: { author: CI, approvals: [{ userId: 'U0CAROL', userName: 'carol', at: 'x' }] } });
    await click({ userId: 'U0ALICE' });
    expect(plan()).toMatchObject({ status: 'asked', approvals: [{ userId: 'U0ALICE' }] });
  });
});

describe('deny', () => {
  it('ends plan and finding with the reason, and says who', async () => {
    await click({ action: 'deny', reason: 'partners <!channel> call it' });
    expect(plan()).toMatchObject({
      status: 'denied',
      decidedBy: { userId: 'U0ALICE' },
      decisionReason: 'partners <!channel> call it',
    });
    expect(world.ledger.findings.get('f1')).toMatchObject({ status: 'denied', reason: 'denied: partners <!channel> call it' });
    expect(card()).toContain('"Denied by "');
    expect(card()).not.toContain('"actions"');
    expect(world.published.map(({ type }) => type).sort()).toEqual(['FindingChanged', 'PlanChanged']);
    expect(world.sent.work).toEqual([]);
  });

  it('delivered again changes nothing more', async () => {
    await click({ action: 'deny', reason: 'no' });
    const before = [world.ledger.plans.get('f1-p1')?.version, world.ledger.findings.get('f1')?.version];
    await click({ action: 'deny', reason: 'no' });
    expect([world.ledger.plans.get('f1-p1')?.version, world.ledger.findings.get('f1')?.version]).toEqual(before);
    expect(world.desk.whispers).toEqual([]);
  });

  it('cut off before the finding was written goes on when it is delivered again', async () => {
    world.ledger.before.writeFinding = () => {
      throw new TryAgain('down');
    };
    await expect(click({ action: 'deny', reason: 'no' })).rejects.toThrow(TryAgain);
    delete world.ledger.before.writeFinding;
    await click({ action: 'deny', reason: 'no' });
    expect(world.ledger.findings.get('f1')?.status).toBe('denied');
  });

  it('without a reason is refused', async () => {
    await click({ action: 'deny' });
    expectRefused(world, /reason/);
  });
});

describe('exempt', () => {
  it('records the exemption to the day, and ends plan and finding', async () => {
    await click({ action: 'exempt', reason: 'a demo', days: 30 });
    expect(world.ledger.exemptions).toEqual([
      {
        rule: 'lambda-policy-public',
        resource: aPlan().resource.arn,
        owner: 'alice',
        reason: 'a demo',
        expires: '2026-12-22T12:00:00.000Z',
      },
    ]);
    expect(plan()?.status).toBe('exempted');
    expect(world.ledger.findings.get('f1')).toMatchObject({
      status: 'exempt',
      reason: 'exempt until 2026-12-22 by alice: a demo',
    });
    expect(card()).toContain('"Exempted by "');
  });

  it('delivered again later makes the same exemption', async () => {
    world.ledger.before.addExemption = () => {
      throw new TryAgain('down');
    };
    await expect(click({ action: 'exempt', reason: 'a demo', days: 30 })).rejects.toThrow(TryAgain);
    delete world.ledger.before.addExemption;
    world.clock.advance(3_600_000);
    await click({ action: 'exempt', reason: 'a demo', days: 30 });
    expect(world.ledger.exemptions).toMatchObject([{ expires: '2026-12-22T12:00:00.000Z' }]);
  });

  it.each([null, 0, 366])('for %s days is refused', async (days) => {
    await click({ action: 'exempt', reason: 'x', days });
    expectRefused(world, /1 to 365 days/);
    expect(world.ledger.exemptions).toEqual([]);
  });
});

describe('undo', () => {
  const applied: Partial<Plan> = {
    status: 'applied',
    approvals: [{ userId: 'U0BOB', userName: 'bob', at: '2026-11-22T12:00:00.000Z' }],
    snapshots: ['s'],
    receipts: ['r'],
    appliedAt: '2026-11-22T12:00:01.000Z',
  };
  beforeEach(async () => {
    world = await makeBench({ plan: applied });
    const finding = await world.ledger.readFinding('f1');
    if (finding) await world.ledger.writeFinding({ ...finding, status: 'fixed' });
  });
  const undoPlan = () => world.ledger.plans.get('f1-p1-undo');

  it('makes one plan that takes the other back, and queues it', async () => {
    await click({ action: 'undo' });
    expect(undoPlan()).toMatchObject({
      kind: 'undo',
      undoes: 'f1-p1',
      status: 'approved',
      decidedBy: { userId: 'U0ALICE' },
      snapshots: [],
      receipts: [],
      steps: aPlan().steps,
    });
    expect(world.sent.work).toEqual([{ message: { kind: 'apply', planId: 'f1-p1-undo' }, group: aPlan().resource.arn }]);
    expect(plan()).toMatchObject({ status: 'applied', snapshots: ['s'] });
    expect(card()).toContain('Undo asked for by');
    expect(card()).not.toContain('"actions"');
  });

  it('by two at once is one undo', async () => {
    await Promise.all([click({ action: 'undo' }), click({ action: 'undo', userId: 'U0BOB' })]);
    expect(world.sent.work).toHaveLength(1);
    expect(lastWhisper()).toMatch(/^Already being undone by <@U0(ALICE|BOB)>\.$/);
  });

  it('is not for the author, nor for bystanders', async () => {
    await click({ action: 'undo', userId: 'U0DAVE' });
    await click({ action: 'undo', userId: 'U0CAROL' });
    expect(undoPlan()).toBeUndefined();
    expect(world.desk.whispers).toHaveLength(2);
  });

  it('of what was not applied is refused', async () => {
    world = await makeBench();
    await click({ action: 'undo' });
    expectRefused(world, /nothing to undo/);
  });

  it('that failed may be asked for again', async () => {
    await click({ action: 'undo' });
    const failed = await world.ledger.readPlan('f1-p1-undo');
    if (failed) await world.ledger.writePlan({ ...failed, status: 'failed', outcome: ['the role refused'] });
    await notify(world, JSON.stringify({ kind: 'card', findingId: 'f1' }));
    expect(card()).toContain('The undo failed');
    expect(card()).toContain('cinch-undo');
    await click({ action: 'undo', userId: 'U0BOB' });
    expect(undoPlan()).toMatchObject({ status: 'approved', outcome: [], decidedBy: { userId: 'U0BOB' } });
    expect(world.sent.work).toHaveLength(2);
  });

  it('needs one approver also where the author is unknown', async () => {
    world = await makeBench({ plan: { ...applied, author: CI } });
    await click({ action: 'undo' });
    expect(undoPlan()?.status).toBe('approved');
  });
});

it('a refusal is in the audit trail', async () => {
  await click({ userId: 'U0CAROL' });
  expect(world.ledger.entries).toMatchObject([{ what: 'approve refused', by: 'U0CAROL' }]);
});
