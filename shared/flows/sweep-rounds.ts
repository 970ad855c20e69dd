import type { Config } from '../config/schema.ts';
import { shortHash } from '../engine/fingerprint.ts';
import { type Place, placeId } from '../model/place.ts';
import { type Round, stagesAt } from '../model/round.ts';
import type { World } from './ports.ts';
import { namedPlaces, readUnitPlaces } from './read-places.ts';

export type RoundsWorld = Pick<World, 'clock' | 'config' | 'ledger' | 'queues' | 'organization'>;

/** A round that nobody went on with for so long has lost its message. Longer than one run of sweep. */
const STUCK_MINUTES = 10;
const HOUR_MS = 3_600_000;

/**
 * Every few hours, every place of every member: CloudTrail's delivery is best effort, what was there before Cinch made no event, and time
 * alone makes some things wrong. Starts what is due and goes on with what is stuck; the places themselves are worked one message each
 * (sweep-place.ts). Cut off anywhere, the next minute goes on with it.
 * @param now whether a round begins now, at a person's wish, instead of when it is due
 */
export async function sweepRounds(
  world: RoundsWorld,
  now = false,
): Promise<{ readonly rounds: number; readonly resumed: number }> {
  const config = await world.config.read();
  const round = now ? world.clock.now().toISOString() : dueAt(world, config);
  const ofNamed = await startRounds(world, namedPlaces(config), round);
  const resumed = await resumeRounds(world);
  // Last: whatever is wrong with Organizations must not keep Cinch from those that it knows by name.
  const ofUnits = await startRounds(world, await readUnitPlaces(world, config), round);
  return { rounds: ofNamed + ofUnits, resumed };
}

function dueAt(world: RoundsWorld, { sweep }: Config): string {
  const every = sweep.hours * HOUR_MS;
  return new Date(Math.floor(world.clock.now().getTime() / every) * every).toISOString();
}

/** One read a minute once all places of a round are under way. A place that is new makes it look at all again. */
async function startRounds(world: RoundsWorld, places: readonly Place[], round: string): Promise<number> {
  if (places.length === 0) return 0;
  const mark = `round-${round}-${shortHash(places.map(placeId).join('\n'))}`;
  if (await world.ledger.isHandled(mark)) return 0;
  let count = 0;
  for (const place of places) count += (await startRound(world, place, round)) ? 1 : 0;
  await world.ledger.markHandled(mark);
  return count;
}

/** The record comes before the message: without its message it is stuck, and found by that. */
async function startRound({ ledger, queues, clock }: RoundsWorld, place: Place, round: string): Promise<boolean> {
  const id = placeId(place);
  const last = await ledger.readRound(id);
  if (last && last.round >= round) return false;
  const fresh: Round = {
    ...place,
    id,
    round,
    stage: stagesAt(place)[0] ?? null,
    from: null,
    looks: 0,
    refused: [],
    updatedAt: clock.now().toISOString(),
    version: last?.version ?? 0,
  };
  // Another sweep, at the same time, has started it.
  if (!(await ledger.writeRound(fresh))) return false;
  await queues.sendPlace({ kind: 'place', place: id, round });
  return true;
}

/** Each is touched, so that a message which waits behind many others is not sent again every minute. */
async function resumeRounds({ clock, ledger, queues }: RoundsWorld): Promise<number> {
  const now = clock.now();
  const stuck = await ledger.openRounds(new Date(now.getTime() - STUCK_MINUTES * 60_000).toISOString());
  let count = 0;
  for (const round of stuck) {
    if (!(await ledger.writeRound({ ...round, updatedAt: now.toISOString() }))) continue;
    await queues.sendPlace({ kind: 'place', place: round.id, round: round.round });
    count += 1;
  }
  return count;
}
