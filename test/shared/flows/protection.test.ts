import { beforeEach, describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { whyProtected } from '../../../shared/flows/protection.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import { functionResource, type Resource, roleResource } from '../../../shared/model/resource.ts';
import type { Step } from '../../../shared/model/step.ts';
import { makeTimeoutAccount, TIMEOUT_RULE, type TimeoutAccount } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const PROTECTED = { 'cinch:protected': 'production' };
const rules = [TIMEOUT_RULE];

let account: TimeoutAccount;
let world: MemoryWorld;
let events = 0;
const see = () => {
  events += 1;
  return onChange(world, rules, { kind: 'event', event: lambdaEvent({ id: `e${events}` }) });
};
const finding = () => [...world.ledger.findings.values()][0];
const plan = () => [...world.ledger.plans.values()].find(({ kind }) => kind === 'remedy');
const run = () => apply(world, rules, plan()?.id ?? '');
const setUp = (mode: 'ask' | 'fix') => {
  account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  const config = makeConfig({ rules: { [TIMEOUT_RULE.id]: mode } });
  world = makeWorld({ config, reader: account.reader, steps: account.steps });
};
const hideTags = () => {
  const { readState } = account.reader;
  world.reader.readState = (async (...given: Parameters<NonNullable<typeof readState>>) => ({
    ...(await readState?.(...given)),
    tags: { unknown: 'access denied' },
  })) as never;
};

describe.each(['ask', 'fix'] as const)('what its owner has protected, where the mode is %s', (mode) => {
  beforeEach(() => setUp(mode));

  it('is told, with the reason, and nobody is asked', async () => {
    account.tags.set(ORDERS.arn, PROTECTED);
    await see();
    expect(finding()).toMatchObject({
      status: 'reported',
      reason: 'its tag cinch:protected says that Cinch changes nothing of it',
      planId: null,
    });
    expect([...world.ledger.plans, ...world.sent.work, ...account.writes]).toEqual([]);
  });

  it('is asked or fixed again once the tag is gone', async () => {
    account.tags.set(ORDERS.arn, PROTECTED);
    await see();
    account.tags.delete(ORDERS.arn);
    await see();
    expect(finding()?.status).toBe(mode === 'ask' ? 'asked' : 'fixing');
  });

  it('withdraws the question that was asked before', async () => {
    await see();
    const before = plan();
    account.tags.set(ORDERS.arn, PROTECTED);
    account.timeouts.set(ORDERS.arn, 800);
    await see();
    expect(world.ledger.plans.get(before?.id ?? '')?.status).toBe('stale');
    expect(finding()?.status).toBe('reported');
  });
});

describe('a tag that comes after the plan', () => {
  beforeEach(async () => {
    setUp('fix');
    await see();
  });

  it('stops it before anything is written, and another look reports', async () => {
    account.tags.set(ORDERS.arn, PROTECTED);
    expect(await run()).toBe('stale');
    expect(account.writes).toEqual([]);
    const look = world.sent.changes.at(-1);
    expect(look).toMatchObject({ kind: 'look', resourceArn: ORDERS.arn });
    await onChange(world, rules, look as never);
    expect(finding()).toMatchObject({ status: 'reported', reason: expect.stringContaining('cinch:protected') });
  });

  it('is seen as late as right before the write', async () => {
    account.before.capture = () => account.tags.set(ORDERS.arn, PROTECTED);
    expect(await run()).toBe('failed');
    expect(account.writes).toEqual([]);
    expect(finding()).toMatchObject({ status: 'failed', reason: expect.stringContaining('cinch:protected') });
  });

  it('is seen by a run that goes on after a crash', async () => {
    account.before.apply = () => {
      throw new TryAgain('busy');
    };
    await expect(run()).rejects.toThrow('busy');
    account.before = {};
    account.tags.set(ORDERS.arn, PROTECTED);
    expect(plan()?.status).toBe('applying');
    expect(await run()).toBe('failed');
    expect(account.writes).toEqual([]);
  });

  it('keeps a person’s undo off, which says so', async () => {
    expect(await run()).toBe('applied');
    account.tags.set(ORDERS.arn, PROTECTED);
    const original = plan();
    if (!original) throw new Error('no plan');
    const undo = { ...original, id: `${original.id}-undo`, kind: 'undo', undoes: original.id, status: 'approved' } as const;
    await world.ledger.writePlan({ ...undo, snapshots: [], receipts: [], appliedAt: null, outcome: [], version: 0 });
    expect(await apply(world, rules, undo.id)).toBe('failed');
    expect(account.writes).toEqual(['orders=60']);
    expect(world.ledger.plans.get(undo.id)?.outcome).toEqual([expect.stringContaining('cinch:protected')]);
    expect(finding()?.status).toBe('fixed');
  });
});

describe('tags that can’t be read', () => {
  it('make a question of a fix, and no write of its approval', async () => {
    setUp('fix');
    hideTags();
    await see();
    expect(finding()).toMatchObject({ status: 'asked', reason: expect.stringContaining('tags could not be read') });
    const asked = plan();
    if (asked) await world.ledger.writePlan({ ...asked, status: 'approved' });
    expect(await run()).toBe('stale');
    expect(account.writes).toEqual([]);
  });
});

describe('a step that changes the function’s role as well', () => {
  const ROLE = roleResource('222222222222', 'orders-role');
  const tracing: Step = { kind: 'set-tracing', target: ORDERS, grant: null };
  const timeout: Step = { kind: 'lower-timeout', target: ORDERS, fromSeconds: 900, toSeconds: 29 };
  const why = (role: object | undefined, step: Step, roleArn: unknown = ROLE.arn) => {
    const readState = async ({ kind }: Resource) => (kind === 'role' ? role : { tags: {}, roleArn });
    return whyProtected(makeWorld({ reader: { readState: readState as never } }), { resource: ORDERS }, [step]);
  };

  it('is kept off by the role’s tag, and by tags of the role or a role that can’t be read', async () => {
    expect(await why({ tags: PROTECTED }, tracing)).toContain('orders-role is left as it is: its tag cinch:protected');
    expect(await why({ tags: { unknown: 'access denied' } }, tracing)).toContain(
      'orders-role is left as it is: its tags could not be read',
    );
    expect(await why({ tags: {} }, tracing, { unknown: 'access denied' })).toContain('its role could not be read');
  });

  it('goes on otherwise, as does a step that leaves the role alone', async () => {
    expect(await why({ tags: {} }, tracing)).toBeUndefined();
    expect(await why(undefined, tracing)).toBeUndefined();
    expect(await why({ tags: PROTECTED }, timeout)).toBeUndefined();
  });

  it.each([
    ['protected', { tags: PROTECTED }, 'reported', /orders-role is left as it is: its tag cinch:protected/],
    ['not protected', { tags: {} }, 'asked', /always waits for a person/],
    // It may be readable by the time that somebody approves; apply looks again.
    ['of unknown tags', { tags: { unknown: 'access denied' } }, 'asked', /always waits for a person/],
  ] as const)('is asked about only where the role is not protected: one %s', async (_, role, status, reason) => {
    setUp('ask');
    const { readState } = account.reader;
    world.reader.readState = (async (...given: Parameters<NonNullable<typeof readState>>) =>
      given[0].kind === 'role' ? role : { ...(await readState?.(...given)), roleArn: ROLE.arn }) as never;
    const rule = {
      ...TIMEOUT_RULE,
      evaluate: () => ({ summary: 'it is not traced', evidence: [], remedy: { kind: 'steps' as const, steps: [tracing] } }),
    };
    await onChange(world, [rule], { kind: 'event', event: lambdaEvent({ id: 'traced' }) });
    expect(finding()).toMatchObject({ status, reason: expect.stringMatching(reason) });
    expect(world.ledger.plans.size).toBe(status === 'asked' ? 1 : 0);
  });
});
