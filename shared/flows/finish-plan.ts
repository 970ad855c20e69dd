import { isAutomatic } from '../engine/guard.ts';
import { countedFixes } from '../engine/reverts.ts';
import { TryAgain } from '../model/errors.ts';
import type { Finding, FindingStatus } from '../model/finding.ts';
import { isStopgap, type Plan, parseContainmentId } from '../model/plan.ts';
import { announce } from './announce.ts';
import { planChanged } from './domain-events.ts';
import type { World } from './ports.ts';

type FinishWorld = Pick<World, 'clock' | 'log' | 'ledger' | 'queues' | 'bus'>;

/** Writes a plan on; a lost race means that another run is at it. @throws TryAgain */
export async function keepPlan(world: Pick<World, 'clock' | 'ledger'>, plan: Plan): Promise<Plan> {
  const written = await world.ledger.writePlan({ ...plan, updatedAt: world.clock.now().toISOString() });
  if (!written) throw new TryAgain(`plan ${plan.id} was changed by another run`);
  return written;
}

/**
 * Ends a plan: finding first, plan last, so that a crash between leaves the plan due and the next run ends it again.
 * A stale plan's resource is looked at once more, so that what is true now gets its own plan.
 */
export async function finishPlan(
  world: FinishWorld,
  plan: Plan,
  status: 'applied' | 'failed' | 'stale',
  outcome: readonly string[],
  watchUntil: string | null = null,
): Promise<Plan['status']> {
  const now = world.clock.now().toISOString();
  const finding = await settleFinding(world, plan, status, outcome);
  await world.ledger.audit({
    findingId: plan.findingId,
    at: now,
    what: `${plan.kind} ${status}`,
    by: decidersOf(plan),
    detail: [...plan.steps.map((step) => step.kind), ...outcome].join('; '),
    once: `${plan.id} ${plan.createdAt} ${status}`,
  });
  const kept = await keepPlan(world, {
    ...plan,
    status,
    outcome: [...plan.outcome, ...outcome],
    appliedAt: status === 'applied' ? now : null,
    watchUntil,
  });
  await tellEnd(world, kept, finding);
  const ids = { cause: plan.cause ?? null, plan: plan.id, finding: plan.findingId, rule: plan.ruleId };
  countEnd(world, kept, finding);
  world.log.info(`plan ${status}`, { ...ids, kind: plan.kind, resource: plan.resource.arn });
  return status;
}

/** How long Cinch took, people's time for a decision left out: from that decision, or from the change. */
function countEnd({ log }: FinishWorld, plan: Plan, finding: Finding | undefined): void {
  if (plan.status === 'failed') log.metric('failed', { value: 1 });
  if (plan.status !== 'applied' || plan.kind !== 'remedy' || plan.appliedAt === null) return;
  log.metric('fixed', { value: 1 });
  const from = plan.approvals.at(-1)?.at ?? finding?.authoredAt ?? plan.createdAt;
  const seconds = (Date.parse(plan.appliedAt) - Date.parse(from)) / 1000;
  // An event's time is CloudTrail's clock, to the second.
  log.metric('timeToFix', { value: Math.max(0, seconds) });
}

/**
 * What follows the end of a plan. A run may be cut off right before it, and then the plan's message comes again: all of this may happen twice.
 * @param settled the finding as the end has left it, when it is known
 */
export async function tellEnd(world: Pick<World, 'ledger' | 'queues' | 'bus'>, plan: Plan, settled?: Finding): Promise<void> {
  const { status } = plan;
  // A new role is news for the role index, a stopgap leaves what was found, and Cinch's own events are not looked at.
  const isNews = plan.steps.some((step) => step.kind === 'give-own-role') || isStopgap(plan);
  if (status === 'stale' || (status === 'applied' && isNews))
    await world.queues.sendChange({ kind: 'look', id: `${status}-${plan.id}`, resourceArn: plan.resource.arn });
  const ended = planChanged(plan);
  const shown = settled ?? (await findingShowing(world, plan));
  await (shown ? announce(world, shown, ended) : world.bus.publish(ended));
}

/** First aid leaves the finding as it is, but its card tells what came of it. */
async function findingShowing({ ledger }: Pick<World, 'ledger'>, plan: Plan): Promise<Finding | undefined> {
  const finding = await ledger.readFinding(plan.findingId);
  const owner = ownerOf(plan);
  return finding?.planId === owner || parseContainmentId(owner) ? finding : undefined;
}

/** An undo ends what became of the plan that it takes back. */
const ownerOf = ({ id, kind, undoes }: Plan): string => (kind === 'undo' ? (undoes ?? '') : id);

const decidersOf = (plan: Plan): string =>
  plan.approvals.map((approval) => approval.userId).join(', ') || plan.decidedBy?.userId || 'cinch';

async function settleFinding(
  world: FinishWorld,
  plan: Plan,
  status: 'applied' | 'failed' | 'stale',
  outcome: readonly string[],
): Promise<Finding | undefined> {
  const finding = await world.ledger.readFinding(plan.findingId);
  // A newer plan may have taken the finding over; then this one's end is history only.
  if (!finding || finding.planId !== ownerOf(plan)) return undefined;
  const next = findingStatus(plan, status);
  if (finding.status === next && next !== 'failed') return finding;
  const written = await world.ledger.writeFinding({
    ...finding,
    status: next,
    // What was found is there again, where a stopgap had left something else of it.
    ...(next === 'undone' ? { fingerprint: plan.fingerprint } : {}),
    reason: status === 'applied' ? null : outcome.join(' ') || null,
    ...(next === 'fixed' && isAutomatic(plan) ? countedOnce(finding, world.clock.now().toISOString()) : {}),
    updatedAt: world.clock.now().toISOString(),
  });
  if (!written) throw new TryAgain(`finding ${finding.id} was changed meanwhile`);
  return written;
}

const countedOnce = (finding: Finding, now: string): Pick<Finding, 'timesFixed' | 'fixedAt'> => ({
  timesFixed: finding.timesFixed + 1,
  fixedAt: [...countedFixes(finding.fixedAt ?? [], now), now],
});

function findingStatus(plan: Plan, status: 'applied' | 'failed' | 'stale'): FindingStatus {
  if (status === 'failed') return plan.kind === 'undo' ? 'fixed' : 'failed';
  if (status === 'stale') return 'resolved';
  return plan.kind === 'undo' ? 'undone' : 'fixed';
}
