import { describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];
const HOUR = 3_600_000;

async function setUp(mode: 'ask' | 'fix') {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  let traffic = { invocations: 0, errors: 0 };
  const world = makeWorld({
    config: makeConfig({ rules: { 'lambda-timeout-excessive': mode } }),
    reader: {
      ...account.reader,
      readTraffic: async () => traffic,
    },
    steps: account.steps,
  });
  await onChange(world, rules, { kind: 'event', event: lambdaEvent() });
  const plan = () => [...world.ledger.plans.values()][0];
  const finding = () => [...world.ledger.findings.values()][0];
  return { account, world, plan, finding, setTraffic: (value: typeof traffic) => (traffic = value) };
}

describe('sweep', () => {
  it('expires an approval that nobody gave, visibly, and not before its time', async () => {
    const { world, plan, finding } = await setUp('ask');
    world.clock.advance(23 * HOUR);
    expect(await sweep(world)).toMatchObject({ expired: 0 });
    world.clock.advance(2 * HOUR);
    expect(await sweep(world)).toMatchObject({ expired: 1 });
    expect(plan()?.status).toBe('expired');
    expect(finding()).toMatchObject({ status: 'expired', reason: 'nobody decided in time' });
    expect(await sweep(world)).toMatchObject({ expired: 0 });
  });

  it('leaves the decision to whoever was faster', async () => {
    const { world, plan } = await setUp('ask');
    world.clock.advance(25 * HOUR);
    const approved = plan();
    if (!approved) throw new Error('no plan');
    world.ledger.before.writePlan = () => {
      world.ledger.plans.set(approved.id, { ...approved, status: 'approved', version: approved.version + 1 });
      delete world.ledger.before.writePlan;
    };
    expect(await sweep(world)).toMatchObject({ expired: 0 });
    expect(plan()?.status).toBe('approved');
  });

  it('sends work again whose message was lost', async () => {
    const { world, plan } = await setUp('fix');
    world.sent.work.length = 0;
    expect(await sweep(world)).toMatchObject({ resent: 0 });
    world.clock.advance(11 * 60_000);
    expect(await sweep(world)).toMatchObject({ resent: 1 });
    expect(world.sent.work).toMatchObject([{ message: { planId: plan()?.id } }]);
  });

  it('says that a watched function still answers, then how it ended', async () => {
    const { world, plan, setTraffic } = await setUp('fix');
    await apply(world, rules, plan()?.id ?? '');
    const applied = plan();
    if (!applied) throw new Error('no plan');
    world.ledger.plans.set(applied.id, {
      ...applied,
      watchUntil: new Date(world.clock.now().getTime() + 30 * 60_000).toISOString(),
    });
    await sweep(world);
    expect(plan()?.outcome).toEqual([]);
    setTraffic({ invocations: 3, errors: 0 });
    await sweep(world);
    expect(plan()?.outcome).toEqual(['Since the change: the function still answers (3 invocations, no errors).']);
    setTraffic({ invocations: 5, errors: 2 });
    world.clock.advance(31 * 60_000);
    await sweep(world);
    expect(plan()).toMatchObject({
      watchUntil: null,
      outcome: ['Since the change: 2 of 5 invocations failed. Undo gives the former state back.'],
    });
  });

  it('looks again when an exemption has ended', async () => {
    const { world } = await setUp('ask');
    await world.ledger.addExemption({
      rule: '*',
      resource: ORDERS.arn,
      owner: 'ana',
      reason: 'x',
      expires: '2026-11-22T13:00:00.000Z',
    });
    expect(await sweep(world)).toMatchObject({ waivers: 0 });
    world.clock.advance(2 * HOUR);
    expect(await sweep(world)).toMatchObject({ waivers: 1 });
    expect(await sweep(world)).toMatchObject({ waivers: 0 });
  });
});
