import { describe, expect, it } from 'vitest';
import type { Config } from '../../../shared/config/schema.ts';
import { apply } from '../../../shared/flows/apply.ts';
import { readView } from '../../../shared/flows/card-view.ts';
import { readHalts, resetAccount, resumeAll, stopAll, tripAccount } from '../../../shared/flows/halts.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource, type Resource } from '../../../shared/model/resource.ts';
import { defineRule } from '../../../shared/model/rule.ts';
import { renderCard } from '../../../shared/slack/card.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const MEMBER = '222222222222';
const fn = (name: string): Resource<'function'> => functionResource(MEMBER, 'eu-central-1', name);
const ORDERS = fn('orders');

function setUp(mode: 'ask' | 'fix' = 'fix', more: Partial<Config> = {}) {
  const account = makeTimeoutAccount();
  const config = makeConfig({ rules: { 'lambda-timeout-excessive': mode }, ...more });
  const world = makeWorld({ config, reader: account.reader, steps: account.steps });
  let events = 0;
  /** Somebody sets the timeout; Cinch sees it. Answers the plan that speaks of it now. */
  const change = async (target = ORDERS, seconds = 900): Promise<Plan> => {
    account.timeouts.set(target.arn, seconds);
    events += 1;
    const event = lambdaEvent({ id: `e${events}`, functionName: target.name });
    await onChange(world, [TIMEOUT_RULE], { kind: 'event', event });
    const finding = [...world.ledger.findings.values()].find(({ resource }) => resource.arn === target.arn);
    const plan = world.ledger.plans.get(finding?.planId ?? '');
    if (!plan) throw new Error(`no plan for ${target.name}`);
    return plan;
  };
  const approve = async (plan: Plan) => {
    const by = { userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() };
    await world.ledger.writePlan({ ...plan, status: 'approved', approvals: [by], updatedAt: by.at });
  };
  const run = (plan: Plan, rules = [TIMEOUT_RULE]) => apply(world, rules, plan.id);
  const findingOf = (plan: Plan) => world.ledger.findings.get(plan.findingId);
  const cardOf = async (plan: Plan) => {
    const view = await readView(world, plan.findingId);
    return view ? JSON.stringify(renderCard(view)) : '';
  };
  return { account, config, world, change, approve, run, findingOf, cardOf };
}

describe('the stop switch', () => {
  it('makes a question of a plan that was ready, and writes nothing', async () => {
    const { account, world, change, run, findingOf } = setUp();
    const plan = await change();
    await stopAll(world, 'U0ALICE', 'an incident');
    expect(await run(plan)).toBe('asked');
    expect(account.writes).toEqual([]);
    expect(world.ledger.plans.get(plan.id)).toMatchObject({ status: 'asked', expiresAt: expect.any(String), snapshots: [] });
    expect(findingOf(plan)).toMatchObject({
      status: 'asked',
      reason: 'Cinch is stopped since 12:00 UTC on 2026-11-22: an incident',
    });
    expect(world.sent.notices).toHaveLength(1);
  });

  it('makes on-change ask from the start, by configuration too', async () => {
    const slack = setUp();
    await stopAll(slack.world, 'U0ALICE', 'an incident');
    expect(await slack.change()).toMatchObject({ status: 'asked' });
    const configured = setUp('fix', { guard: { stopped: true, maxFixes: 25, minutes: 60 } });
    const plan = await configured.change();
    expect(plan.status).toBe('asked');
    expect(configured.findingOf(plan)?.reason).toBe('Cinch is stopped by its configuration');
  });

  it('makes an approved plan wait, says so on the card, and goes on at the end of the stop', async () => {
    const { account, world, change, approve, run, findingOf, cardOf } = setUp('ask');
    const plan = await change();
    await approve(plan);
    await stopAll(world, 'U0ALICE', 'an incident');
    expect(await run(plan)).toBe('approved');
    const version = findingOf(plan)?.version;
    expect(await run(plan)).toBe('approved');
    expect(findingOf(plan)?.version).toBe(version);
    expect(await cardOf(plan)).toContain('What was approved waits until Cinch goes on.');
    world.clock.advance(15 * 60_000);
    world.sent.work.length = 0;
    await sweep(world);
    expect(world.sent.work).toEqual([]);
    await resumeAll(world, 'U0BOB');
    expect(world.sent.work).toMatchObject([{ message: { planId: plan.id } }]);
    expect(await run(plan)).toBe('applied');
    expect(account.writes).toEqual(['orders=60']);
    expect(await cardOf(plan)).not.toContain('waits');
  });

  it('does not hold what a person undoes', async () => {
    const { account, world, change, run } = setUp();
    const plan = await change();
    await run(plan);
    await stopAll(world, 'U0ALICE', 'an incident');
    const by = { userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() };
    const original = world.ledger.plans.get(plan.id) ?? plan;
    const undo: Plan = { ...original, id: `${plan.id}-undo`, kind: 'undo', undoes: plan.id, status: 'approved', decidedBy: by };
    await world.ledger.writePlan({ ...undo, snapshots: [], receipts: [], version: 0 });
    expect(await run(undo)).toBe('applied');
    expect(account.timeouts.get(ORDERS.arn)).toBe(900);
  });

  it('holds what Cinch would take back by itself', async () => {
    const { account, world, change, run } = setUp();
    const plan = await change();
    await run(plan);
    await stopAll(world, 'U0ALICE', 'an incident');
    const original = world.ledger.plans.get(plan.id) ?? plan;
    const undo: Plan = { ...original, id: `${plan.id}-undo`, kind: 'undo', undoes: plan.id, status: 'approved' };
    await world.ledger.writePlan({ ...undo, snapshots: [], receipts: [], version: 0 });
    expect(await run(undo)).toBe('approved');
    expect(account.timeouts.get(ORDERS.arn)).toBe(60);
  });

  it('is a stop when it cannot be read', async () => {
    const { account, world, change, run, findingOf } = setUp();
    const plan = await change();
    world.ledger.before.readHalts = () => {
      throw new Error('down');
    };
    expect(await run(plan)).toBe('asked');
    expect(findingOf(plan)?.reason).toBe('whether Cinch is stopped could not be read');
    expect(account.writes).toEqual([]);
  });

  it('between capturing and the first write still comes in time', async () => {
    const { account, world, change, run } = setUp();
    const plan = await change();
    const seal = world.vault.seal;
    world.vault.seal = async (...args: Parameters<typeof seal>) => {
      await stopAll(world, 'U0ALICE', 'an incident');
      return seal(...args);
    };
    expect(await run(plan)).toBe('asked');
    expect(account.writes).toEqual([]);
    expect(account.timeouts.get(ORDERS.arn)).toBe(900);
  });

  it('between two steps puts back what was done, and asks again', async () => {
    const { account, world, change, findingOf } = setUp();
    const twice = defineRule({
      ...TIMEOUT_RULE,
      evaluate: (state, context) => {
        const found = TIMEOUT_RULE.evaluate(state, context);
        if (found?.remedy.kind !== 'steps') return found;
        const { steps } = found.remedy;
        return { ...found, remedy: { ...found.remedy, steps: [...steps, ...steps] } };
      },
    });
    await change();
    const finding = [...world.ledger.findings.values()][0];
    if (!finding) throw new Error('no finding');
    // The same rule with two steps: the plan is made anew for them.
    account.timeouts.set(ORDERS.arn, 800);
    await onChange(world, [twice], { kind: 'event', event: lambdaEvent({ id: 'two' }) });
    const plan = world.ledger.plans.get(world.ledger.findings.get(finding.id)?.planId ?? '');
    expect(plan?.steps).toHaveLength(2);
    let receipts = 0;
    const seal = world.vault.seal;
    world.vault.seal = async (...args: Parameters<typeof seal>) => {
      receipts += 1;
      // Two snapshots, then the receipt of the first step.
      if (receipts === 3) await stopAll(world, 'U0ALICE', 'an incident');
      return seal(...args);
    };
    expect(await apply(world, [twice], plan?.id ?? '')).toBe('asked');
    expect(account.writes).toEqual(['orders=60', 'orders=800']);
    expect(findingOf(plan as Plan)).toMatchObject({
      status: 'asked',
      reason: expect.stringMatching(/What had been done was put back/),
    });
    expect(world.ledger.plans.get(plan?.id ?? '')).toMatchObject({ receipts: [], snapshots: [] });
  });

  it('is audited and told once, however often it is turned the same way', async () => {
    const { world } = setUp();
    await Promise.all([stopAll(world, 'U0ALICE', 'first'), stopAll(world, 'U0BOB', 'second')]);
    await stopAll(world, 'U0BOB', 'third');
    expect(world.published).toMatchObject([{ type: 'HaltChanged', detail: { scope: 'all', halted: 'yes' } }]);
    expect(world.ledger.entries).toHaveLength(1);
    await resumeAll(world, 'U0BOB');
    expect((await readHalts(world)).stopped).toBeNull();
    expect(world.published).toHaveLength(2);
  });
});

describe('the circuit breaker', () => {
  const guard = { stopped: false, maxFixes: 2, minutes: 60 };

  async function fixes(bench: ReturnType<typeof setUp>, names: readonly string[]) {
    const ends: string[] = [];
    for (const name of names) ends.push(await bench.run(await bench.change(fn(name))));
    return ends;
  }

  it('opens with one fix too many: it and what follows is asked, and the card says why', async () => {
    const bench = setUp('fix', { guard });
    expect(await fixes(bench, ['a', 'b', 'c', 'd'])).toEqual(['applied', 'applied', 'asked', 'asked']);
    expect(bench.account.writes).toEqual(['a=60', 'b=60']);
    const last = await bench.change(fn('d'), 901);
    expect(bench.findingOf(last)?.reason).toBe(
      'Cinch asks here since 12:00 UTC on 2026-11-22: 3 fixes in 60 minutes, more than the 2 that are allowed',
    );
    expect(await bench.cardOf(last)).toContain('Cinch asks here since');
    expect(bench.world.lines.filter(({ message }) => message === 'circuit breaker tripped')).toHaveLength(1);
  });

  it('counts no fix twice, forgets those of long ago, and leaves other accounts alone', async () => {
    const bench = setUp('fix', { guard });
    const first = await bench.change(fn('a'));
    await bench.run(first);
    await bench.run(first);
    bench.world.clock.advance(61 * 60_000);
    expect(await fixes(bench, ['b', 'c'])).toEqual(['applied', 'applied']);
    await tripAccount(bench.world, '333333333333', 'x');
    bench.world.clock.advance(61 * 60_000);
    expect(await fixes(bench, ['d'])).toEqual(['applied']);
  });

  it('counts a plan that crashed after it was counted once', async () => {
    const bench = setUp('fix', { guard: { ...guard, maxFixes: 1 } });
    const plan = await bench.change();
    bench.account.before.capture = () => {
      throw new Error('killed');
    };
    await bench.run(plan).catch(() => undefined);
    await bench.run(plan).catch(() => undefined);
    delete bench.account.before.capture;
    expect(await bench.run(plan)).toBe('applied');
  });

  it('opens with one fix that does not verify', async () => {
    const bench = setUp();
    const plan = await bench.change();
    bench.world.steps.verify = async () => 'the function did not settle';
    expect(await bench.run(plan)).toBe('failed');
    expect(await readHalts(bench.world)).toMatchObject({
      accounts: [{ account: MEMBER, why: 'a fix of orders did not hold' }],
    });
    expect((await bench.change(fn('other'))).status).toBe('asked');
  });

  it('does not open with one that a person approved, and does not hold such', async () => {
    const bench = setUp('ask');
    const failing = await bench.change();
    await bench.approve(failing);
    const { verify } = bench.world.steps;
    bench.world.steps.verify = async () => 'wrong';
    expect(await bench.run(failing)).toBe('failed');
    expect((await readHalts(bench.world)).accounts).toEqual([]);
    bench.world.steps.verify = verify;
    await tripAccount(bench.world, MEMBER, 'x');
    const other = await bench.change(fn('other'));
    await bench.approve(other);
    expect(await bench.run(other)).toBe('applied');
  });

  it('closes when a person resets it, and then counts anew', async () => {
    const bench = setUp('fix', { guard });
    await fixes(bench, ['a', 'b', 'c']);
    bench.world.clock.advance(1000);
    await resetAccount(bench.world, MEMBER, 'U0ALICE');
    expect(await fixes(bench, ['d', 'e', 'f'])).toEqual(['applied', 'applied', 'asked']);
  });
});
