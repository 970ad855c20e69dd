import { describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { AccessRefused, Refused, TryAgain } from '../../../shared/model/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];

async function setUp(mode: 'ask' | 'fix' = 'fix') {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  const config = makeConfig({ rules: { 'lambda-timeout-excessive': mode } });
  const world = makeWorld({ config, reader: account.reader, steps: account.steps });
  await onChange(world, rules, { kind: 'event', event: lambdaEvent() });
  const planId = [...world.ledger.plans.keys()][0] ?? '';
  const plan = () => world.ledger.plans.get(planId);
  const finding = () => [...world.ledger.findings.values()][0];
  const timeout = () => account.timeouts.get(ORDERS.arn);
  return { account, world, planId, plan, finding, timeout };
}

async function undo(
  world: Awaited<ReturnType<typeof setUp>>['world'],
  original: Plan | undefined,
): Promise<Plan['status'] | 'unknown'> {
  if (!original) throw new Error('no plan');
  const by = { userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() };
  await world.ledger.writePlan({
    ...original,
    id: `${original.id}-undo`,
    kind: 'undo',
    undoes: original.id,
    status: 'approved',
    decidedBy: by,
    snapshots: [],
    receipts: [],
    appliedAt: null,
    outcome: [],
    version: 0,
  });
  return apply(world, rules, `${original.id}-undo`);
}

describe('a safe plan', () => {
  it('is applied, verified, recorded and announced', async () => {
    const { account, world, planId, plan, finding } = await setUp();
    expect(await apply(world, rules, planId)).toBe('applied');
    expect(account.writes).toEqual(['orders=60']);
    expect(plan()).toMatchObject({ status: 'applied', appliedAt: expect.any(String), snapshots: [expect.any(String)] });
    expect(finding()).toMatchObject({ status: 'fixed', timesFixed: 1 });
    expect(world.sent.notices).toHaveLength(1);
    expect(world.published).toMatchObject(['fixing', 'fixed', 'applied'].map((status) => ({ detail: { status } })));
    expect(world.ledger.entries).toMatchObject([{ what: 'remedy applied', by: 'cinch' }]);
    const took = (Date.parse(plan()?.appliedAt ?? '') - Date.parse(finding()?.authoredAt ?? '')) / 1000;
    expect(world.metrics.slice(-2)).toEqual([
      ['fixed', 1],
      ['timeToFix', took],
    ]);
  });

  it('reads everything before the write, and after it what the write changes', async () => {
    const { world, planId } = await setUp();
    const readState = world.reader.readState;
    const read: string[][] = [];
    world.reader.readState = (resource, needs, known) => {
      read.push([...needs].sort());
      return readState(resource, needs, known);
    };
    expect(await apply(world, rules, planId)).toBe('applied');
    expect(read).toEqual([['roleArn', 'tags', 'timeoutSeconds'], ['tags'], ['timeoutSeconds']]);
  });

  it('writes once however often its message comes', async () => {
    const { account, world, planId } = await setUp();
    await apply(world, rules, planId);
    expect(await apply(world, rules, planId)).toBe('applied');
    expect(await apply(world, rules, 'no-such-plan')).toBe('unknown');
    expect(account.writes).toEqual(['orders=60']);
  });

  it('has its intent and snapshot in the ledger before the first write', async () => {
    const { account, world, planId, plan } = await setUp();
    let seen: Plan | undefined;
    account.before.apply = () => {
      seen = structuredClone(plan());
    };
    await apply(world, rules, planId);
    expect(seen).toMatchObject({ status: 'applying', snapshots: [expect.any(String)], receipts: [] });
  });
});

describe('a state that moved', () => {
  it('since the plan was made: no write, and another look', async () => {
    const { account, world, planId, plan } = await setUp();
    account.timeouts.set(ORDERS.arn, 800);
    expect(await apply(world, rules, planId)).toBe('stale');
    expect(account.writes).toEqual([]);
    expect(plan()?.outcome).toEqual(['the resource has changed since the plan was made']);
    expect(world.sent.changes).toMatchObject([{ kind: 'look', resourceArn: ORDERS.arn }]);
  });

  it('between judging and capturing: no write', async () => {
    const { account, world, planId } = await setUp();
    account.before.capture = () => void account.timeouts.set(ORDERS.arn, 700);
    expect(await apply(world, rules, planId)).toBe('stale');
    expect(account.writes).toEqual([]);
  });

  it('between capturing and writing: the human value stays', async () => {
    const { account, world, planId, finding, timeout } = await setUp();
    account.before.apply = () => void account.timeouts.set(ORDERS.arn, 700);
    expect(await apply(world, rules, planId)).toBe('failed');
    expect(timeout()).toBe(700);
    expect(account.writes).toEqual([]);
    expect(finding()).toMatchObject({ status: 'failed' });
  });

  it('into a passing one, or away altogether: nothing to do', async () => {
    const passing = await setUp();
    passing.account.timeouts.set(ORDERS.arn, 30);
    expect(await apply(passing.world, rules, passing.planId)).toBe('stale');
    const gone = await setUp();
    gone.account.timeouts.delete(ORDERS.arn);
    expect(await apply(gone.world, rules, gone.planId)).toBe('stale');
    expect(gone.plan()?.outcome).toEqual(['the resource no longer exists']);
  });

  it('or an exemption that came meanwhile', async () => {
    const { account, world, planId } = await setUp();
    await world.ledger.addExemption({ rule: '*', resource: ORDERS.arn, owner: 'ana', reason: 'x', expires: '2027-01-01' });
    expect(await apply(world, rules, planId)).toBe('stale');
    expect(account.writes).toEqual([]);
  });
});

describe('a write that goes wrong', () => {
  it('is taken back when it does not verify, and is not tried again', async () => {
    const { world, planId, plan, finding, timeout } = await setUp();
    world.steps.verify = async () => 'the function did not settle';
    expect(await apply(world, rules, planId)).toBe('failed');
    expect(timeout()).toBe(900);
    expect(plan()?.outcome).toEqual(['the function did not settle', 'Everything was put back as it was.']);
    expect(finding()?.status).toBe('failed');
    await onChange(world, rules, { kind: 'event', event: lambdaEvent({ id: 'e2' }) });
    expect(world.ledger.plans.size).toBe(1);
  });

  it('says what could not be put back', async () => {
    const { account, world, planId, plan } = await setUp();
    world.steps.verify = async () => 'wrong';
    account.before.undo = () => {
      throw new Refused('AWS refused');
    };
    await apply(world, rules, planId);
    expect(plan()?.outcome).toEqual(['wrong', 'Not put back: lower-timeout: AWS refused']);
  });

  it('is refused by preflight: nothing was written, and the reason is kept', async () => {
    const { account, world, planId, plan } = await setUp();
    account.before.capture = () => {
      throw new Refused('the function would not start');
    };
    expect(await apply(world, rules, planId)).toBe('failed');
    expect(plan()?.outcome).toEqual(['the function would not start']);
    expect(account.writes).toEqual([]);
  });

  it('is left to the queue while AWS is busy or refuses the role, and goes on later', async () => {
    for (const error of [new TryAgain('throttled'), new AccessRefused('no cinch-write')]) {
      const { account, world, planId, timeout } = await setUp();
      account.before.capture = () => {
        throw error;
      };
      await expect(apply(world, rules, planId)).rejects.toBe(error);
      delete account.before.capture;
      expect(await apply(world, rules, planId)).toBe('applied');
      expect(timeout()).toBe(60);
    }
  });
});

describe('a crash at any call to the ledger', () => {
  it.each(['takeLease', 'readPlan', 'writePlan', 'writeFinding', 'audit', 'releaseLease'] as const)(
    '%s: the next run ends with one change',
    async (call) => {
      for (let nth = 1; nth <= 4; nth++) {
        const { account, world, planId, plan, finding } = await setUp();
        let calls = 0;
        world.ledger.before[call] = () => {
          calls += 1;
          if (calls === nth) throw new Error('killed');
        };
        await apply(world, rules, planId).catch(() => undefined);
        delete world.ledger.before[call];
        world.clock.advance(400_000);
        expect(await apply(world, rules, planId), `${call} ${nth}`).toBe('applied');
        expect(account.writes, `${call} ${nth}`).toEqual(['orders=60']);
        expect(plan()?.status).toBe('applied');
        expect(finding()).toMatchObject({ status: 'fixed', timesFixed: 1 });
      }
    },
  );

  it('between the write and its receipt: the step is not done twice', async () => {
    const { account, world, planId, timeout } = await setUp();
    const seal = world.vault.seal;
    let sealed = 0;
    world.vault.seal = async (...args: Parameters<typeof seal>) => {
      sealed += 1;
      if (sealed === 2) throw new Error('killed');
      return seal(...args);
    };
    await expect(apply(world, rules, planId)).rejects.toThrow('killed');
    expect(timeout()).toBe(60);
    expect(await apply(world, rules, planId)).toBe('applied');
    expect(account.writes).toEqual(['orders=60']);
  });
});

describe('undo', () => {
  it('puts back what was there, once, and the finding is then left alone', async () => {
    const { account, world, planId, plan, finding, timeout } = await setUp();
    await apply(world, rules, planId);
    expect(await undo(world, plan())).toBe('applied');
    expect(timeout()).toBe(900);
    expect(finding()?.status).toBe('undone');
    expect(await apply(world, rules, `${planId}-undo`)).toBe('applied');
    await onChange(world, rules, { kind: 'event', event: lambdaEvent({ id: 'e2' }) });
    expect(account.writes).toEqual(['orders=60', 'orders=900']);
    expect(world.ledger.plans.size).toBe(2);
  });

  it('leaves what somebody changed since, and says so', async () => {
    const { account, world, planId, plan, timeout } = await setUp();
    await apply(world, rules, planId);
    account.timeouts.set(ORDERS.arn, 45);
    await undo(world, plan());
    expect(timeout()).toBe(45);
    expect(world.ledger.plans.get(`${planId}-undo`)?.outcome).toEqual([
      'Left as it is: the timeout is 45 s, set by somebody else',
    ]);
  });

  it('of a plan that was never applied is refused', async () => {
    const { account, world, plan } = await setUp();
    expect(await undo(world, plan())).toBe('failed');
    expect(account.writes).toEqual([]);
  });
});

describe('a fix that somebody puts back', () => {
  it('is fixed again once or twice, then asked', async () => {
    const { account, world, finding, timeout } = await setUp();
    for (let round = 1; round <= 2; round++) {
      await apply(world, rules, finding()?.planId ?? '');
      expect(timeout()).toBe(60);
      expect(finding()?.timesFixed).toBe(round);
      account.timeouts.set(ORDERS.arn, 900);
      await onChange(world, rules, { kind: 'event', event: lambdaEvent({ id: `back-${round}` }) });
    }
    expect(finding()).toMatchObject({ status: 'asked', reason: 'it was fixed 2 times and put back each time' });
    expect(timeout()).toBe(900);
  });
});

describe('a lease', () => {
  it('held by another plan makes this one wait', async () => {
    const { account, world, planId } = await setUp();
    await world.ledger.takeLease(ORDERS, 'other', 300);
    await expect(apply(world, rules, planId)).rejects.toThrow(TryAgain);
    expect(account.writes).toEqual([]);
    world.clock.advance(301_000);
    expect(await apply(world, rules, planId)).toBe('applied');
  });
});
