import { isExpired } from '../engine/exemptions.ts';
import { TryAgain } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { Resource } from '../model/resource.ts';
import { announce, sendWorkFor } from './announce.ts';
import type { World } from './ports.ts';

export type SweepWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'reader'>;

/** Work that nobody touched for so long has lost its message. Longer than a lease and the queue's own retries. */
const STUCK_MINUTES = 10;
const RECONCILE_HOURS = 6;

/** What events may have missed and what only time brings: expiry, lost messages, watching, and a look at every function. Safe to run at any time. */
export async function sweep(world: SweepWorld): Promise<Readonly<Record<string, number>>> {
  const expired = await expireApprovals(world);
  const resent = await resendStuckWork(world);
  const watched = await watchApplied(world);
  const waivers = await endExemptions(world);
  const looked = await reconcile(world);
  return { expired, resent, watched, waivers, looked };
}

const minutesBefore = (world: SweepWorld, minutes: number): string =>
  new Date(world.clock.now().getTime() - minutes * 60_000).toISOString();

async function expireApprovals(world: SweepWorld): Promise<number> {
  const now = world.clock.now().toISOString();
  let count = 0;
  for (const plan of await world.ledger.plansByStatus('asked', now)) {
    if (!plan.expiresAt || plan.expiresAt > now) continue;
    const written = await world.ledger.writePlan({ ...plan, status: 'expired', updatedAt: now });
    // Somebody decided in this very moment: theirs stands.
    if (!written) continue;
    count += 1;
    await settle(world, plan, 'expired', 'nobody decided in time');
  }
  return count;
}

async function settle(world: SweepWorld, plan: Plan, status: Finding['status'], reason: string): Promise<void> {
  const finding = await world.ledger.readFinding(plan.findingId);
  if (!finding || finding.planId !== plan.id) return;
  const now = world.clock.now().toISOString();
  const written = await world.ledger.writeFinding({ ...finding, status, reason, updatedAt: now });
  if (!written) throw new TryAgain(`finding ${finding.id} was changed meanwhile`);
  await world.ledger.audit({ findingId: finding.id, at: now, what: status, by: 'cinch', detail: reason });
  await announce(world, written);
}

async function resendStuckWork(world: SweepWorld): Promise<number> {
  const before = minutesBefore(world, STUCK_MINUTES);
  let count = 0;
  for (const status of ['ready', 'approved', 'applying'] as const) {
    for (const plan of await world.ledger.plansByStatus(status, before)) {
      await sendWorkFor(world, plan);
      count += 1;
    }
  }
  return count;
}

/** Looks whether a function still answers after its secrets or its role moved, and says so on the card. */
async function watchApplied(world: SweepWorld): Promise<number> {
  const now = world.clock.now().toISOString();
  let count = 0;
  for (const plan of await world.ledger.watchedPlans()) {
    if (plan.resource.kind !== 'function' || !plan.appliedAt || !plan.watchUntil) continue;
    const { invocations, errors } = await world.reader.readTraffic({ ...plan.resource, kind: 'function' }, plan.appliedAt);
    const over = plan.watchUntil <= now;
    const line = trafficLine(invocations, errors);
    const isNews = (invocations > 0 || over) && plan.outcome.at(-1) !== line;
    if (!isNews && !over) continue;
    const earlier = plan.outcome.filter((text) => !text.startsWith(TRAFFIC));
    const written = await world.ledger.writePlan({
      ...plan,
      outcome: [...earlier, line],
      watchUntil: over ? null : plan.watchUntil,
      updatedAt: now,
    });
    const finding = written && isNews ? await world.ledger.readFinding(plan.findingId) : undefined;
    if (finding) await announce(world, finding);
    count += 1;
  }
  return count;
}

const TRAFFIC = 'Since the change: ';
function trafficLine(invocations: number, errors: number): string {
  if (invocations === 0) return `${TRAFFIC}it was not invoked.`;
  const runs = `${invocations} invocation${invocations === 1 ? '' : 's'}`;
  return errors === 0
    ? `${TRAFFIC}the function still answers (${runs}, no errors).`
    : `${TRAFFIC}${errors} of ${runs} failed. Undo gives the former state back.`;
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

/**
 * Every few hours, every function, API and user of every member: CloudTrail's delivery is best effort, what was there before Cinch made no
 * event, and time alone makes some things wrong.
 */
async function reconcile(world: SweepWorld): Promise<number> {
  const slot = Math.floor(world.clock.now().getTime() / (RECONCILE_HOURS * 3_600_000));
  const config = await world.config.read();
  let count = 0;
  for (const member of config.members) {
    for (const region of member.regions) {
      if (!(await world.ledger.claim(`reconcile-${member.account}-${region}-${slot}`, RECONCILE_HOURS * 3600))) continue;
      for await (const { resource } of world.reader.listFunctions(member.account, region)) await look(resource);
      for await (const resource of world.reader.listApis(member.account, region)) await look(resource);
    }
    if (!(await world.ledger.claim(`reconcile-${member.account}-users-${slot}`, RECONCILE_HOURS * 3600))) continue;
    for await (const resource of world.reader.listUsers(member.account)) await look(resource);
  }
  return count;

  async function look(resource: Resource): Promise<void> {
    await world.queues.sendChange({ kind: 'look', id: `reconcile-${slot}-${resource.arn}`, resourceArn: resource.arn });
    count += 1;
  }
}
