import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CLICK_ACTIONS, type ClickMessage, SNOOZE_HOURS } from '../../../shared/flows/messages.ts';
import { CI, click, makeClickWorld } from '../../support/click-bench.ts';

/** Any clicks by anybody, each delivered up to three times, some at the same moment: what may never happen. */

const USERS = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0DAVE'] as const;
const APPROVERS = new Set(['U0ALICE', 'U0BOB', 'U0DAVE']);

const aClickOf = fc
  .record({
    action: fc.constantFrom(...CLICK_ACTIONS),
    userId: fc.constantFrom(...USERS),
    reason: fc.constantFrom('because', null),
    days: fc.constantFrom(30, null),
    hours: fc.constantFrom(...SNOOZE_HOURS, null),
    typedName: fc.constantFrom('report-export', 'another', null),
    aid: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ aid, ...rest }): Partial<ClickMessage> => {
    const isAid = rest.action === 'quarantine' || rest.action === 'isolate';
    return { ...rest, planId: isAid ? `f1-aid${aid}` : 'f1-p1' };
  });
const GLASS: Partial<ClickMessage> = {
  action: 'break-glass',
  userId: 'U0DAVE',
  reason: 'prod is down',
  typedName: 'report-export',
};
const anyClick = fc.oneof({ weight: 6, arbitrary: aClickOf }, { weight: 1, arbitrary: fc.constant(GLASS) });
const rounds = fc.array(fc.array(fc.tuple(anyClick, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 }), {
  maxLength: 8,
});

it('no order of clicks decides twice, lets an author or a bystander decide, or forgets who did', async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(rounds, fc.boolean(), fc.integer({ min: 1, max: 2 }), async (all, isKnown, needed) => {
      const slack = { breakGlass: true, approvers: { users: [...APPROVERS], emails: [] }, approvals: [{ needed }] };
      const world = await makeClickWorld({ slack: { slack }, plan: isKnown ? {} : { author: CI } });
      const seen: string[] = [];
      for (const round of all) {
        const deliveries = round.flatMap(([changes, times]) => Array.from({ length: times }, () => changes));
        await Promise.all(deliveries.map((changes) => click(world, changes)));
        seen.push(world.ledger.plans.get('f1-p1')?.status ?? '');
        world.clock.advance(60_000);
      }
      const plan = world.ledger.plans.get('f1-p1');
      if (!plan) throw new Error('the plan is gone');
      // Once it has ended it has ended.
      const end = seen.findIndex((status) => status !== 'asked');
      if (end !== -1) expect(new Set(seen.slice(end)).size).toBe(1);
      const worked = world.sent.work.filter(({ message }) => message.planId === 'f1-p1').length;
      expect(worked > 0).toBe(plan.status === 'approved');
      const givers = plan.approvals.map(({ userId }) => userId);
      expect(new Set(givers).size).toBe(givers.length);
      for (const giver of givers) expect(APPROVERS.has(giver)).toBe(true);
      if (isKnown && givers.includes('U0DAVE')) expect(plan.breakGlass?.userId).toBe('U0DAVE');
      if (!isKnown) expect(plan.breakGlass).toBeNull();
      if (plan.status === 'approved' && !plan.breakGlass)
        expect(givers.length).toBeGreaterThanOrEqual(Math.max(needed, isKnown ? 1 : 2));
      if (['denied', 'exempted', 'discarded'].includes(plan.status)) {
        expect(plan.decidedBy).not.toBeNull();
        expect(world.ledger.findings.get('f1')?.status).toBe(plan.status === 'exempted' ? 'exempt' : plan.status);
      }
      expect(world.ledger.exemptions).toHaveLength(plan.status === 'exempted' ? 1 : 0);
      for (const id of ['f1-aid1', 'f1-aid2']) {
        const aid = world.ledger.plans.get(id);
        expect(aid?.approvals.every(({ userId }) => APPROVERS.has(userId)) ?? true).toBe(true);
        if (aid?.status === 'approved') expect(aid.approvals.length).toBe(needed);
      }
      const told = world.desk.replies.filter(({ text }) => text.includes('Break-glass:')).length;
      expect(told).toBe(plan.breakGlass ? 1 : 0);
      ends.add(plan.breakGlass ? 'broken glass' : plan.status);
    }),
    { numRuns: 150 },
  );
  // The histories are worth something only if they lead everywhere.
  expect([...ends].sort()).toEqual(['approved', 'asked', 'broken glass', 'denied', 'discarded', 'exempted']);
});
