import { beforeEach, describe, expect, it } from 'vitest';
import { onChange } from '../../../shared/flows/on-change.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE, type TimeoutAccount } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { type MemoryWorld, makeConfig, makeWorld, TEST_NOW } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
let account: TimeoutAccount;
let world: MemoryWorld;

beforeEach(() => {
  account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  world = makeWorld({
    config: makeConfig({ mode: 'ask', ownerTags: ['owner', 'team'] }),
    reader: account.reader,
    steps: account.steps,
  });
});

const finding = () => [...world.ledger.findings.values()][0];
const minute = (count: number) => new Date(Date.parse(TEST_NOW) + count * 60_000).toISOString();
/** Each some minutes after the first: what comes sooner belongs to it. */
const change = (id: string, minutes = Number(id.slice(1)) - 1) =>
  onChange(world, [TIMEOUT_RULE], {
    kind: 'event',
    event: lambdaEvent({ id, name: 'UpdateFunctionConfiguration20150331v2', time: minute(minutes) }),
  });
const look = (id: string) => onChange(world, [TIMEOUT_RULE], { kind: 'look', id, resourceArn: ORDERS.arn });

describe('how often it was seen', () => {
  it('is once at first, and counts each change that shows it again', async () => {
    await change('e1');
    expect(finding()).toMatchObject({ timesSeen: 1, status: 'asked' });
    await change('e2');
    await change('e3');
    expect(finding()).toMatchObject({ timesSeen: 3, status: 'asked' });
    expect(world.ledger.findings.size).toBe(1);
    expect([...world.ledger.plans.values()].filter(({ status }) => status === 'asked')).toHaveLength(1);
  });

  it('is once for the calls that make one function', async () => {
    await change('e1');
    await change('e2', 0.5);
    expect(finding()?.timesSeen).toBe(1);
  });

  it('asks for the same card to be brought up to date each time', async () => {
    await change('e1');
    await change('e2');
    const findingId = finding()?.id;
    expect(world.sent.notices.map(({ message }) => message)).toEqual([
      { kind: 'card', findingId, cause: 'e1' },
      { kind: 'card', findingId, cause: 'e1' },
    ]);
  });

  it('does not count the same change twice, also when it was cut off after it was counted', async () => {
    await change('e1');
    world.ledger.before.markHandled = () => {
      throw new TryAgain('DynamoDB is down');
    };
    await expect(change('e2')).rejects.toThrow(TryAgain);
    delete world.ledger.before.markHandled;
    await change('e2');
    await change('e2');
    expect(finding()?.timesSeen).toBe(2);
  });

  it('does not count what came late, nor the end of what had the same name before', async () => {
    await change('e1');
    await onChange(world, [TIMEOUT_RULE], { kind: 'event', event: lambdaEvent({ id: 'late', time: '2026-11-22T11:00:00Z' }) });
    await onChange(world, [TIMEOUT_RULE], { kind: 'event', event: lambdaEvent({ id: 'end', name: 'DeleteFunction20150331' }) });
    expect(finding()).toMatchObject({ timesSeen: 1, status: 'asked', version: 1 });
  });

  it('does not count a look of the sweep', async () => {
    await change('e1');
    await look('l1');
    await look('l2');
    expect(finding()?.timesSeen).toBe(1);
  });

  it('goes on counting when the resource changed, and when it came back after it was put right', async () => {
    await change('e1');
    account.timeouts.set(ORDERS.arn, 800);
    await change('e2');
    expect(finding()).toMatchObject({ timesSeen: 2, status: 'asked' });
    account.timeouts.set(ORDERS.arn, 30);
    await change('e3');
    expect(finding()).toMatchObject({ timesSeen: 2, status: 'resolved' });
    world.clock.advance(60_000);
    account.timeouts.set(ORDERS.arn, 900);
    await change('e4');
    expect(finding()).toMatchObject({ timesSeen: 3, status: 'asked', openedAt: world.clock.now().toISOString() });
  });
});

describe('the owner', () => {
  it('is the first of the configured tags, and follows it', async () => {
    account.tags.set(ORDERS.arn, { team: 'shop' });
    await change('e1');
    expect(finding()?.owner).toBe('shop');
    account.tags.set(ORDERS.arn, { team: 'shop', owner: 'ann' });
    account.timeouts.set(ORDERS.arn, 800);
    await change('e2');
    expect(finding()?.owner).toBe('ann');
  });

  it('is nobody without a tag, and stays when the tags can’t be read', async () => {
    await change('e1');
    expect(finding()?.owner).toBeNull();
    account.tags.set(ORDERS.arn, { owner: 'ann' });
    account.timeouts.set(ORDERS.arn, 800);
    await change('e2');
    const { readState } = account.reader;
    world.reader.readState = (async (...args: Parameters<NonNullable<typeof readState>>) => ({
      ...(await readState?.(...args)),
      tags: { unknown: 'access denied' },
    })) as never;
    account.timeouts.set(ORDERS.arn, 700);
    await change('e3');
    expect(finding()?.owner).toBe('ann');
  });
});

describe('a finding that was in a digest', () => {
  const inDigest = async () => {
    await change('e1');
    const stored = await world.ledger.readFinding(finding()?.id ?? '');
    if (stored) await world.ledger.writeFinding({ ...stored, digestId: 's-1' });
  };

  it('stays there while it is open, and its end is shown there', async () => {
    await inDigest();
    await change('e2');
    expect(finding()?.digestId).toBe('s-1');
    account.timeouts.set(ORDERS.arn, 30);
    world.sent.notices.length = 0;
    await change('e3');
    expect(finding()).toMatchObject({ status: 'resolved', digestId: 's-1' });
    expect(world.sent.notices).toHaveLength(1);
  });

  it('is no longer part of it when it comes back', async () => {
    await inDigest();
    account.timeouts.set(ORDERS.arn, 30);
    await change('e2');
    account.timeouts.set(ORDERS.arn, 900);
    await change('e3');
    expect(finding()).toMatchObject({ status: 'asked', digestId: null });
  });
});
