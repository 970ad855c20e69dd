import { liveTags, placeOf } from '../config/place.ts';
import { decideMode } from '../config/resolve.ts';
import type { Config } from '../config/schema.ts';
import { judgeExemption } from '../engine/exemptions.ts';
import { isAutomatic } from '../engine/guard.ts';
import { protectionOf } from '../engine/protection.ts';
import { AccessRefused, CinchError, Refused, StateMoved, TryAgain } from '../model/errors.ts';
import type { Exemption } from '../model/finding.ts';
import { isContainment, type Plan } from '../model/plan.ts';
import type { ResourceKind } from '../model/resource.ts';
import type { AnyRule } from '../model/rule.ts';
import type { State } from '../model/state.ts';
import { STEP_ROWS, type Step } from '../model/step.ts';
import { applyUndo } from './apply-undo.ts';
import { completeAid } from './complete-aid.ts';
import { finishPlan, keepPlan, tellEnd } from './finish-plan.ts';
import { askInstead, hold, whyStopped } from './guard.ts';
import { tripAccount } from './halts.ts';
import { type Judgement, judge } from './judge.ts';
import type { Captured, Receipt, ResourceNote, World } from './ports.ts';
import { whyProtected } from './protection.ts';
import { openAll, sealAll, sealOne } from './sealed.ts';

export type ApplyWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'reader' | 'steps' | 'vault'>;

/** A lease outlives the longest run of the function, so that a crashed run can't be joined by a second one. */
const LEASE_SECONDS = 330;

/**
 * Carries out one plan: the only flow that changes an account. Takes the resource's lease, re-reads, re-judges, compares with what the plan
 * was made for, writes the intent and an encrypted snapshot, then applies, verifies and records. Run again after any crash it goes on from
 * what the ledger says.
 * @throws TryAgain when the resource or the account is busy: nothing is lost, the queue delivers again.
 */
export async function apply(world: ApplyWorld, rules: readonly AnyRule[], planId: string): Promise<Plan['status'] | 'unknown'> {
  const found = await world.ledger.readPlan(planId);
  if (!found) {
    world.log.error('no such plan', { plan: planId });
    return 'unknown';
  }
  if (!isDue(found)) return tellAgain(world, found);
  const config = await world.config.read();
  if (!(await world.ledger.takeLease(found.resource, planId, LEASE_SECONDS)))
    throw new TryAgain(`${found.resource.arn} is being changed by another plan`);
  try {
    // Between the read and the lease another run may have finished it.
    const plan = await world.ledger.readPlan(planId);
    if (!plan || !isDue(plan)) return plan?.status ?? 'unknown';
    if (plan.kind === 'undo')
      return plan.status === 'applying' ? await applyUndo(world, plan) : await holdOrUndo(world, config, plan);
    return isContainment(plan) ? await applyAid(world, config, plan) : await applyRemedy(world, config, rules, plan);
  } catch (error) {
    if (!(error instanceof AccessRefused)) throw error;
    return await endWithoutAccess(world, planId, error);
  } finally {
    await world.ledger.releaseLease(found.resource, planId);
  }
}

/**
 * Its message came again, so a run may have been cut off after its last write: nobody may have been told of the end, and the lease may still be
 * held. A plan that has ended writes nothing more.
 */
async function tellAgain(world: ApplyWorld, plan: Plan): Promise<Plan['status']> {
  await world.ledger.releaseLease(plan.resource, plan.id);
  await tellEnd(world, plan);
  return plan.status;
}

/** A stack that is being updated, and IAM's own caches, are done by then. */
const ACCESS_MINUTES = 10;

/**
 * The account refuses a role, so the plan can't go on. The queue tries again for a while; then it ends, and people hear why. What may have
 * been written and can't be verified is taken back like anything else that does not hold, as far as the account still lets it.
 */
async function endWithoutAccess(world: ApplyWorld, planId: string, error: AccessRefused): Promise<Plan['status']> {
  const plan = await world.ledger.readPlan(planId);
  if (!plan || !isDue(plan)) throw error;
  const waited = world.clock.now().getTime() - Date.parse(plan.updatedAt);
  if (waited < ACCESS_MINUTES * 60_000) throw error;
  if (plan.status !== 'applying' || plan.kind === 'undo') return finishPlan(world, plan, 'failed', [error.message]);
  return giveUp(
    world,
    plan,
    await openAll(world, plan, plan.snapshots),
    await openAll(world, plan, plan.receipts),
    error.message,
  );
}

const isDue = (plan: Plan): boolean => plan.status === 'ready' || plan.status === 'approved' || plan.status === 'applying';

/** A person's undo is never held. What Cinch takes back by itself is, while it is stopped. */
const holdOrUndo = async (world: ApplyWorld, config: Config, plan: Plan): Promise<Plan['status']> =>
  (await hold(world, config, plan)) ?? (await applyUndo(world, plan));

async function applyRemedy(world: ApplyWorld, config: Config, rules: readonly AnyRule[], plan: Plan): Promise<Plan['status']> {
  const rule = rules.find((candidate) => candidate.id === plan.ruleId);
  if (!rule) return finishPlan(world, plan, 'failed', [`this version of Cinch has no rule ${plan.ruleId}`]);
  const note = plan.resource.kind === 'function' ? await world.ledger.readNote(plan.resource) : undefined;
  let current = plan;
  let captured: Captured[];
  let seen: State<ResourceKind> = {};
  if (plan.status === 'applying') {
    // A run was cut off after the intent was written: the snapshot, not today's half-changed state, says what was there.
    captured = await openAll(world, plan, plan.snapshots);
  } else {
    const look = await lookAgain(world, config, rule, plan, note);
    if ('refusal' in look) return finishPlan(world, plan, 'stale', [look.refusal]);
    seen = look.state;
    const held = await hold(world, config, plan);
    if (held) return held;
    const prepared = await prepare(world, plan);
    if ('status' in prepared) return prepared.status;
    ({ captured, plan: current } = prepared);
  }
  const judgeAgain = () => judge(world, config, [rule], plan.resource, note, untouched(seen, plan));
  return execute(world, config, judgeAgain, current, captured);
}

/** First aid: no rule asks for it, so none judges it, before or after. What it finds is read now: who clicked could not know it. */
async function applyAid(world: ApplyWorld, config: Config, plan: Plan): Promise<Plan['status']> {
  const unjudged = async () => undefined;
  if (plan.status === 'applying') return execute(world, config, unjudged, plan, await openAll(world, plan, plan.snapshots));
  const completed = await completeAid(world, plan);
  if ('refusal' in completed) return finishPlan(world, plan, 'failed', [completed.refusal]);
  const prepared = await prepare(world, completed.plan);
  if ('status' in prepared) return prepared.status;
  return execute(world, config, unjudged, prepared.plan, prepared.captured);
}

/**
 * The facts that the plan's steps don't change. After the write only what they change is read again: the rule can find the very same thing
 * only where that is still as it was.
 */
function untouched(seen: State<ResourceKind>, plan: Plan): State<ResourceKind> {
  const changed = new Set<string>(plan.steps.flatMap((step) => STEP_ROWS[step.kind].changes));
  return Object.fromEntries(Object.entries(seen).filter(([name]) => !changed.has(name)));
}

/** Re-reads and re-judges: what is there now, or the reason why this plan must not be carried out. */
async function lookAgain(
  world: ApplyWorld,
  config: Config,
  rule: AnyRule,
  plan: Plan,
  note: ResourceNote | undefined,
): Promise<{ refusal: string } | { state: State<ResourceKind> }> {
  const [judgement, given] = await Promise.all([
    judge(world, config, [rule], plan.resource, note),
    plan.status === 'ready' ? world.ledger.listExemptions() : [],
  ]);
  if (!judgement) return { refusal: 'the resource no longer exists' };
  const refusal = whyNot(plan, judgement) ?? whyNoMore(world, config, given, rule, plan, judgement);
  return refusal ? { refusal } : { state: judgement.state };
}

function whyNot(plan: Plan, judgement: Judgement): string | undefined {
  const outcome = judgement.outcomes[0];
  if (!outcome || outcome.result === 'pass') return 'the resource passes already';
  if (outcome.result === 'unknown') return `it can no longer be judged: ${outcome.why.join('; ')}`;
  if (outcome.fingerprint !== plan.fingerprint) return 'the resource has changed since the plan was made';
  return protectionOf(plan.resource, judgement.tags);
}

/** A setting, a tag or an exemption that came after the decision still counts. People who approved have decided on it themselves. */
function whyNoMore(
  world: ApplyWorld,
  config: Config,
  given: readonly Exemption[],
  { optIn }: AnyRule,
  { status, ruleId, resource }: Plan,
  { tags, exemptTag }: Judgement,
): string | undefined {
  if (status !== 'ready') return undefined;
  const place = placeOf(config, resource.account, ruleId, liveTags(tags));
  if (decideMode(config, place, optIn).value !== 'fix') return 'the configuration no longer lets it be fixed by itself';
  const known = [...config.exemptions, ...given];
  const verdict = judgeExemption(ruleId, resource, known, exemptTag, world.clock.now().toISOString(), place);
  return verdict.kind === 'none' ? undefined : 'an exemption was made meanwhile';
}

/** Captures every step's before and writes the intent: after this, and not before, writes may happen. */
async function prepare(
  world: ApplyWorld,
  plan: Plan,
): Promise<{ captured: Captured[]; plan: Plan } | { status: Plan['status'] }> {
  const captured: Captured[] = [];
  try {
    for (const step of plan.steps) captured.push(await world.steps.capture(step));
  } catch (error) {
    if (!(error instanceof StateMoved || error instanceof Refused)) throw error;
    return { status: await finishPlan(world, plan, error instanceof StateMoved ? 'stale' : 'failed', [error.message]) };
  }
  const snapshots = await sealAll(world, plan, captured);
  return { captured, plan: await keepPlan(world, { ...plan, status: 'applying', snapshots }) };
}

async function execute(
  world: ApplyWorld,
  config: Config,
  judgeAgain: () => Promise<Judgement | undefined>,
  plan: Plan,
  captured: readonly Captured[],
): Promise<Plan['status']> {
  let current = plan;
  const receipts: Receipt[] = await openAll(world, plan, plan.receipts);
  for (let index = receipts.length; index < plan.steps.length; index++) {
    const step = plan.steps[index];
    if (!step) break;
    // Also between steps, and right before the first write: capturing may have taken minutes.
    const stopped = await whyStopped(world, current);
    if (stopped) return stopMidway(world, config, current, captured, receipts, stopped);
    const protectedBy = await whyProtected(world, plan, plan.steps.slice(index));
    if (protectedBy) return giveUp(world, current, captured, receipts, protectedBy);
    try {
      receipts.push(await world.steps.apply(step, captured[index]));
    } catch (error) {
      if (error instanceof TryAgain) throw error;
      return giveUp(world, current, captured, receipts, describe(error));
    }
    const sealed = await sealOne(world, plan, receipts[index], index);
    current = await keepPlan(world, { ...current, receipts: [...current.receipts, sealed] });
  }
  const wrong = await firstProblem(world, judgeAgain, current, captured, receipts);
  if (!wrong) return finishPlan(world, current, 'applied', [], watchUntil(world, config, current));
  // Before it is taken back, so that a crash there can't lose it: the next fix of the kind would go wrong just so.
  if (isAutomatic(current)) await tripAccount(world, current.resource.account, `a fix of ${current.resource.name} did not hold`);
  return giveUp(world, current, captured, receipts, wrong);
}

/** Each step's own check, then the rule itself: the fix holds when the rule no longer finds anything. */
async function firstProblem(
  world: ApplyWorld,
  judgeAgain: () => Promise<Judgement | undefined>,
  plan: Plan,
  captured: readonly Captured[],
  receipts: readonly Receipt[],
): Promise<string | undefined> {
  for (const [index, step] of plan.steps.entries()) {
    const wrong = await world.steps.verify(step, captured[index], receipts[index]);
    if (wrong) return wrong;
  }
  const outcome = (await judgeAgain())?.outcomes[0];
  if (outcome?.result !== 'violation' || outcome.fingerprint !== plan.fingerprint) return undefined;
  return 'after the change the rule still finds the same thing';
}

/**
 * Half of a remedy is a state that nobody has chosen, and to finish it would be to write on in spite of the stop: what was done is put back,
 * and the whole is asked once more.
 */
async function stopMidway(
  world: ApplyWorld,
  config: Config,
  plan: Plan,
  captured: readonly Captured[],
  receipts: readonly Receipt[],
  stopped: string,
): Promise<Plan['status']> {
  const leftovers = await takeBack(world, plan, captured, receipts);
  if (leftovers.length > 0) return finishPlan(world, plan, 'failed', [stopped, ...leftovers.map(notPutBack)]);
  const done = receipts.length > 0 ? ' What had been done was put back.' : '';
  return askInstead(world, config, plan, `${stopped}.${done}`);
}

/** Takes back what was done and says so. */
async function giveUp(
  world: ApplyWorld,
  plan: Plan,
  captured: readonly Captured[],
  receipts: readonly Receipt[],
  why: string,
): Promise<Plan['status']> {
  const leftovers = await takeBack(world, plan, captured, receipts);
  const end = leftovers.length > 0 ? leftovers.map(notPutBack) : ['Everything was put back as it was.'];
  return finishPlan(world, plan, 'failed', [why, ...end]);
}

const notPutBack = (line: string): string => `Not put back: ${line}`;

/** Newest first, from the step that may have been cut off. Answers what could not be put back. */
async function takeBack(
  world: ApplyWorld,
  plan: Plan,
  captured: readonly Captured[],
  receipts: readonly Receipt[],
): Promise<string[]> {
  const leftovers: string[] = [];
  for (let index = Math.min(receipts.length, plan.steps.length - 1); index >= 0; index--) {
    const step = plan.steps[index];
    if (step) leftovers.push(...(await undoOrSay(world, step, captured[index], receipts[index])));
  }
  return leftovers;
}

async function undoOrSay(world: ApplyWorld, step: Step, captured: Captured, receipt: Receipt | undefined): Promise<string[]> {
  try {
    return await world.steps.undo(step, captured, receipt);
  } catch (error) {
    if (error instanceof TryAgain) throw error;
    return [`${step.kind}: ${describe(error)}`];
  }
}

function describe(error: unknown): string {
  if (error instanceof CinchError) return error.message;
  // An SDK error's message could quote a request; its name and status can't.
  return `AWS answered ${error instanceof Error ? error.name : 'with an error'}`;
}

function watchUntil(world: ApplyWorld, config: Config, plan: Plan): string | null {
  // That nothing works any more is what first aid is for, and no reason to take it back.
  if (isContainment(plan)) return null;
  if (!plan.steps.some((step) => STEP_ROWS[step.kind].watched)) return null;
  const minutes = config.secrets.watchMinutes;
  return minutes > 0 ? new Date(world.clock.now().getTime() + minutes * 60_000).toISOString() : null;
}
