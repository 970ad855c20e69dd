import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import {
  approvalOf,
  type ClickWorld,
  type Decider,
  type Decision,
  refused,
  writeDecision,
  writeFindingOf,
} from './click-context.ts';
import { whoDecided } from './click-words.ts';
import type { ClickMessage } from './messages.ts';

/** Deny, Exempt and Discard: the decisions that leave the resource alone. The plan's write decides; what follows may run again. */

export async function deny(world: ClickWorld, decider: Decider): Promise<Decision> {
  const { reason } = decider.click;
  if (!reason) return refused('A reason is needed.');
  return refuse(world, decider, 'denied', reason);
}

export async function exempt(world: ClickWorld, decider: Decider): Promise<Decision> {
  const { reason, days } = decider.click;
  if (!reason || days === null || days < 1 || days > 365) return refused('A reason and 1 to 365 days are needed.');
  return refuse(world, decider, 'exempted', reason);
}

/** Any member may withdraw the question. Nothing is decided by it: it is asked again when the resource changes. */
export const discard = (world: ClickWorld, decider: Pick<Decider, 'click' | 'user'>): Promise<Decision> =>
  refuse(world, decider, 'discarded', null);

async function refuse(
  world: ClickWorld,
  { click, user }: Pick<Decider, 'click' | 'user'>,
  status: 'denied' | 'exempted' | 'discarded',
  reason: string | null,
): Promise<Decision> {
  const decision = await writeDecision(world.ledger, click.planId, async (plan) => {
    const now = world.clock.now().toISOString();
    if (!plan) return refused('This request is not known any more.');
    const isMine = plan.decidedBy?.userId === user.id && plan.decisionReason === reason;
    if (plan.status === status && isMine) return { kind: 'decided', plan };
    if (plan.status !== 'asked') return refused(whoDecided(plan));
    if (plan.expiresAt && plan.expiresAt <= now) return refused('This request has expired. Nothing was changed.');
    return { write: { ...plan, status, decidedBy: approvalOf(user, now, click), decisionReason: reason, updatedAt: now } };
  });
  if (decision.kind === 'decided') await settleRefusal(world, click, decision.plan);
  return decision;
}

/** What follows the plan's write. */
export async function settleRefusal(world: ClickWorld, click: ClickMessage, plan: Plan): Promise<void> {
  const by = plan.decidedBy?.userName ?? '';
  const reason = plan.decisionReason;
  if (plan.status === 'denied') await settle(world, plan, 'denied', `denied: ${reason}`);
  if (plan.status === 'discarded') await settle(world, plan, 'discarded', `withdrawn by ${by}`);
  if (plan.status !== 'exempted') return;
  // From the decision's own time, so that the same click again makes the same exemption.
  const from = Date.parse(plan.decidedBy?.at ?? plan.updatedAt);
  const exemption = {
    rule: plan.ruleId,
    resource: plan.resource.arn,
    owner: click.owner ?? by,
    reason: reason ?? '',
    expires: new Date(from + (click.days ?? 0) * 86_400_000).toISOString(),
  };
  await world.ledger.addExemption(exemption);
  await settle(world, plan, 'exempt', `exempt until ${exemption.expires.slice(0, 10)} by ${exemption.owner}: ${reason}`);
}

async function settle(world: ClickWorld, plan: Plan, status: Finding['status'], reason: string): Promise<void> {
  const updatedAt = plan.updatedAt;
  await writeFindingOf(world.ledger, plan, (finding) =>
    finding.status === status ? undefined : { ...finding, status, reason, updatedAt },
  );
}
