import { beforeEach, describe, expect, it } from 'vitest';
import { InvalidConfiguration, TryAgain } from '../../../shared/model/errors.ts';
import { CI, cardOf, click, expectRefused, lastWhisper, makeClickWorld, planOf } from '../../support/click-bench.ts';
import { aPlan, aUser } from '../../support/slack-samples.ts';
import type { MemoryWorld } from '../../support/world.ts';

const approvers = (changes: { users?: string[]; emails?: string[]; group?: string }) => ({
  slack: { approvers: { users: [], emails: [], ...changes } },
});

let world: MemoryWorld;
beforeEach(async () => {
  world = await makeClickWorld();
});

describe('approve', () => {
  it('approves, queues the work, and takes the buttons away at once', async () => {
    await click(world);
    expect(planOf(world)).toMatchObject({ status: 'approved', approvals: [{ userId: 'U0ALICE', userName: 'alice' }] });
    expect(world.sent.work).toEqual([{ message: { kind: 'apply', planId: 'f1-p1' }, group: aPlan().resource.arn }]);
    expect(cardOf(world)).toContain('"Approved by "');
    expect(cardOf(world)).toContain('U0ALICE');
    expect(cardOf(world)).not.toContain('"actions"');
    expect(world.ledger.entries).toMatchObject([{ what: 'approved', by: 'U0ALICE', findingId: 'f1' }]);
    expect(world.published).toMatchObject([{ type: 'PlanChanged', detail: { status: 'approved', planId: 'f1-p1' } }]);
    expect(world.desk.whispers).toEqual([]);
  });

  it('twice by the same user is one approval and no complaint', async () => {
    await Promise.all([click(world), click(world)]);
    expect(planOf(world)?.approvals).toHaveLength(1);
    expect(world.desk.whispers).toEqual([]);
    expect(new Set(world.sent.work.map(({ message }) => message.planId))).toEqual(new Set(['f1-p1']));
  });

  it('by two at once is one decision, and the loser hears who was first', async () => {
    await Promise.all([click(world, { userId: 'U0ALICE' }), click(world, { userId: 'U0BOB' })]);
    expect(planOf(world)?.approvals).toHaveLength(1);
    expect(world.sent.work).toHaveLength(1);
    const [winner] = planOf(world)?.approvals ?? [];
    expect(lastWhisper(world)).toBe(`Already approved by <@${winner?.userId}>.`);
    expect(world.desk.whispers[0]?.userId).not.toBe(winner?.userId);
  });

  it('and deny at once: one of them decides', async () => {
    await Promise.all([click(world, { userId: 'U0ALICE' }), click(world, { userId: 'U0BOB', action: 'deny', reason: 'no' })]);
    const status = planOf(world)?.status;
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
    await expect(click(world)).rejects.toThrow(TryAgain);
    expect(planOf(world)?.status).toBe('approved');
    world.queues.sendWork = sendWork;
    await click(world);
    expect(world.sent.work).toHaveLength(1);
    expect(planOf(world)?.approvals).toHaveLength(1);
  });

  it('stands when Slack is down for the card, which is queued instead', async () => {
    world.desk.before.update = () => {
      throw new TryAgain('down');
    };
    await click(world);
    expect(world.sent.work).toHaveLength(1);
    expect(world.sent.notices).toContainEqual({ message: { kind: 'card', findingId: 'f1' }, group: 'f1' });
  });

  it('stands when the loser can’t be told', async () => {
    await click(world);
    world.desk.before.whisper = () => {
      throw new TryAgain('down');
    };
    await click(world, { userId: 'U0BOB' });
    expect(planOf(world)?.approvals).toHaveLength(1);
  });

  it('after expiry does nothing', async () => {
    world.clock.advance(24 * 3_600_000);
    await click(world);
    expectRefused(world, /expired/);
  });

  it('of a plan that is done is not done again', async () => {
    const asked = await world.ledger.readPlan('f1-p1');
    if (asked) await world.ledger.writePlan({ ...asked, status: 'stale' });
    await click(world);
    expect(lastWhisper(world)).toMatch(/changed since/);
    expect(world.sent.work).toEqual([]);
  });

  it.each([
    ['another message', { ts: '1790000000.999999' }],
    ['another channel', { channel: 'C0OTHER' }],
  ])('from %s is refused', async (_, where) => {
    await click(world, where);
    expectRefused(world, /newer/);
  });

  it('of a plan that the finding no longer speaks of is refused', async () => {
    const finding = await world.ledger.readFinding('f1');
    if (finding) await world.ledger.writeFinding({ ...finding, planId: 'f1-p2' });
    await click(world);
    expectRefused(world, /changed since/);
  });

  it('of a plan nobody knows is refused', async () => {
    await click(world, { planId: 'made-up' });
    expectRefused(world, /not known/);
  });
});

describe('who may', () => {
  it('nobody, when no approvers are configured', async () => {
    world = await makeClickWorld({ slack: approvers({}) });
    await click(world);
    expectRefused(world, /names no approvers/);
  });

  it('nobody, when the configuration is invalid', async () => {
    world.config.read = async () => {
      throw new InvalidConfiguration('cinch.yaml:3:1: x');
    };
    await expect(click(world))
      .rejects.toThrow(InvalidConfiguration)
      .catch(() => undefined);
    expect(planOf(world)?.status).toBe('asked');
    expect(world.sent.work).toEqual([]);
    expect(lastWhisper(world)).toMatch(/configuration is invalid/);
  });

  it('not a member who is not configured', async () => {
    await click(world, { userId: 'U0CAROL' });
    expectRefused(world, /not one of the configured approvers/);
  });

  it('a member of the user group', async () => {
    world = await makeClickWorld({ slack: approvers({ group: 'S0OPS' }) });
    world.desk.groups.set('S0OPS', ['U0CAROL']);
    await click(world, { userId: 'U0ALICE' });
    expectRefused(world, /not one of/);
    await click(world, { userId: 'U0CAROL' });
    expect(planOf(world)?.status).toBe('approved');
  });

  it('somebody named by e-mail, in any case', async () => {
    world = await makeClickWorld({ slack: approvers({ emails: ['Carol@Example.com'] }) });
    await click(world, { userId: 'U0CAROL' });
    expect(planOf(world)?.status).toBe('approved');
  });

  it('no guest, bot or deactivated user, configured or not', async () => {
    world.desk.users.set('U0ALICE', aUser('U0ALICE', { mayDecide: false }));
    await click(world);
    expectRefused(world, /full members/);
  });

  it('nobody Slack does not know', async () => {
    world.desk.users.delete('U0ALICE');
    await click(world);
    expectRefused(world, /full members/);
  });

  it.each(['user', 'userByEmail'] as const)('nobody while Slack can’t be asked (%s)', async (call) => {
    world.desk.before[call] = () => {
      throw new TryAgain('Slack answered with 500');
    };
    await click(world);
    expectRefused(world, /could not be asked/);
  });

  it('nobody while the group can’t be read', async () => {
    world = await makeClickWorld({ slack: approvers({ group: 'S0GONE' }) });
    await click(world);
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
      world = await makeClickWorld({ slack: { slack: { people } }, plan: { author: { ...CI, ...author } } });
      await click(world, { action, reason: 'because', days: 10 });
      expectRefused(world, /You made this change/);
    }
  });

  it.each([
    ['a machine', CI],
    ['nobody', null],
    ['an e-mail that Slack does not know', { ...CI, session: 'stranger@example.com' }],
  ])('being %s needs two different approvers', async (_, author) => {
    world = await makeClickWorld({ plan: { author } });
    await click(world, { userId: 'U0ALICE' });
    expect(planOf(world)).toMatchObject({ status: 'asked', approvalsNeeded: 2, approvals: [{ userId: 'U0ALICE' }] });
    expect(world.sent.work).toEqual([]);
    expect(cardOf(world)).toContain('1 of 2 approvals is still missing');
    expect(cardOf(world)).toContain('"actions"');
    await click(world, { userId: 'U0ALICE' });
    expect(lastWhisper(world)).toMatch(/2 different people/);
    expect(planOf(world)?.approvals).toHaveLength(1);
    await click(world, { userId: 'U0BOB' });
    expect(planOf(world)?.status).toBe('approved');
    expect(world.sent.work).toHaveLength(1);
  });

  it('unknown: two approvers at the same moment are both counted', async () => {
    world = await makeClickWorld({ plan: { author: CI } });
    await Promise.all([click(world, { userId: 'U0ALICE' }), click(world, { userId: 'U0BOB' })]);
    expect(planOf(world)).toMatchObject({ status: 'approved' });
    expect(planOf(world)?.approvals).toHaveLength(2);
    expect(world.sent.work).toHaveLength(1);
  });

  it('unknown: an approval of somebody who is no approver any more no longer counts', async () => {
    world = await makeClickWorld({ plan: { author: CI, approvals: [{ userId: 'U0CAROL', userName: 'carol', at: 'x' }] } });
    await click(world, { userId: 'U0ALICE' });
    expect(planOf(world)).toMatchObject({ status: 'asked', approvals: [{ userId: 'U0ALICE' }] });
  });
});

it('a refusal is in the audit trail', async () => {
  await click(world, { userId: 'U0CAROL' });
  expect(world.ledger.entries).toMatchObject([{ what: 'approve refused', by: 'U0CAROL' }]);
});
