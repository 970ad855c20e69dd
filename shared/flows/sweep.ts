import { isExpired } from '../engine/exemptions.ts';
import type { Plan } from '../model/plan.ts';
import { sendWorkFor } from './announce.ts';
import { whyStopped } from './guard.ts';
import type { World } from './ports.ts';
import { sweepApprovals } from './sweep-approvals.ts';
import { sweepRounds } from './sweep-rounds.ts';
import { watchApplied } from './watch-applied.ts';
import { watchConfig } from './watch-config.ts';
import { sendWeekly } from './weekly.ts';

export type SweepWorld = Pick<
  World,
  'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'reader' | 'organization' | 'configHistory'
>;

/** Work that nobody touched for so long has lost its message. Longer than a lease and the queue's own retries. */
const STUCK_MINUTES = 10;

/**
 * What events may have missed and what only time brings: expiry, lost messages, watching, and a look at everything. Safe to run at any time.
 * @param lookNow whether everything is looked at now, instead of when it is due
 */
export async function sweep(world: SweepWorld, lookNow = false): Promise<Readonly<Record<string, number>>> {
  const configured = await watchOrLog(world);
  const questions = await sweepApprovals(world);
  const resent = await resendStuckWork(world);
  const watched = await watchApplied(world);
  const waivers = await endExemptions(world);
  const weekly = await sendWeekly(world);
  const rounds = await sweepRounds(world, lookNow);
  return { ...questions, configured, resent, watched, waivers, weekly, ...rounds };
}

/** First, since an invalid configuration ends all the rest; and whatever is wrong with its history must not. The next minute tries again. */
async function watchOrLog(world: SweepWorld): Promise<number> {
  try {
    return await watchConfig(world);
  } catch (error) {
    world.log.error('changes of the configuration could not be recorded', {
      error: error instanceof Error ? error.name : 'error',
    });
    return 0;
  }
}

const minutesBefore = (world: SweepWorld, minutes: number): string =>
  new Date(world.clock.now().getTime() - minutes * 60_000).toISOString();

async function resendStuckWork(world: SweepWorld): Promise<number> {
  const before = minutesBefore(world, STUCK_MINUTES);
  let count = 0;
  for (const status of ['ready', 'approved', 'applying'] as const) {
    for (const plan of await world.ledger.plansByStatus(status, before)) {
      // What was approved waits for the stop to end, and would only be put off again each minute.
      if (status === 'approved' && (await whyStopped(world, plan))) continue;
      if (!(await isTurnOf(world, plan))) continue;
      await sendWorkFor(world, plan);
      count += 1;
    }
  }
  return count;
}

/**
 * A sweep comes each minute. Whatever keeps a plan, e.g. a role that is gone, is not mended by a message each minute, and each of them is tried
 * many times: after the first half hour one an hour is enough.
 */
function isTurnOf({ ledger, clock }: SweepWorld, { id, updatedAt }: Plan): Promise<boolean> {
  const minutes = (clock.now().getTime() - Date.parse(updatedAt)) / 60_000;
  return ledger.claim(`resent-${id}`, (minutes < 30 ? STUCK_MINUTES : 60) * 60 - 5);
}

async function endExemptions(world: SweepWorld): Promise<number> {
  const now = world.clock.now().toISOString();
  let count = 0;
  for (const exemption of await world.ledger.listExemptions()) {
    if (
      !isExpired(exemption.expires, now) ||
      !(await world.ledger.claim(`exemption-ended-${exemption.rule}-${exemption.resource}-${exemption.expires}`, 30 * 86_400))
    )
      continue;
    await world.queues.sendChange({ kind: 'look', id: `exemption-${exemption.expires}`, resourceArn: exemption.resource });
    count += 1;
  }
  return count;
}
