import type { Plan } from '../model/plan.ts';
import { mention } from '../slack/mrkdwn.ts';

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
