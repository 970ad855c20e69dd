import { describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';
import { functionResource, resourceId } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { click, makeClickWorld, planOf } from '../../support/click-bench.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

/** What runs that end at a bad moment once lost or did twice: each of these was found by ending them at every call. */

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];
const MINUTE = 60_000;

async function setUp(mode: 'ask' | 'fix' = 'fix') {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  const config = makeConfig({ rules: { 'lambda-timeout-excessive': mode } });
  const world = makeWorld({ config, reader: account.reader, steps: account.steps });
  await onChange(world, rules, { kind: 'event', event: lambdaEvent() });
  const planId = [...world.ledger.plans.keys()][0] ?? '';
  return {
    account,
    world,
    planId,
    plan: () => world.ledger.plans.get(planId),
    finding: () => [...world.ledger.findings.values()][0],
  };
}
type Setting = Awaited<ReturnType<typeof setUp>>;

const entriesOf = ({ ledger }: Pick<Setting['world'], 'ledger'>) => ledger.entries.map(({ what, by }) => `${what} by ${by}`);

/** Ends the run at the nth call of that name, before it takes effect. */
async function killAt(
  world: Setting['world'],
  call: keyof Setting['world']['ledger']['before'],
  nth: number,
  run: () => Promise<unknown>,
) {
  let calls = 0;
  world.ledger.before[call] = () => {
    calls += 1;
    if (calls === nth) throw new Error('killed');
  };
  await expect(run()).rejects.toThrow('killed');
  delete world.ledger.before[call];
}

describe('a plan', () => {
  it('has one entry of its end, though the run was cut off right after it', async () => {
    const { world, planId } = await setUp();
    const write = world.ledger.writePlan;
    world.ledger.writePlan = async (plan) => {
      if (plan.status !== 'applied') return write(plan);
      throw new Error('killed');
    };
    await expect(apply(world, rules, planId)).rejects.toThrow('killed');
    world.ledger.writePlan = write;
    world.clock.advance(20 * MINUTE);
    expect(await apply(world, rules, planId)).toBe('applied');
    expect(entriesOf(world)).toEqual(['remedy applied by cinch']);
  });

  it('that was asked in place of fixing has one entry of it, too', async () => {
    const { world, planId } = await setUp();
    world.ledger.readHalts = async () => [
      { id: 'all', halted: true, by: 'U0ALICE', why: 'a drill', since: '2026-11-22T12:00:00.000Z', version: 1 },
    ];
    const write = world.ledger.writePlan;
    world.ledger.writePlan = async () => {
      throw new Error('killed');
    };
    await expect(apply(world, rules, planId)).rejects.toThrow('killed');
    world.ledger.writePlan = write;
    world.clock.advance(20 * MINUTE);
    expect(await apply(world, rules, planId)).toBe('asked');
    expect(entriesOf(world)).toEqual(['asked in place of fixing by cinch']);
  });

  it('is announced by the next delivery, and its lease is free, when the run ended after its last write', async () => {
    const { world, planId, finding } = await setUp();
    const { sendNotice } = world.queues;
    world.published.length = 0;
    (world.queues as { sendNotice: unknown }).sendNotice = async () => {
      throw new Error('killed');
    };
    (world.bus as { publish: unknown }).publish = async () => {
      throw new Error('killed');
    };
    world.ledger.before.releaseLease = () => {
      throw new Error('killed');
    };
    await expect(apply(world, rules, planId)).rejects.toThrow('killed');
    delete world.ledger.before.releaseLease;
    const published: unknown[] = [];
    Object.assign(world.queues, { sendNotice });
    Object.assign(world.bus, { publish: async (...events: unknown[]) => void published.push(...events) });

    expect(await apply(world, rules, planId)).toBe('applied');
    expect(world.sent.notices).toMatchObject([{ message: { kind: 'card', findingId: finding()?.id } }]);
    expect(published).toMatchObject([{ detail: { status: 'fixed' } }, { detail: { planId, status: 'applied' } }]);
    expect(await world.ledger.takeLease(ORDERS, 'an undo', 300)).toBe(true);
  });
});

describe('a click that is delivered again', () => {
  it('after its work is done still has its entry, once', async () => {
    for (const action of ['approve', 'undo', 'quarantine'] as const) {
      const planId = action === 'quarantine' ? 'f1-aid1' : 'f1-p1';
      const world = await makeClickWorld({ plan: { status: action === 'undo' ? 'applied' : 'asked' } });
      const id = `request-${action}`;
      await killAt(world, 'audit', 1, () => click(world, { action, planId, id }));
      const decided = world.ledger.plans.get(action === 'undo' ? `${planId}-undo` : planId);
      if (!decided) throw new Error('nothing was decided');
      expect(decided.status).toBe('approved');
      // Its work was queued before, and is done before the click comes again.
      await world.ledger.writePlan({ ...decided, status: 'applied', updatedAt: '2026-11-22T12:05:00.000Z' });
      world.clock.advance(10 * MINUTE);
      for (let delivery = 0; delivery < 2; delivery++) await click(world, { action, planId, id });
      expect(world.ledger.entries).toMatchObject([
        { what: expect.stringMatching(/approved|asked for/), by: 'U0ALICE', at: '2026-11-22T12:00:00.000Z' },
      ]);
      expect(world.desk.whispers).toEqual([]);
    }
  });

  it('is the same approval where two are needed, and a second click of the same person is not another', async () => {
    const world = await makeClickWorld({ slack: { slack: { approvals: [{ needed: 2 }] } } });
    await killAt(world, 'audit', 1, () => click(world, { id: 'request-1' }));
    world.clock.advance(10 * MINUTE);
    await click(world, { id: 'request-1' });
    expect(world.desk.whispers).toEqual([]);
    expect(planOf(world)).toMatchObject({ status: 'asked', approvals: [{ userId: 'U0ALICE' }] });
    expect(entriesOf(world)).toEqual(['approved, 1 of 2 by U0ALICE']);
    await click(world, { id: 'request-2' });
    expect(world.desk.whispers).toMatchObject([
      { userId: 'U0ALICE', text: expect.stringContaining('You have approved already') },
    ]);
    await click(world, { id: 'request-3', userId: 'U0BOB' });
    await click(world, { id: 'request-1' });
    expect(entriesOf(world)).toEqual(['approved, 1 of 2 by U0ALICE', 'approve refused by U0ALICE', 'approved by U0BOB']);
  });

  it('is refused once', async () => {
    const world = await makeClickWorld();
    for (const minute of [0, 10]) {
      world.clock.advance(minute * MINUTE);
      await click(world, { id: 'request-1', userId: 'U0CAROL' });
    }
    expect(entriesOf(world)).toEqual(['approve refused by U0CAROL']);
  });

  it('asks for no second undo where the first has failed', async () => {
    const world = await makeClickWorld({ plan: { status: 'applied' } });
    await click(world, { action: 'undo', id: 'request-1' });
    const undo = world.ledger.plans.get('f1-p1-undo');
    if (!undo) throw new Error('no undo');
    await world.ledger.writePlan({ ...undo, status: 'failed' });
    await click(world, { action: 'undo', id: 'request-1' });
    expect(world.ledger.plans.get('f1-p1-undo')?.status).toBe('failed');
    await click(world, { action: 'undo', id: 'request-2' });
    expect(world.ledger.plans.get('f1-p1-undo')?.status).toBe('approved');
  });
});

describe('a plan whose account refuses every role', () => {
  const gone = async (): Promise<never> => {
    throw new AccessRefused('account 222222222222 does not let Cinch assume its role cinch-read');
  };

  it('ends with the reason, when nothing was written yet', async () => {
    const { account, world, planId, plan, finding } = await setUp();
    Object.assign(world.reader, { readState: gone });
    Object.assign(world.steps, { capture: gone, apply: gone, verify: gone, undo: gone });
    await expect(apply(world, rules, planId)).rejects.toThrow(AccessRefused);
    world.clock.advance(11 * MINUTE);
    expect(await apply(world, rules, planId)).toBe('failed');
    expect(plan()?.outcome).toEqual([expect.stringContaining('does not let Cinch assume')]);
    expect(finding()).toMatchObject({ status: 'failed', reason: expect.stringContaining('does not let Cinch assume') });
    expect(world.sent.notices).toHaveLength(1);
    expect(account.writes).toEqual([]);
  });

  it('ends in the middle with what could not be put back', async () => {
    const { account, world, planId, plan, finding } = await setUp();
    Object.assign(world.steps, { verify: gone });
    await expect(apply(world, rules, planId)).rejects.toThrow(AccessRefused);
    expect(account.writes).toEqual(['orders=60']);
    Object.assign(world.steps, { undo: gone });
    world.clock.advance(11 * MINUTE);
    expect(await apply(world, rules, planId)).toBe('failed');
    expect(plan()?.outcome).toEqual([
      expect.stringContaining('does not let'),
      expect.stringContaining('Not put back: lower-timeout'),
    ]);
    expect(finding()?.status).toBe('failed');
    expect(await world.ledger.takeLease(ORDERS, 'another', 300)).toBe(true);
  });

  it('is put back when undo is let in', async () => {
    const { account, world, planId, plan } = await setUp();
    Object.assign(world.steps, { verify: gone });
    await expect(apply(world, rules, planId)).rejects.toThrow(AccessRefused);
    world.clock.advance(11 * MINUTE);
    expect(await apply(world, rules, planId)).toBe('failed');
    expect(account.writes).toEqual(['orders=60', 'orders=900']);
    expect(plan()?.outcome.at(-1)).toBe('Everything was put back as it was.');
  });
});

it('work that is stuck is sent again three times within half an hour, then once an hour', async () => {
  const { world } = await setUp();
  world.sent.work.length = 0;
  const sentAt: number[] = [];
  for (let minute = 1; minute <= 240; minute++) {
    world.clock.advance(MINUTE);
    await sweep(world);
    while (world.sent.work.length > sentAt.length) sentAt.push(minute);
  }
  expect(sentAt).toEqual([11, 21, 31, 91, 151, 211]);
  expect(world.sent.work.every(({ group }) => group === resourceId(ORDERS))).toBe(true);
});
