import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../shared/flows/notify.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { CI, cardOf, click, expectRefused, lastWhisper, makeClickWorld, planOf } from '../../support/click-bench.ts';
import { aPlan } from '../../support/slack-samples.ts';
import type { MemoryWorld } from '../../support/world.ts';

let world: MemoryWorld;
beforeEach(async () => {
  world = await makeClickWorld();
});

describe('deny', () => {
  it('ends plan and finding with the reason, and says who', async () => {
    await click(world, { action: 'deny', reason: 'partners <!channel> call it' });
    expect(planOf(world)).toMatchObject({
      status: 'denied',
      decidedBy: { userId: 'U0ALICE' },
      decisionReason: 'partners <!channel> call it',
    });
    expect(world.ledger.findings.get('f1')).toMatchObject({ status: 'denied', reason: 'denied: partners <!channel> call it' });
    expect(cardOf(world)).toContain('"Denied by "');
    expect(cardOf(world)).not.toContain('"actions"');
    expect(world.published.map(({ type }) => type).sort()).toEqual(['FindingChanged', 'PlanChanged']);
    expect(world.sent.work).toEqual([]);
  });

  it('delivered again changes nothing more', async () => {
    await click(world, { action: 'deny', reason: 'no' });
    const before = [world.ledger.plans.get('f1-p1')?.version, world.ledger.findings.get('f1')?.version];
    await click(world, { action: 'deny', reason: 'no' });
    expect([world.ledger.plans.get('f1-p1')?.version, world.ledger.findings.get('f1')?.version]).toEqual(before);
    expect(world.desk.whispers).toEqual([]);
  });

  it('cut off before the finding was written goes on when it is delivered again', async () => {
    world.ledger.before.writeFinding = () => {
      throw new TryAgain('down');
    };
    await expect(click(world, { action: 'deny', reason: 'no' })).rejects.toThrow(TryAgain);
    delete world.ledger.before.writeFinding;
    await click(world, { action: 'deny', reason: 'no' });
    expect(world.ledger.findings.get('f1')?.status).toBe('denied');
  });

  it('without a reason is refused', async () => {
    await click(world, { action: 'deny' });
    expectRefused(world, /reason/);
  });
});

describe('exempt', () => {
  it('records the exemption to the day, and ends plan and finding', async () => {
    await click(world, { action: 'exempt', reason: 'a demo', days: 30 });
    expect(world.ledger.exemptions).toEqual([
      {
        rule: 'lambda-policy-public',
        resource: aPlan().resource.arn,
        owner: 'alice',
        reason: 'a demo',
        expires: '2026-12-22T12:00:00.000Z',
      },
    ]);
    expect(planOf(world)?.status).toBe('exempted');
    expect(world.ledger.findings.get('f1')).toMatchObject({
      status: 'exempt',
      reason: 'exempt until 2026-12-22 by alice: a demo',
    });
    expect(cardOf(world)).toContain('"Exempted by "');
  });

  it('delivered again later makes the same exemption', async () => {
    world.ledger.before.addExemption = () => {
      throw new TryAgain('down');
    };
    await expect(click(world, { action: 'exempt', reason: 'a demo', days: 30 })).rejects.toThrow(TryAgain);
    delete world.ledger.before.addExemption;
    world.clock.advance(3_600_000);
    await click(world, { action: 'exempt', reason: 'a demo', days: 30 });
    expect(world.ledger.exemptions).toMatchObject([{ expires: '2026-12-22T12:00:00.000Z' }]);
  });

  it.each([null, 0, 366])('for %s days is refused', async (days) => {
    await click(world, { action: 'exempt', reason: 'x', days });
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
    world = await makeClickWorld({ plan: applied });
    const finding = await world.ledger.readFinding('f1');
    if (finding) await world.ledger.writeFinding({ ...finding, status: 'fixed' });
  });
  const undoPlan = () => world.ledger.plans.get('f1-p1-undo');

  it('makes one plan that takes the other back, and queues it', async () => {
    await click(world, { action: 'undo' });
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
    expect(planOf(world)).toMatchObject({ status: 'applied', snapshots: ['s'] });
    expect(cardOf(world)).toContain('Undo asked for by');
    expect(cardOf(world)).not.toContain('"actions"');
  });

  it('by two at once is one undo', async () => {
    await Promise.all([click(world, { action: 'undo' }), click(world, { action: 'undo', userId: 'U0BOB' })]);
    expect(world.sent.work).toHaveLength(1);
    expect(lastWhisper(world)).toMatch(/^Already being undone by <@U0(ALICE|BOB)>\.$/);
  });

  it('is not for the author, nor for bystanders', async () => {
    await click(world, { action: 'undo', userId: 'U0DAVE' });
    await click(world, { action: 'undo', userId: 'U0CAROL' });
    expect(undoPlan()).toBeUndefined();
    expect(world.desk.whispers).toHaveLength(2);
  });

  it('of what was not applied is refused', async () => {
    world = await makeClickWorld();
    await click(world, { action: 'undo' });
    expectRefused(world, /nothing to undo/);
  });

  it('that failed may be asked for again', async () => {
    await click(world, { action: 'undo' });
    const failed = await world.ledger.readPlan('f1-p1-undo');
    if (failed) await world.ledger.writePlan({ ...failed, status: 'failed', outcome: ['the role refused'] });
    await notify(world, JSON.stringify({ kind: 'card', findingId: 'f1' }));
    expect(cardOf(world)).toContain('The undo failed');
    expect(cardOf(world)).toContain('cinch-undo');
    await click(world, { action: 'undo', userId: 'U0BOB' });
    expect(undoPlan()).toMatchObject({ status: 'approved', outcome: [], decidedBy: { userId: 'U0BOB' } });
    expect(world.sent.work).toHaveLength(2);
  });

  it('needs one approver also where the author is unknown', async () => {
    world = await makeClickWorld({ plan: { ...applied, author: CI } });
    await click(world, { action: 'undo' });
    expect(undoPlan()?.status).toBe('approved');
  });
});
