import { expiryFrom } from '../config/approval-rules.ts';
import type { Config } from '../config/schema.ts';
import { breakerReason, countedSince, isHeldByStop, stopReason, waitingReason } from '../engine/guard.ts';
import { TryAgain } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { announce } from './announce.ts';
import { planChanged } from './domain-events.ts';
import { keepPlan } from './finish-plan.ts';
import { type HaltWorld, tripAccount } from './halts.ts';
import type { World } from './ports.ts';

/** Between a plan and its first write: the stop switch and the circuit breaker. */

export type GuardWorld = HaltWorld & Pick<World, 'config' | 'queues'>;
type Switches = Pick<World, 'config' | 'ledger' | 'log'>;

/** Why nothing may be written for this plan now. A switch that can't be read is a stop. */
export async function whyStopped(world: Switches, plan: Plan): Promise<string | undefined> {
  if (!isHeldByStop(plan)) return undefined;
  return readSwitches(world, stopReason);
}

/** Why Cinch may not fix by itself in an account now. */
export const whyAsk = (world: Switches, account: string): Promise<string | undefined> =>
  readSwitches(world, (config, halts) => stopReason(config, halts) ?? breakerReason(account, halts));

async function readSwitches(world: Switches, reasonOf: typeof stopReason): Promise<string | undefined> {
  try {
    const [config, halts] = await Promise.all([world.config.read(), world.ledger.readHalts()]);
    return reasonOf(config, halts);
  } catch (error) {
    world.log.error('stop switch not read', { error: error instanceof Error ? error.name : 'unknown' });
    return 'whether Cinch is stopped could not be read';
  }
}

/**
 * Counts an automatic fix before its first write. Answers why it may not be made: the account's breaker is open, or opens with this one.
 * A plan counts once, however often its run is repeated, and before it is made: two at the same moment can't both be the last that is allowed.
 */
export async function countFix(world: GuardWorld, config: Config, plan: Plan): Promise<string | undefined> {
  const { account } = plan.resource;
  const before = await whyAsk(world, account);
  if (before) return before;
  const now = world.clock.now().toISOString();
  await world.ledger.noteFix(account, plan.id, now);
  const count = await world.ledger.fixesSince(account, countedSince(config, account, await world.ledger.readHalts(), now));
  const { maxFixes, minutes } = config.guard;
  if (count <= maxFixes) return undefined;
  await tripAccount(world, account, `${count} fixes in ${minutes} minutes, more than the ${maxFixes} that are allowed`);
  return whyAsk(world, account);
}

/**
 * Holds a plan that may not be carried out now. What a person has approved waits, and its card says so; what Cinch would have fixed by itself
 * becomes a question. Answers undefined when nothing holds it.
 */
export async function hold(world: GuardWorld, config: Config, plan: Plan): Promise<Plan['status'] | undefined> {
  // What counts a fix asks for the stop as well.
  const why = await (plan.status === 'ready' ? countFix(world, config, plan) : whyStopped(world, plan));
  if (why && plan.status === 'approved') return wait(world, plan, why);
  return why ? askInstead(world, config, plan, why) : undefined;
}

async function wait(world: GuardWorld, plan: Plan, stopped: string): Promise<Plan['status']> {
  world.log.info('plan waits', { cause: plan.cause ?? null, plan: plan.id, finding: plan.findingId, why: stopped });
  const finding = await world.ledger.readFinding(plan.findingId);
  const reason = waitingReason(stopped, plan.kind === 'undo' ? 'The undo' : 'What was approved');
  if (!finding || finding.planId !== (plan.undoes ?? plan.id) || finding.reason === reason) return plan.status;
  const written = await world.ledger.writeFinding({ ...finding, reason, updatedAt: world.clock.now().toISOString() });
  if (!written) throw new TryAgain(`finding ${finding.id} was changed meanwhile`);
  await announce(world, written);
  return plan.status;
}

/** Finding first, plan last: cut off between, the plan is still due and the next run asks again. What is told comes after both. */
export async function askInstead(world: GuardWorld, config: Config, plan: Plan, why: string): Promise<Plan['status']> {
  const now = world.clock.now();
  const finding = await world.ledger.readFinding(plan.findingId);
  const isItsPlan = finding?.planId === plan.id;
  const asked = isItsPlan
    ? await world.ledger.writeFinding({ ...finding, status: 'asked', reason: why, updatedAt: now.toISOString() })
    : undefined;
  if (isItsPlan && !asked) throw new TryAgain(`finding ${plan.findingId} was changed meanwhile`);
  await world.ledger.audit({
    findingId: plan.findingId,
    at: now.toISOString(),
    what: 'asked in place of fixing',
    by: 'cinch',
    detail: why,
    once: `${plan.id} asked at ${plan.version}`,
  });
  const kept = await keepPlan(world, {
    ...plan,
    // A newer plan has taken the finding over: this one is asked of nobody.
    status: asked ? 'asked' : 'stale',
    approvals: [],
    breakGlass: null,
    snapshots: [],
    receipts: [],
    expiresAt: expiryFrom(config.slack, now),
  });
  if (asked) world.log.metric('asked', { value: 1 });
  await (asked ? announce(world, asked, planChanged(kept)) : world.bus.publish(planChanged(kept)));
  return asked ? 'asked' : 'stale';
}
