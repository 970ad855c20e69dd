import { isHarm, type Traffic } from '../engine/harm.ts';
import type { Plan } from '../model/plan.ts';
import type { Resource } from '../model/resource.ts';
import { undoIdOf } from '../slack/phase.ts';
import { announce, sendWorkFor } from './announce.ts';
import { undoPlan } from './click-undo.ts';
import { planChanged } from './domain-events.ts';
import { tripAccount } from './halts.ts';
import type { World } from './ports.ts';

export type WatchWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'reader'>;

/** What a function did in the day before the change says how it is when all is well. */
const BEFORE_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

/**
 * Looks whether a function still answers after a change that might stop it, and says so on the card. When it clearly no longer does, Cinch
 * takes the change back by itself. The sweep comes every minute, which is as often as CloudWatch has anything new.
 */
export async function watchApplied(world: WatchWorld): Promise<number> {
  let count = 0;
  for (const plan of await world.ledger.watchedPlans()) if (await watch(world, plan)) count += 1;
  return count;
}

async function watch(world: WatchWorld, plan: Plan): Promise<boolean> {
  const { appliedAt, watchUntil } = plan;
  if (plan.resource.kind !== 'function' || !appliedAt || !watchUntil) return false;
  const target: Resource<'function'> = { ...plan.resource, kind: 'function' };
  const undo = await world.ledger.readPlan(undoIdOf(plan.id));
  // People take it back, or have tried: from here on it is theirs.
  if (undo && !isOwnUndo(undo)) return (await keepWatching(world, plan, { watchUntil: null })) !== undefined;
  const after = await world.reader.readTraffic(target, appliedAt);
  // A run of this sweep was cut off after it had made the undo: it goes on, whatever the figures say by now.
  const broken = undo !== undefined || (await isBroken(world, target, appliedAt, after));
  if (broken) return rollBack(world, plan, undo, after);
  const now = world.clock.now().toISOString();
  const over = watchUntil <= now;
  const line = trafficLine(after);
  const isNews = (after.invocations > 0 || over) && plan.outcome.at(-1) !== line;
  const told = isNews ? await keepWatching(world, plan, { outcome: withLine(plan, line) }) : plan;
  if (!told || !over) return isNews && told !== undefined;
  // Before the end, which nothing follows: a sweep that was cut off may have written the last line and told nobody.
  if (!isNews) await showLine(world, plan);
  return (await keepWatching(world, told, { watchUntil: null })) !== undefined;
}

const isOwnUndo = (undo: Plan): boolean => undo.decidedBy === null;

/** Metrics are told by the minute: what failed in the minute of the change may have failed before it, and accuses nobody. */
async function isBroken(world: WatchWorld, target: Resource<'function'>, appliedAt: string, seen: Traffic): Promise<boolean> {
  if (!isHarm({ invocations: 0, errors: 0 }, seen)) return false;
  const changed = Date.parse(appliedAt);
  const next = Math.floor(changed / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  if (next >= world.clock.now().getTime()) return false;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const [before, after] = await Promise.all([
    world.reader.readTraffic(target, iso(changed - BEFORE_MS), iso(next - MINUTE_MS)),
    world.reader.readTraffic(target, iso(next)),
  ]);
  return isHarm(before, after);
}

/**
 * Makes the undo, once: its id follows from the plan's, and a person's undo made in the same moment wins the one conditional write. The plan
 * is watched until all of this is done, so a run that is cut off goes on here.
 */
async function rollBack(world: WatchWorld, plan: Plan, found: Plan | undefined, after: Traffic): Promise<boolean> {
  const now = world.clock.now().toISOString();
  const why = `${failed(after)} since the change`;
  const undo = found ?? (await world.ledger.writePlan({ ...undoPlan(plan, 0, null, now), decisionReason: why }));
  if (!undo) return false;
  const { resource, findingId } = plan;
  await tripAccount(world, resource.account, `${resource.name} failed after a change: ${why}`);
  if (undo.status === 'approved') await sendWorkFor(world, undo);
  // The entry's time is the undo's own, so that it is written once.
  await world.ledger.audit({
    findingId,
    at: undo.createdAt,
    what: 'undo by itself',
    by: 'cinch',
    detail: undo.decisionReason ?? why,
  });
  world.log.error('taken back by itself', { plan: plan.id, finding: findingId, resource: resource.arn });
  await world.bus.publish(planChanged(undo));
  const line = `${TRAFFIC}${failed(after)}, far more than before it. Cinch takes it back by itself.`;
  return (await keepWatching(world, plan, { outcome: withLine(plan, line), watchUntil: null })) !== undefined;
}

async function keepWatching(
  world: WatchWorld,
  plan: Plan,
  news: Partial<Pick<Plan, 'outcome' | 'watchUntil'>>,
): Promise<Plan | undefined> {
  const written = await world.ledger.writePlan({ ...plan, ...news, updatedAt: world.clock.now().toISOString() });
  if (written && news.outcome) await showLine(world, plan);
  return written;
}

async function showLine(world: WatchWorld, { findingId }: Plan): Promise<void> {
  const finding = await world.ledger.readFinding(findingId);
  if (finding) await announce(world, finding);
}

const TRAFFIC = 'Since the change: ';
const withLine = (plan: Plan, line: string): string[] => [...plan.outcome.filter((text) => !text.startsWith(TRAFFIC)), line];

const failed = ({ invocations, errors }: Traffic): string => `${errors} of ${runs(invocations)} failed`;
const runs = (invocations: number): string => `${invocations} invocation${invocations === 1 ? '' : 's'}`;

function trafficLine(traffic: Traffic): string {
  const { invocations, errors } = traffic;
  if (invocations === 0) return `${TRAFFIC}it was not invoked.`;
  return errors === 0
    ? `${TRAFFIC}the function still answers (${runs(invocations)}, no errors).`
    : `${TRAFFIC}${failed(traffic)}. Undo gives the former state back.`;
}
