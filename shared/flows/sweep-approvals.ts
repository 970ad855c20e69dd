import { expiryFrom } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import { InvalidConfiguration } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { announce, causeOf } from './announce.ts';
import { planChanged } from './domain-events.ts';
import type { World } from './ports.ts';

export type SweepApprovalsWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus'>;

export interface SweptApprovals {
  readonly expired: number;
  readonly reminded: number;
  readonly escalated: number;
  readonly woken: number;
}

/** After every time that a plan can have. */
const ALL = '9999';
/** Two sweeps and a little. */
const RETELL_MS = 130_000;
/** For so long an end that nobody was told of is looked for: sweep itself may be down. */
const LEFT_OVER_MS = 3_600_000;
const RACES = 5;

/**
 * What time brings to questions: one reminder, a call to others, the end; and after a snooze the same question once more. Each is one
 * conditional write of the plan, made before anybody is told: a sweep that runs twice, or is cut off, tells it once. Somebody who decides in
 * that very moment wins.
 */
export async function sweepApprovals(world: SweepApprovalsWorld): Promise<SweptApprovals> {
  const counts = { expired: 0, reminded: 0, escalated: 0, woken: 0 };
  const slack = await readSlack(world);
  const open = await world.ledger.plansByStatus('asked', ALL);
  world.log.metric('approvalAge', { value: oldestSeconds(open, world.clock.now()) });
  for (const plan of open) {
    const now = world.clock.now().toISOString();
    const due = dueOf(plan, slack, now);
    if (!due) {
      if (wasJustTold(plan, now))
        await world.queues.sendNotice({ kind: 'card', findingId: plan.findingId, ...causeOf(plan) }, plan.findingId);
      continue;
    }
    if (!(await world.ledger.writePlan({ ...due.plan, updatedAt: now }))) continue;
    counts[due.what] += 1;
    world.log.info(`question ${due.what}`, { plan: plan.id, finding: plan.findingId });
    if (due.what === 'expired') await settleExpired(world, plan);
    else await tell(world, plan);
  }
  await settleLeftOver(world, new Set(open.map(({ id }) => id)));
  return counts;
}

const oldestSeconds = (open: readonly Plan[], now: Date): number =>
  Math.max(0, ...open.map(({ createdAt }) => Math.round((now.getTime() - Date.parse(createdAt)) / 1000)));

/** Without a valid configuration nobody is called, but what has ended is closed all the same. */
async function readSlack({ config, log }: SweepApprovalsWorld): Promise<Config['slack'] | undefined> {
  try {
    return (await config.read()).slack;
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    log.error('questions only expire', { why: error.message });
    return undefined;
  }
}

/** A sweep that was cut off between its write and its message: the next ones send it again, and a line that is told is not told again. */
function wasJustTold({ remindedAt, escalatedAt, askedAgainAt }: Plan, now: string): boolean {
  const since = new Date(Date.parse(now) - RETELL_MS).toISOString();
  return [remindedAt, escalatedAt, askedAgainAt].some((at) => at && at > since);
}

/** The same for plans that expired: their findings still say that they are asked, or nobody was told that they are not. */
async function settleLeftOver(world: SweepApprovalsWorld, open: ReadonlySet<string>): Promise<void> {
  const now = world.clock.now().getTime();
  const before = new Date(now - RETELL_MS).toISOString();
  const [asked, expired] = await Promise.all([
    world.ledger.findingsByStatus('asked', before),
    world.ledger.findingsByStatus('expired', before, new Date(now - LEFT_OVER_MS).toISOString()),
  ]);
  const planIds = [...asked, ...expired].flatMap(({ planId }) => (planId && !open.has(planId) ? [planId] : []));
  if (planIds.length === 0) return;
  for (const plan of await world.ledger.readPlans(planIds))
    if (plan.status === 'expired' && !(await world.ledger.isHandled(toldMark(plan)))) await settleExpired(world, plan);
}

interface Due {
  readonly what: keyof SweptApprovals;
  readonly plan: Plan;
}

/** What is due for a question now, the most final first; undefined for nothing. Pure. */
export function dueOf(plan: Plan, slack: Config['slack'] | undefined, now: string): Due | undefined {
  if (plan.snoozedUntil) {
    if (plan.snoozedUntil > now || !slack) return undefined;
    const full = expiryFrom(slack, new Date(now));
    const expiresAt = plan.expiresAt && plan.expiresAt > full ? plan.expiresAt : full;
    const fresh = { snoozedUntil: null, remindedAt: null, escalatedAt: null, askedAgainAt: now, expiresAt };
    return { what: 'woken', plan: { ...plan, ...fresh } };
  }
  if (!plan.expiresAt) return undefined;
  if (plan.expiresAt <= now) return { what: 'expired', plan: { ...plan, status: 'expired' } };
  if (!slack) return undefined;
  const start = Date.parse(plan.askedAgainAt ?? plan.createdAt);
  const passed = (Date.parse(now) - start) / (Date.parse(plan.expiresAt) - start);
  const { escalation, remindAfter } = slack;
  if (escalation && !plan.escalatedAt && passed >= escalation.after)
    return { what: 'escalated', plan: { ...plan, escalatedAt: now, remindedAt: plan.remindedAt ?? now } };
  if (!plan.remindedAt && passed >= remindAfter) return { what: 'reminded', plan: { ...plan, remindedAt: now } };
  return undefined;
}

const isShown = (finding: Finding, { id }: Plan): boolean => finding.planId === id || finding.containmentId === id;

async function tell(world: SweepApprovalsWorld, plan: Plan): Promise<void> {
  const finding = await world.ledger.readFinding(plan.findingId);
  if (finding && isShown(finding, plan)) await announce(world, finding);
}

/** Ends with a mark that it was told, so that a sweep which is cut off before is made up for by the next. */
async function settleExpired(world: SweepApprovalsWorld, plan: Plan): Promise<void> {
  const reason = 'nobody decided in time';
  for (let race = 0; race < RACES; race++) {
    const finding = await world.ledger.readFinding(plan.findingId);
    if (!finding || !isShown(finding, plan)) return;
    // Of first aid that nobody confirmed the card says so itself.
    if (finding.containmentId === plan.id) return tellExpired(world, finding, plan);
    const now = world.clock.now().toISOString();
    const entry = { findingId: finding.id, at: now, what: 'expired', by: 'cinch', detail: reason };
    await world.ledger.audit({ ...entry, once: `${plan.id} expired` });
    const isSettled = finding.status === 'expired';
    const written = isSettled
      ? finding
      : await world.ledger.writeFinding({ ...finding, status: 'expired', reason, updatedAt: now });
    if (written) return tellExpired(world, written, plan);
  }
  world.log.error('an expired question could not be closed yet', { plan: plan.id, finding: plan.findingId });
}

const toldMark = ({ id }: Plan): string => `told-expired-${id}`;

async function tellExpired(world: SweepApprovalsWorld, finding: Finding, plan: Plan): Promise<void> {
  await announce(world, finding, planChanged({ ...plan, status: 'expired' }));
  await world.ledger.markHandled(toldMark(plan), 86_400);
}
