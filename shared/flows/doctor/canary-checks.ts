import type { Member } from '../../config/members.ts';
import { memberRegions } from '../../events/regions.ts';
import { isUnknown } from '../../model/unknown.ts';
import type { World } from '../ports.ts';
import { broken, type Check, checked, factOf, fine, type Judgement, warned } from './check.ts';
import { type SelfCheck, TRAIL } from './self-check-record.ts';

/** EventBridge stamps whole seconds, by a clock of its own. */
const SKEW_MS = 5_000;

/** Whether what was sent has arrived. Silence is broken as soon as it is due. Pure. */
export function canaryIs(
  sent: Pick<SelfCheck, 'sentAt' | 'dueAt'> | undefined,
  heardAt: string | undefined,
  now: Date,
): Judgement {
  if (!sent) return warned('none was sent yet', 'sweep sends one within a minute; run it again a quarter of an hour later');
  if (heardAt !== undefined && Date.parse(heardAt) >= Date.parse(sent.sentAt) - SKEW_MS) return fine(`that of ${sent.sentAt}`);
  if (now.getTime() < Date.parse(sent.dueAt))
    return warned(`that of ${sent.sentAt} is on its way`, `run it again after ${sent.dueAt}`);
  return broken(
    `that of ${sent.sentAt} never arrived; the last one heard: ${heardAt ?? 'none ever'}`,
    'mend what else is broken in this account, in its roles, trail and rules, and in the hub’s bus; the next canary comes within twelve hours',
  );
}

/** For each member: a change that CloudTrail must record, and an event from each region. Reads only. */
export async function checkCanaries(world: Pick<World, 'clock' | 'ledger'>, members: readonly Member[]): Promise<Check[]> {
  const record = await factOf('the self-check', async () => (await world.ledger.readSelfCheck()) ?? null);
  const perMember = members.map(async ({ account, regions }) => {
    const heard = await factOf('what was heard', () => world.ledger.readHeard(account));
    const check = (place: string, where: string, title: string): Check => {
      const fact = isUnknown(record) ? record : isUnknown(heard) ? heard : { record: record ?? undefined, at: heard[where] };
      return checked({ place, id: `canary-${where === TRAIL ? TRAIL : 'event'}`, title }, fact, 'run it again', (is) =>
        canaryIs(is.record, is.at, world.clock.now()),
      );
    };
    return [
      check(account, TRAIL, 'A change made here is heard of'),
      ...memberRegions(regions).map(({ region }) => check(`${account} ${region}`, region, 'An event sent here arrives')),
    ];
  });
  return (await Promise.all(perMember)).flat();
}
