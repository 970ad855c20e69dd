import type { Plan } from '../model/plan.ts';
import { mention } from '../slack/mrkdwn.ts';
import type { ClickMessage } from './messages.ts';

export const OLD_CARD = 'This card is out of date: there is a newer one, or the finding has changed since. Nothing was changed.';

/** What to tell somebody whose click came too late. mrkdwn. Pure. */
export function whoDecided(plan: Plan): string {
  const who = plan.decidedBy ? ` by ${mention(plan.decidedBy.userId).mrkdwn}` : '';
  switch (plan.status) {
    case 'denied':
      return `Already denied${who}.`;
    case 'exempted':
      return `Already exempted${who}.`;
    case 'discarded':
      return `Withdrawn${who}. Nothing was changed.`;
    case 'expired':
      return 'This request has expired. Nothing was changed.';
    case 'stale':
      return 'The resource has changed since, so this request no longer fits it. Nothing was changed.';
    case 'failed':
      return 'This was tried and failed; the card says why.';
    case 'ready':
    case 'approved':
    case 'applying':
      return 'Cinch is working on it already.';
    case 'applied':
      return 'This is done already.';
    case 'asked':
      return 'This still waits for a decision.';
  }
}

/** What the audit trail calls a click's decision. Pure. */
export function decisionLine({ action, userId, hours, days, reason }: ClickMessage, plan: Plan): string {
  switch (action) {
    case 'approve':
      return `approved${ofHowMany(plan, userId)}`;
    case 'quarantine':
      return `quarantine asked for${ofHowMany(plan, userId)}`;
    case 'isolate':
      return `isolation asked for${ofHowMany(plan, userId)}`;
    case 'deny':
      return 'denied';
    case 'exempt':
      return `exempted for ${days} days`;
    case 'undo':
      return 'undo asked for';
    case 'snooze':
      return `put off for ${hours} hours`;
    case 'discard':
      return 'withdrawn';
    case 'break-glass':
      return `broke the glass: ${reason}`;
  }
}

/** The last approval that was needed is the decision itself. */
function ofHowMany({ approvals, approvalsNeeded }: Plan, userId: string): string {
  const count = approvals.findIndex((given) => given.userId === userId) + 1;
  return count === 0 || count >= approvalsNeeded ? '' : `, ${count} of ${approvalsNeeded}`;
}
