import type { Plan } from '../model/plan.ts';
import { mention } from '../slack/mrkdwn.ts';
import { approvalOf, type ClickWorld, type Decider, type Decision, refused, writeDecision } from './click-context.ts';
import { whoDecided } from './click-words.ts';

/** Adds the user's approval; with the last one that is needed, the plan is approved. Both are one conditional write. */
export function approve(world: ClickWorld, decider: Decider): Promise<Decision> {
  const { user } = decider;
  return writeDecision(world.ledger, decider.click.planId, async (plan) => {
    const now = world.clock.now().toISOString();
    if (plan?.status !== 'asked') return answerDecided(plan, user.id);
    if (!plan.expiresAt || plan.expiresAt <= now) return refused('This request has expired. Nothing was changed.');
    const kept = await keptApprovals(decider, plan);
    const needed = Math.max(plan.approvalsNeeded, decider.approvalsNeeded);
    if (kept.some((given) => given.userId === user.id))
      return refused(`You have approved already; it needs ${needed} different people.`);
    const approvals = [...kept, approvalOf(user, now, decider.click)];
    const isEnough = approvals.length >= needed;
    return {
      write: { ...plan, approvals, approvalsNeeded: needed, status: isEnough ? 'approved' : 'asked', updatedAt: now },
    };
  });
}

/** What others have given that still counts: who has left since, or is no approver any more, does not. */
export async function keptApprovals(decider: Pick<Decider, 'stillCounts'>, plan: Plan): Promise<Plan['approvals']> {
  const counts = await Promise.all(plan.approvals.map((given) => decider.stillCounts(given, plan)));
  return plan.approvals.filter((_, index) => counts[index]);
}

/** The same click delivered again goes on where it was cut off; anybody else hears who was first. */
function answerDecided(plan: Plan | undefined, userId: string): Decision {
  if (!plan) return refused('This request is not known any more.');
  const isMine = plan.approvals.some((given) => given.userId === userId);
  if (plan.status === 'approved' && isMine) return { kind: 'decided', plan };
  if (isMine && (plan.status === 'applying' || plan.status === 'applied')) return { kind: 'repeated' };
  const last = plan.approvals.at(-1);
  return refused(last ? `Already approved by ${mention(last.userId).mrkdwn}.` : whoDecided(plan));
}
