import { describe, expect, it } from 'vitest';
import { isHarm } from '../../../shared/engine/harm.ts';
import { apply } from '../../../shared/flows/apply.ts';
import { readView } from '../../../shared/flows/card-view.ts';
import { readHalts } from '../../../shared/flows/halts.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { watchApplied } from '../../../shared/flows/watch-applied.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { renderCard } from '../../../shared/slack/card.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];
const MINUTE = 60_000;

interface Minute {
  readonly at: string;
  readonly invocations: number;
  readonly errors: number;
}

/** A fix that is watched, ten seconds after the full minute, and a function whose metrics are told by the minute. */
async function setUp() {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  const minutes: Minute[] = [];
  const world = makeWorld({
    now: '2026-11-22T12:00:10.000Z',
    config: makeConfig({ rules: { 'lambda-timeout-excessive': 'fix' } }),
    reader: {
      ...account.reader,
      readTraffic: async (_, since, until) => {
        // As CloudWatch: whole minutes, from the one that `since` lies in.
        const from = new Date(Math.floor(Date.parse(since) / MINUTE) * MINUTE).toISOString();
        const seen = minutes.filter(({ at }) => at >= from && (until === undefined || at < until));
        const sum = (field: 'invocations' | 'errors') => seen.reduce((total, one) => total + one[field], 0);
        return { invocations: sum('invocations'), errors: sum('errors') };
      },
    },
    steps: account.steps,
  });
  await onChange(world, rules, { kind: 'event', event: lambdaEvent() });
  const id = [...world.ledger.plans.keys()][0] ?? '';
  await apply(world, rules, id);
  const plan = () => world.ledger.plans.get(id) as Plan;
  const undo = () => world.ledger.plans.get(`${id}-undo`);
  world.ledger.plans.set(id, { ...plan(), watchUntil: '2026-11-22T12:30:10.000Z' });
  world.sent.work.length = 0;
  const finding = () => [...world.ledger.findings.values()][0];
  const metrics = (...news: [at: string, invocations: number, errors: number][]) =>
    minutes.push(...news.map(([at, invocations, errors]) => ({ at: `2026-11-22T${at}:00.000Z`, invocations, errors })));
  const at = (time: string) => world.clock.advance(Date.parse(`2026-11-22T${time}Z`) - world.clock.now().getTime());
  return { account, world, plan, undo, finding, metrics, at };
}

describe('a function that fails after a change', () => {
  it('gets its former state back by itself, once, told on the card, and the account’s breaker opens', async () => {
    const { account, world, plan, undo, finding, metrics, at } = await setUp();
    metrics(['11:30', 100, 1], ['12:01', 3, 3], ['12:02', 4, 4]);
    at('12:03:30');
    expect(await watchApplied(world)).toBe(1);
    expect(undo()).toMatchObject({
      kind: 'undo',
      undoes: plan().id,
      status: 'approved',
      decidedBy: null,
      approvals: [],
      decisionReason: '7 of 7 invocations failed since the change',
    });
    expect(plan()).toMatchObject({
      watchUntil: null,
      outcome: ['Since the change: 7 of 7 invocations failed, far more than before it. Cinch takes it back by itself.'],
    });
    expect(world.sent.work).toMatchObject([{ message: { planId: undo()?.id } }]);
    expect((await readHalts(world)).accounts).toMatchObject([{ account: '222222222222' }]);
    expect(await watchApplied(world)).toBe(0);
    expect(await apply(world, rules, undo()?.id ?? '')).toBe('applied');
    expect(account.timeouts.get(ORDERS.arn)).toBe(900);
    expect(finding()?.status).toBe('undone');
    const view = await readView(world, finding()?.id ?? '');
    expect(JSON.stringify(view && renderCard(view))).toContain('Taken back by Cinch itself');
    await onChange(world, rules, { kind: 'look', id: 'l', resourceArn: ORDERS.arn });
    expect(world.ledger.plans.size).toBe(2);
  });

  // The look sees what the undo has written, and the finding before its end.
  it.each(['approved', 'applying', 'applied'] as const)('is asked about by nobody while its undo is %s', async (status) => {
    const { account, world, plan, undo, finding, metrics, at } = await setUp();
    metrics(['11:30', 100, 1], ['12:01', 3, 3], ['12:02', 4, 4]);
    at('12:03:30');
    await watchApplied(world);
    const made = undo() as Plan;
    world.ledger.plans.set(made.id, { ...made, status });
    account.timeouts.set(ORDERS.arn, 900);
    const look = () => onChange(world, rules, { kind: 'look', id: 'l', resourceArn: ORDERS.arn });
    await look();
    expect(finding()).toMatchObject({ status: 'fixed', planId: plan().id });
    expect(world.ledger.plans.size).toBe(2);
    // What failed is under way no more.
    world.ledger.plans.set(made.id, { ...made, status: 'failed' });
    await look();
    expect(finding()?.status).toBe('asked');
  });

  it.each(['writePlan', 'readHalts', 'writeHalt', 'audit'] as const)('is taken back once after a crash in %s', async (call) => {
    for (let nth = 1; nth <= 3; nth++) {
      const { world, undo, metrics, at } = await setUp();
      metrics(['12:01', 4, 4]);
      at('12:03:30');
      let calls = 0;
      world.ledger.before[call] = () => {
        calls += 1;
        if (calls === nth) throw new Error('killed');
      };
      await watchApplied(world).catch(() => undefined);
      delete world.ledger.before[call];
      await watchApplied(world);
      await watchApplied(world);
      expect(undo()?.version, `${call} ${nth}`).toBe(1);
      expect(world.ledger.entries.filter(({ what }) => what === 'undo by itself').length, `${call} ${nth}`).toBeGreaterThan(0);
      expect((await readHalts(world)).accounts).toHaveLength(1);
      expect(world.sent.work.length).toBeGreaterThan(0);
    }
  });

  it('is left to the person who was faster', async () => {
    const { world, plan, undo, metrics, at } = await setUp();
    metrics(['12:01', 9, 9]);
    at('12:03:30');
    const by = { userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() };
    const theirs: Plan = {
      ...plan(),
      id: `${plan().id}-undo`,
      kind: 'undo',
      undoes: plan().id,
      status: 'approved',
      decidedBy: by,
    };
    await world.ledger.writePlan({ ...theirs, version: 0 });
    await watchApplied(world);
    expect(undo()?.decidedBy).toEqual(by);
    expect(plan().watchUntil).toBeNull();
    expect(world.sent.work).toEqual([]);
    expect((await readHalts(world)).accounts).toEqual([]);
  });

  it('loses nothing that somebody changed meanwhile', async () => {
    const { account, world, undo, metrics, at } = await setUp();
    metrics(['12:01', 9, 9]);
    at('12:03:30');
    await watchApplied(world);
    account.timeouts.set(ORDERS.arn, 45);
    await apply(world, rules, undo()?.id ?? '');
    expect(account.timeouts.get(ORDERS.arn)).toBe(45);
  });
});

describe('a function is left as it is', () => {
  it.each<[string, [string, number, number][]]>([
    [
      'that failed as much before',
      [
        ['11:00', 100, 60],
        ['12:01', 10, 9],
      ],
    ],
    [
      'whose errors are of the minute of the change',
      [
        ['12:00', 10, 10],
        ['12:01', 10, 0],
      ],
    ],
    ['with one bad event and its retries', [['12:01', 3, 3]]],
    ['that mostly answers', [['12:01', 20, 9]]],
    ['that nobody calls', []],
  ])('%s', async (_, figures) => {
    const { world, plan, undo, metrics, at } = await setUp();
    metrics(...figures);
    at('12:05:00');
    await watchApplied(world);
    expect(undo()).toBeUndefined();
    expect(plan().watchUntil).not.toBeNull();
    expect((await readHalts(world)).accounts).toEqual([]);
  });
});

it('harm is several errors, most of the calls, and far more than before', () => {
  const NONE = { invocations: 0, errors: 0 };
  expect(isHarm(NONE, { invocations: 4, errors: 4 })).toBe(true);
  // Errors may be told before the invocations are.
  expect(isHarm(NONE, { invocations: 1, errors: 4 })).toBe(true);
  expect(isHarm(NONE, { invocations: 8, errors: 4 })).toBe(false);
  expect(isHarm({ invocations: 10, errors: 1 }, { invocations: 9, errors: 5 })).toBe(true);
  expect(isHarm({ invocations: 10, errors: 2 }, { invocations: 9, errors: 5 })).toBe(false);
});
