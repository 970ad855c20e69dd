import { beforeEach, describe, expect, it } from 'vitest';
import { sweepPlace } from '../../../shared/flows/sweep-place.ts';
import { sweepRounds } from '../../../shared/flows/sweep-rounds.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

const HOUR = 3_600_000;
const TWO_REGIONS = [
  { account: '222222222222', regions: ['eu-central-1', 'us-east-1'] },
  { account: '333333333333', regions: ['eu-central-1'] },
];
const PLACES = [
  '222222222222/eu-central-1',
  '222222222222/us-east-1',
  '222222222222/iam',
  '333333333333/eu-central-1',
  '333333333333/iam',
];

let world: MemoryWorld;
beforeEach(() => {
  world = makeWorld({ config: makeConfig({ members: TWO_REGIONS }) });
});
const sentPlaces = () => world.sent.places.map(({ place }) => place);

/** Every place to its end, as the queue would have it. */
async function workAll(): Promise<void> {
  for (const message of world.sent.places.splice(0)) await sweepPlace(world, message, new Date(8.64e15));
}

describe('rounds', () => {
  it('start at every region and at IAM of every account, once when they are due', async () => {
    expect(await sweepRounds(world)).toEqual({ rounds: 5, resumed: 0 });
    expect(sentPlaces()).toEqual(PLACES);
    await workAll();
    world.clock.advance(5 * HOUR);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
    world.clock.advance(HOUR);
    expect(await sweepRounds(world)).toEqual({ rounds: 5, resumed: 0 });
  });

  it('start at once when somebody wishes it, and the next one is not earlier for that', async () => {
    await sweepRounds(world);
    await workAll();
    world.clock.advance(60_000);
    expect(await sweepRounds(world, true)).toEqual({ rounds: 5, resumed: 0 });
    await workAll();
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
  });

  it('start at a place that is new to the configuration, and at no other again', async () => {
    await sweepRounds(world);
    await workAll();
    const grown = makeConfig({ members: [...TWO_REGIONS, { account: '444444444444', regions: ['eu-central-1'] }] });
    Object.assign(world.config, { read: async () => grown });
    expect(await sweepRounds(world)).toEqual({ rounds: 2, resumed: 0 });
    expect(sentPlaces()).toEqual(['444444444444/eu-central-1', '444444444444/iam']);
  });

  it('start once when two sweeps run at the same time', async () => {
    const [one, other] = await Promise.all([sweepRounds(world), sweepRounds(world)]);
    expect(one.rounds + other.rounds).toBe(5);
    expect(sentPlaces().sort()).toEqual([...PLACES].sort());
  });

  it('reach every place wherever the start was cut off', async () => {
    for (let calls = 1; ; calls++) {
      world = makeWorld({ config: makeConfig({ members: TWO_REGIONS }) });
      let left = calls;
      let wasCut = false;
      const cut = () => {
        left -= 1;
        if (left !== 0) return;
        wasCut = true;
        throw new Error('cut off');
      };
      Object.assign(world.ledger.before, { isHandled: cut, readRound: cut, writeRound: cut, markHandled: cut });
      const send = world.queues.sendPlace;
      const cutSend: typeof send = async (message) => {
        cut();
        await send(message);
      };
      Object.assign(world.queues, { sendPlace: cutSend });
      await sweepRounds(world).catch(() => undefined);
      left = 0;
      await sweepRounds(world);
      world.clock.advance(20 * 60_000);
      await sweepRounds(world);
      expect(new Set(sentPlaces()), `cut at call ${calls}`).toEqual(new Set(PLACES));
      if (!wasCut) break;
      expect(calls).toBeLessThan(100);
    }
  });

  it('go on when the message of a place was lost, and ask for it once in a while, not every minute', async () => {
    await sweepRounds(world);
    world.sent.places.length = 0;
    world.clock.advance(9 * 60_000);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
    world.clock.advance(7 * 60_000);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 5 });
    world.clock.advance(60_000);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
    await workAll();
    world.clock.advance(HOUR);
    expect(await sweepRounds(world)).toEqual({ rounds: 0, resumed: 0 });
  });
});
