import { describe, expect, it } from 'vitest';
import { CinchError, TryAgain } from '../../../shared/model/errors.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeRandom } from '../../support/memory-queue.ts';
import { type MortalHub, makeMortalHub, type QueueName } from '../../support/mortal-hub.ts';
import { ALICE, BOB } from '../../support/slack-samples.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

/** Messages that come twice, late, in another order or not at all, and services that are down: one fix, one card, one entry all the same. */

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const MINUTE = 60_000;

function setUp() {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  const world = makeWorld({
    config: makeConfig({ rules: { 'lambda-timeout-excessive': 'fix' } }),
    users: [ALICE, BOB],
    reader: {
      ...account.reader,
      readFunctionPage: async (_, region) => ({ items: region === ORDERS.region ? [ORDERS] : [], next: null }),
      readTraffic: async () => ({ invocations: 0, errors: 0 }),
    },
    steps: account.steps,
  });
  const hub = makeMortalHub(world, [TIMEOUT_RULE]);
  return { account, world, hub, fixed: () => account.timeouts.get(ORDERS.arn) === 60 };
}

async function expectOneFix({ account, world, hub }: ReturnType<typeof setUp>): Promise<void> {
  expect(account.writes).toEqual(['orders=60']);
  expect([...world.ledger.findings.values()]).toMatchObject([{ status: 'fixed', timesFixed: 1 }]);
  expect([...world.ledger.plans.values()].filter(({ status }) => status === 'applied')).toHaveLength(1);
  expect(world.ledger.entries.filter(({ what }) => what === 'remedy applied')).toHaveLength(1);
  expect(world.desk.messages.size).toBe(1);
  expect(JSON.stringify([...world.desk.messages.values()])).toContain('Done and checked');
  expect(await world.ledger.takeLease(ORDERS, 'probe', 1)).toBe(true);
  expect(hub.dead).toEqual([]);
}

const QUEUES: readonly QueueName[] = ['changes', 'work', 'notices'];

describe.each(QUEUES)('messages of the %s queue', (queue) => {
  it('that come twice, at once and after half an hour', async () => {
    const bench = setUp();
    bench.hub.showIn = (name) => (name === queue ? [0, 0, 1800] : [0]);
    bench.hub.put('changes', lambdaEvent());
    await bench.hub.settle();
    await expectOneFix(bench);
  });

  it('that are late and overtake each other', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = makeRandom(seed);
      const bench = setUp();
      bench.hub.showIn = (name) => (name === queue ? [Math.floor(random() * 900), Math.floor(random() * 900)] : [0]);
      for (const id of ['e1', 'e2', 'e3']) bench.hub.put('changes', lambdaEvent({ id }));
      await bench.hub.settle();
      await expectOneFix(bench);
    }
  });
});

it.each(['changes', 'work'] as const)('messages of the %s queue that never come are made up for by sweeps', async (queue) => {
  const bench = setUp();
  let lost = 0;
  bench.hub.showIn = (name) => {
    if (name !== queue || lost === 1) return [0];
    lost += 1;
    return [];
  };
  bench.hub.put('changes', lambdaEvent());
  await bench.hub.settle();
  expect(bench.fixed()).toBe(false);
  for (let minute = 0; minute < 12; minute++) {
    await bench.hub.sweep();
    await bench.hub.settle();
  }
  await expectOneFix(bench);
});

it.each([-10, 10])('events of a clock that is %s minutes off', async (minutes) => {
  const bench = setUp();
  const time = new Date(bench.world.clock.now().getTime() + minutes * MINUTE).toISOString();
  bench.hub.put('changes', lambdaEvent({ time }));
  bench.hub.put('changes', lambdaEvent({ id: 'e2', name: 'UpdateFunctionConfiguration20150331v2' }));
  await bench.hub.settle();
  await expectOneFix(bench);
});

/** Down from now on, until so many minutes have passed. */
function downFor(hub: MortalHub, minutes: number, error: Error): () => void {
  const until = hub.world.clock.now().getTime() + minutes * MINUTE;
  return () => {
    if (hub.world.clock.now().getTime() < until) throw error;
  };
}

describe('a service that is down', () => {
  it('DynamoDB throttles every third call for ten minutes', async () => {
    const bench = setUp();
    const random = makeRandom(5);
    const down = downFor(bench.hub, 10, new TryAgain('throttled'));
    const calls = [
      'readPlan',
      'writePlan',
      'readFinding',
      'writeFinding',
      'audit',
      'takeLease',
      'releaseLease',
      'markHandled',
    ] as const;
    for (const call of calls)
      bench.world.ledger.before[call] = () => {
        if (random() < 0.33) down();
      };
    bench.hub.put('changes', lambdaEvent());
    await bench.hub.settle();
    for (const call of calls) delete bench.world.ledger.before[call];
    for (let minute = 0; minute < 12; minute++) await bench.hub.sweep();
    await bench.hub.settle();
    await expectOneFix(bench);
  });

  it('Slack, for an hour', async () => {
    const bench = setUp();
    bench.world.desk.before.post = downFor(bench.hub, 60, new TryAgain('Slack is down'));
    bench.hub.put('changes', lambdaEvent());
    await bench.hub.settle();
    await expectOneFix(bench);
  });

  it('the hub’s key, for half an hour: nothing is written before its snapshot can be sealed', async () => {
    const bench = setUp();
    const down = downFor(bench.hub, 30, new CinchError('aws', 'kms:GenerateDataKey: DisabledException'));
    const { seal } = bench.world.vault;
    Object.assign(bench.world.vault, {
      seal: (...args: Parameters<typeof seal>) => {
        down();
        return seal(...args);
      },
    });
    bench.account.before.apply = () => {
      expect([...bench.world.ledger.plans.values()]).toMatchObject([{ status: 'applying', snapshots: [expect.any(String)] }]);
    };
    bench.hub.put('changes', lambdaEvent());
    await bench.hub.settle();
    await expectOneFix(bench);
  });
});
