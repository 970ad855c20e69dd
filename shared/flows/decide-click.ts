import type { Config } from '../config/schema.ts';
import { isContainment, type Plan, parseContainmentId } from '../model/plan.ts';
import { undoIdOf } from '../slack/phase.ts';
import { causeOf, publishFinding, sendWorkFor } from './announce.ts';
import { type AuthorRule, checkAuthority, checkMember } from './approvers.ts';
import { approve } from './click-approve.ts';
import { breakGlass, tellEverybody } from './click-break-glass.ts';
import { contain, showOnFinding } from './click-contain.ts';
import {
  type ClickWorld,
  type Decider,
  type Decision,
  decisionBy,
  findClicked,
  madeBy,
  refused,
  refuseWhenInvalid,
  whisper,
} from './click-context.ts';
import { deny, discard, exempt, settleRefusal } from './click-refuse.ts';
import { snooze } from './click-snooze.ts';
import { undo } from './click-undo.ts';
import { decisionLine, OLD_CARD } from './click-words.ts';
import { planChanged } from './domain-events.ts';
import type { ClickMessage } from './messages.ts';
import { showCard } from './show-card.ts';

/**
 * Decides one click that on-slack has verified: whether this user may, and whether it is still open. The decision is one conditional write
 * of the plan; all that follows it may run twice, so a click that comes again after a crash goes on where the first was cut off.
 * @throws TryAgain when the ledger or a queue is down: the queue delivers the click again
 */
export async function decideClick(world: ClickWorld, click: ClickMessage): Promise<Decision['kind']> {
  const decision = await decide(world, click);
  const ids = { action: click.action, plan: click.planId, user: click.userId, request: click.id };
  if (decision.kind === 'refused') {
    world.log.info('click refused', { ...ids, why: decision.why });
    await recordRefusal(world, click, decision.why);
    await whisper(world, click, decision.why);
  }
  if (decision.kind === 'decided') await follow(world, click, decision.plan);
  return decision.kind;
}

function decide(world: ClickWorld, click: ClickMessage): Promise<Decision> {
  return refuseWhenInvalid(async () => {
    const config = await world.config.read();
    const plan = await world.ledger.readPlan(click.planId);
    const decided = await findDecided(world, click, plan);
    if (decided) return { kind: 'decided', plan: decided };
    if (click.action === 'quarantine' || click.action === 'isolate') return contain(world, click);
    if (!plan) return refused('This request is not known any more.');
    // Its other buttons are the finding's question's, on which others may decide.
    if (isContainment(plan) && click.action !== 'undo') return refused(OLD_CARD);
    if (click.action === 'break-glass' && !config.slack.breakGlass)
      return refused('Nobody may approve their own change: `slack.breakGlass` is off.');
    const decider = await findDecider(world, config, click, plan);
    if ('kind' in decider) return decider;
    if (!(await findClicked(world.ledger, plan, click))) return refused(OLD_CARD);
    return decidePlan(world, decider, plan);
  });
}

/**
 * The plan that this very click has decided already, in a run that was cut off. Whatever has become of plan, card and user since: the click was
 * accepted, so what it brings about is completed and nobody is told that it came too late.
 */
export async function findDecided(world: ClickWorld, click: ClickMessage, clicked: Plan | undefined): Promise<Plan | undefined> {
  const plan = click.action === 'undo' ? await world.ledger.readPlan(undoIdOf(click.planId)) : clicked;
  if (!plan || !madeBy(click, plan)) return undefined;
  await settleRefusal(world, click, plan);
  if (isContainment(plan)) await showOnFinding(world, plan);
  return plan;
}

function decidePlan(world: ClickWorld, decider: Decider, plan: Plan): Promise<Decision> {
  switch (decider.click.action) {
    case 'approve':
      return approve(world, decider);
    case 'deny':
      return deny(world, decider);
    case 'exempt':
      return exempt(world, decider);
    case 'undo':
      return undo(world, decider, plan);
    case 'snooze':
      return snooze(world, decider);
    case 'discard':
      return discard(world, decider);
    case 'break-glass':
      return breakGlass(world, decider);
    case 'quarantine':
    case 'isolate':
      return contain(world, decider.click);
  }
}

async function findDecider(world: ClickWorld, config: Config, click: ClickMessage, plan: Plan): Promise<Decider | Decision> {
  if (click.action === 'discard') {
    const member = await checkMember(world, click.userId);
    if (member.kind === 'no') return refused(member.why);
    return { click, user: member.user, approvalsNeeded: 0, stillCounts: async () => false };
  }
  const authority = await checkAuthority(world, config, plan, click.userId, authorRuleOf(click.action, plan));
  if (authority.kind === 'no') return refused(authority.why);
  const { user, approvalsNeeded, stillCounts } = authority;
  return { click, user, approvalsNeeded, stillCounts };
}

function authorRuleOf(action: ClickMessage['action'], plan: Plan): AuthorRule {
  if (action === 'break-glass') return 'only';
  return isContainment(plan) ? 'any' : 'never';
}

/** What a decision brings about. Work is queued first: if anything later fails, the decision is already on its way. */
export async function follow(world: ClickWorld, click: ClickMessage, plan: Plan): Promise<void> {
  const what = decisionLine(click, plan);
  world.log.info(what, { action: click.action, plan: plan.id, user: click.userId });
  if (plan.status === 'approved') await sendWorkFor(world, plan);
  if (click.action === 'break-glass') await tellEverybody(world, await world.config.read(), plan, click);
  // Pressed twice, it is still one decision, and that of the first click.
  const made = madeBy(click, plan) ?? decisionBy(click, plan);
  const at = made?.at ?? plan.updatedAt;
  const entry = { findingId: plan.findingId, at, what, by: click.userId, detail: click.reason ?? '' };
  await Promise.all([
    world.ledger.audit({ ...entry, ...onceFor({ ...click, id: made?.click ?? '' }) }),
    publishPlan(world, plan),
  ]);
  const finding = await world.ledger.readFinding(plan.findingId);
  if (finding && ENDS_FINDING.has(plan.status)) await publishFinding(world, finding);
  await showAtOnce(world, plan.findingId);
  // Lines of a thread come in order because one teller tells them: the group of the notices queue that is the finding's.
  await world.queues.sendNotice({ kind: 'card', findingId: plan.findingId, ...causeOf(plan) }, plan.findingId);
}

/** Tells the hub bus. */
export const publishPlan = ({ bus }: Pick<ClickWorld, 'bus'>, plan: Plan): Promise<void> => bus.publish(planChanged(plan));

const ENDS_FINDING: ReadonlySet<Plan['status']> = new Set(['denied', 'exempted', 'discarded']);

/** The buttons go now. When Slack is busy the card's own message on the queue brings it up to date; the click must not be decided again for that. */
async function showAtOnce(world: ClickWorld, findingId: string): Promise<void> {
  try {
    await showCard(world, findingId);
  } catch {
    world.log.info('card not shown at once, queued', { finding: findingId });
  }
}

export async function recordRefusal(world: ClickWorld, click: ClickMessage, why: string): Promise<void> {
  const aid = parseContainmentId(click.planId);
  const findingId = aid?.findingId ?? (await world.ledger.readPlan(click.planId))?.findingId;
  if (!findingId) return;
  const at = world.clock.now().toISOString();
  const entry = { findingId, at, what: `${click.action} refused`, by: click.userId, detail: why };
  await world.ledger.audit({ ...entry, ...onceFor(click) });
}

/** A click has one entry: what was decided by it, or that it was refused. */
const onceFor = ({ id, userId }: ClickMessage): { once?: string } => (id === '' ? {} : { once: `click ${id} ${userId}` });
