import type { Finding, FindingStatus } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';

/** What a card shows: a finding, the plan its buttons speak of, and the plan that took that one back, if there is one. */
export interface CardView {
  readonly finding: Finding;
  readonly plan: Plan | undefined;
  readonly undo: Plan | undefined;
  /** The latest first aid for its resource. */
  readonly aid?: AidView;
  readonly approvers: {
    readonly users: number;
    readonly emails: number;
    readonly hasGroup: boolean;
    /** How many must approve; one when left out. */
    readonly needed?: number;
  };
  /** Users and user groups that are told of a question. */
  readonly mention?: readonly string[];
  /** Whether authors may approve their own change in an emergency. */
  readonly breakGlass?: boolean;
}

export interface AidView {
  readonly plan: Plan;
  readonly undo: Plan | undefined;
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
    case 'exempted':
      return 'exempt';
    case 'stale':
      return finding.status === 'exempt' || finding.status === 'reported' ? OF_FINDING[finding.status] : 'stale';
    case 'discarded':
    case 'denied':
    case 'expired':
    case 'failed':
      // Exempted afterwards, by a command.
      return finding.status === 'exempt' ? 'exempt' : (plan?.status ?? 'failed');
  }
}

export type AidPhase = 'asked' | 'working' | 'on' | 'lifting' | 'lifted' | 'failed' | 'lift-failed';

/** Where first aid stands. Pure. */
export function aidPhase({ plan, undo }: AidView): AidPhase {
  if (plan.status === 'asked') return 'asked';
  if (plan.status === 'ready' || plan.status === 'approved' || plan.status === 'applying') return 'working';
  if (plan.status !== 'applied') return 'failed';
  if (!undo) return 'on';
  if (undo.status === 'applied') return 'lifted';
  return undo.status === 'failed' || undo.status === 'stale' ? 'lift-failed' : 'lifting';
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
