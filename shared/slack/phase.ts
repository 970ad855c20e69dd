import type { Finding, FindingStatus } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';

/** What a card shows: a finding, the plan its buttons speak of, and the plan that took that one back, if there is one. */
export interface CardView {
  readonly finding: Finding;
  readonly plan: Plan | undefined;
  readonly undo: Plan | undefined;
  readonly approvers: { readonly users: number; readonly emails: number; readonly hasGroup: boolean };
}

export type Phase =
  | 'reported'
  | 'asked'
  | 'working'
  | 'done'
  | 'undoing'
  | 'undone'
  | 'undo-failed'
  | 'denied'
  | 'exempt'
  | 'discarded'
  | 'expired'
  | 'stale'
  | 'failed'
  | 'resolved';

/** The undo of a plan has this id, so that two clicks on Undo can't make two. */
export const undoIdOf = (planId: string): string => `${planId}-undo`;

/** Where the card stands. The plan speaks first: it is written before the finding, so between the two writes the card is right already. Pure. */
export function phaseOf({ finding, plan, undo }: Pick<CardView, 'finding' | 'plan' | 'undo'>): Phase {
  switch (plan?.status) {
    case undefined:
      return OF_FINDING[finding.status];
    case 'asked':
      return finding.status === 'asked' || finding.status === 'fixing' ? 'asked' : OF_FINDING[finding.status];
    case 'ready':
    case 'approved':
    case 'applying':
      return 'working';
    case 'applied':
      return undo ? phaseOfUndo(undo) : 'done';
    case 'discarded':
      return 'discarded';
    case 'exempted':
      return 'exempt';
    case 'stale':
      return finding.status === 'exempt' || finding.status === 'reported' ? OF_FINDING[finding.status] : 'stale';
    case 'denied':
    case 'expired':
    case 'failed':
      return plan?.status ?? 'failed';
  }
}

function phaseOfUndo(undo: Plan): Phase {
  if (undo.status === 'applied') return 'undone';
  return undo.status === 'failed' || undo.status === 'stale' ? 'undo-failed' : 'undoing';
}

const OF_FINDING: { readonly [S in FindingStatus]: Phase } = {
  reported: 'reported',
  // Without its plan there is nothing to approve.
  asked: 'reported',
  fixing: 'working',
  fixed: 'done',
  denied: 'denied',
  exempt: 'exempt',
  discarded: 'discarded',
  undone: 'undone',
  expired: 'expired',
  failed: 'failed',
  resolved: 'resolved',
};
