import type { Plan } from '../model/plan.ts';
import { mention } from '../slack/mrkdwn.ts';
import { undoIdOf } from '../slack/phase.ts';
import { approvalOf, type ClickWorld, type Decider, type Decision, refused, writeDecision } from './click-context.ts';
import { whoDecided } from './click-words.ts';

/**
 * Makes the plan that takes an applied one back. Its id follows from the other's, so two clicks make one. One approver is enough also where
 * the change itself needed two: whoever sees a broken function must be able to have it back. A failed undo may be asked for again.
 */
export function undo(world: ClickWorld, decider: Decider, original: Plan): Promise<Decision> {
  const { click, user } = decider;
  if (original.kind === 'undo') return Promise.resolve(refused('An undo can’t be undone.'));
  if (original.status !== 'applied') return Promise.resolve(refused(`There is nothing to undo. ${whoDecided(original)}`));
  return writeDecision(world.ledger, undoIdOf(original.id), async (existing) => {
    if (existing && existing.status !== 'failed') return answerAsked(existing, user.id);
    const now = world.clock.now().toISOString();
    return { write: undoPlan(original, existing?.version ?? 0, approvalOf(user, now, click), now) };
  });
}

/** @param by null when Cinch takes it back by itself */
export function undoPlan(original: Plan, version: number, by: Plan['decidedBy'], now: string): Plan {
  return {
    ...original,
    id: undoIdOf(original.id),
    kind: 'undo',
    undoes: original.id,
    previews: original.previews.map(({ title, before, after }) => ({ title, before: after, after: before })),
    status: 'approved',
    approvals: by ? [by] : [],
    approvalsNeeded: 1,
    decidedBy: by,
    decisionReason: null,
    createdAt: now,
    updatedAt: now,
    expiresAt: null,
    snoozedUntil: null,
    breakGlass: null,
    snapshots: [],
    receipts: [],
    appliedAt: null,
    outcome: [],
    watchUntil: null,
    version,
  };
}

function answerAsked(existing: Plan, userId: string): Decision {
  const isMine = existing.decidedBy?.userId === userId;
  if (isMine && existing.status === 'approved') return { kind: 'decided', plan: existing };
  if (isMine) return { kind: 'repeated' };
  const who = existing.decidedBy ? ` by ${mention(existing.decidedBy.userId).mrkdwn}` : '';
  return refused(existing.status === 'applied' ? `Already undone${who}.` : `Already being undone${who}.`);
}
