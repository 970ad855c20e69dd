import { InvalidConfiguration } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import { announce, sendWorkFor } from './announce.ts';
import { checkAuthority } from './approvers.ts';
import { approve } from './click-approve.ts';
import { type ClickWorld, type Decider, type Decision, findClicked, refused, whisper } from './click-context.ts';
import { deny, exempt } from './click-refuse.ts';
import { undo } from './click-undo.ts';
import type { ClickMessage } from './messages.ts';
import { showCard } from './show-card.ts';

/**
 * Decides one click that on-slack has verified: whether this user may, and whether it is still open. The decision is one conditional write
 * of the plan; all that follows it may run twice, so a click that comes again after a crash goes on where the first was cut off.
 * @throws TryAgain when the ledger or a queue is down: the queue delivers the click again
 */
export async function decideClick(world: ClickWorld, click: ClickMessage): Promise<Decision['kind']> {
  const plan = await world.ledger.readPlan(click.planId);
  const decision = plan ? await decide(world, click, plan) : refused('This request is not known any more.');
  const ids = { action: click.action, plan: click.planId, user: click.userId };
  if (decision.kind === 'refused') {
    world.log.info('click refused', { ...ids, why: decision.why });
    if (plan) await audit(world, plan, click, `${click.action} refused`, decision.why, world.clock.now().toISOString());
    await whisper(world, click, decision.why);
  }
  if (decision.kind === 'decided') {
    world.log.info(decision.line, ids);
    await follow(world, click, decision);
  }
  return decision.kind;
}

async function decide(world: ClickWorld, click: ClickMessage, plan: Plan): Promise<Decision> {
  const decider = await findDecider(world, click, plan);
  if ('kind' in decider) return decider;
  if (!(await findClicked(world.ledger, plan, click)))
    return refused('This card is out of date: there is a newer one, or the finding has changed since. Nothing was changed.');
  switch (click.action) {
    case 'approve':
      return approve(world, decider);
    case 'deny':
      return deny(world, decider);
    case 'exempt':
      return exempt(world, decider);
    case 'undo':
      return undo(world, decider, plan);
  }
}

async function findDecider(world: ClickWorld, click: ClickMessage, plan: Plan): Promise<Decider | Decision> {
  try {
    const config = await world.config.read();
    const authority = await checkAuthority(world.desk, config, plan, click.userId);
    if (authority.kind === 'no') return refused(authority.why);
    const { user, approvalsNeeded, stillCounts } = authority;
    return { click, user, approvalsNeeded, stillCounts };
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return refused('The configuration is invalid, so nothing is decided until it is corrected.');
  }
}

/** What a decision brings about. Work is queued first: if anything later fails, the decision is already on its way. */
async function follow(world: ClickWorld, click: ClickMessage, { plan, line }: Decision & { kind: 'decided' }): Promise<void> {
  if (plan.status === 'approved') await sendWorkFor(world, plan);
  const at = plan.updatedAt;
  await Promise.all([
    audit(world, plan, click, line, click.reason ?? '', at),
    world.bus.publish({
      type: 'PlanChanged',
      detail: { planId: plan.id, findingId: plan.findingId, kind: plan.kind, status: plan.status, resource: plan.resource.arn },
    }),
  ]);
  const finding = await world.ledger.readFinding(plan.findingId);
  if (finding && (plan.status === 'denied' || plan.status === 'exempted')) await announce(world, finding);
  await showAtOnce(world, plan.findingId);
}

/** The buttons go now. When Slack is busy the card's own message on the queue brings it up to date; the click must not be decided again for that. */
async function showAtOnce(world: ClickWorld, findingId: string): Promise<void> {
  try {
    await showCard(world, findingId);
  } catch {
    world.log.info('card not shown at once, queued', { finding: findingId });
    await world.queues.sendNotice({ kind: 'card', findingId }, findingId);
  }
}

async function audit(
  world: ClickWorld,
  plan: Plan,
  click: ClickMessage,
  what: string,
  detail: string,
  at: string,
): Promise<void> {
  await world.ledger.audit({ findingId: plan.findingId, at, what, by: click.userId, detail });
}
