import type { Member } from '../../config/members.ts';
import { memberRegions } from '../../events/regions.ts';
import { isUnknown, type Known } from '../../model/unknown.ts';
import type { World } from '../ports.ts';
import { broken, type Check, checked, factOf, fine, type Judgement, warned } from './check.ts';
import { type AccountCheck, TRAIL } from './self-check-record.ts';

/** EventBridge stamps whole seconds, by a clock of its own. */
const SKEW_MS = 5_000;

/** Where canaries of a member are sent from: for CloudTrail to record, and as an event in each region. */
export const canariesOf = ({ regions }: Pick<Member, 'regions'>): string[] => [
  TRAIL,
  ...memberRegions(regions).map(({ region }) => region),
];

/** Whether what was sent has arrived. Silence is broken as soon as it is due. Pure. */
export function canaryIs(
  sent: Pick<AccountCheck, 'sentAt' | 'dueAt' | 'begun' | 'unsure'> | undefined,
  where: string,
  heardAt: string | undefined,
  now: Date,
): Judgement {
  if (!sent?.begun.includes(where))
    return warned('none was sent yet', 'sweep sends one within minutes; run it again a quarter of an hour later');
  if (heardAt !== undefined && Date.parse(heardAt) >= Date.parse(sent.sentAt) - SKEW_MS) return fine(`that of ${sent.sentAt}`);
  if (sent.dueAt === null || now.getTime() < Date.parse(sent.dueAt))
    return warned(`that of ${sent.sentAt} is on its way`, `run it again after ${sent.dueAt ?? 'a quarter of an hour'}`);
  if (sent.unsure.includes(where))
    return {
      verdict: 'unknown',
      seen: `that of ${sent.sentAt} may not have been sent: the run was cut off`,
      mend: 'nothing yet: the next canary comes within twelve hours',
    };
  return broken(
    `that of ${sent.sentAt} never arrived; the last one heard: ${heardAt ?? 'none ever'}`,
    'mend what else is broken in this account, in its roles, trail and rules, and in the hub’s bus; the next canary comes within twelve hours',
  );
}

/**
 * Of a member: a change that CloudTrail must record, and an event from each region. Reads only.
 * @param round the round whose canaries are meant; undefined when there was none yet, unknown when nobody could tell
 */
export async function checkCanaries(
  world: Pick<World, 'clock' | 'ledger'>,
  { account, regions }: Member,
  round: Known<string | undefined>,
): Promise<Check[]> {
  const record = isUnknown(round)
    ? round
    : await factOf('the self-check', async () => {
        return round === undefined ? null : ((await world.ledger.readAccountCheck(round, account)) ?? null);
      });
  const heard = await factOf('what was heard', () => world.ledger.readHeard(account));
  return canariesOf({ regions }).map((where) => {
    const isTrail = where === TRAIL;
    const subject = {
      place: isTrail ? account : `${account} ${where}`,
      id: `canary-${isTrail ? TRAIL : 'event'}`,
      title: isTrail ? 'A change made here is heard of' : 'An event sent here arrives',
    };
    const fact = isUnknown(record) ? record : isUnknown(heard) ? heard : { record: record ?? undefined, at: heard[where] };
    return checked(subject, fact, 'run it again', (is) => canaryIs(is.record, where, is.at, world.clock.now()));
  });
}
