import type { Principal } from './change.ts';
import type { Resource } from './resource.ts';
import type { Severity } from './rule.ts';
import type { Step } from './step.ts';

export const PLAN_STATUSES = [
  /** Decided as `fix`: work is queued or about to be. */
  'ready',
  /** Waiting for people. */
  'asked',
  /** Approved: work is queued or about to be. */
  'approved',
  /** The intent and the snapshot are written; writes may have happened. */
  'applying',
  'applied',
  /** A write failed or did not verify; what had been done was undone. */
  'failed',
  /** The resource moved since the plan was made, or no longer violates. */
  'stale',
  'denied',
  'exempted',
  /** Withdrawn by somebody: nothing was decided, and it is asked again when the resource changes. */
  'discarded',
  'expired',
] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

export interface Approval {
  readonly userId: string;
  readonly userName: string;
  readonly at: string;
  /** The click that made it. Left out when it has no id. */
  readonly click?: string;
}

/** One remedy for one finding at one fingerprint, the undo of one, or first aid in an incident (quarantine, isolation). */
export interface Plan {
  readonly id: string;
  readonly findingId: string;
  readonly ruleId: string;
  readonly resource: Resource;
  readonly kind: 'remedy' | 'undo' | 'containment';
  /** For an undo, the plan it takes back. */
  readonly undoes: string | null;
  readonly steps: readonly Step[];
  readonly previews: readonly Preview[];
  readonly fingerprint: string;
  /** The event or look that it was made for; its undo has the same. Left out by versions that did not note it. */
  readonly cause?: string;
  /** Of the finding, for who may approve it. */
  readonly severity: Severity;
  /** Of the finding, for who may approve it. Left out when there are none to go by. */
  readonly tags?: Readonly<Record<string, string | null>>;
  readonly status: PlanStatus;
  readonly author: Principal | null;
  readonly approvals: readonly Approval[];
  readonly approvalsNeeded: number;
  /** Who denied, exempted or asked for the undo, and why. */
  readonly decidedBy: Approval | null;
  readonly decisionReason: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** For asked plans; ISO. */
  readonly expiresAt: string | null;
  /** Until then it is not asked again; ISO or null. */
  readonly snoozedUntil: string | null;
  /** Who put it off. Left out when nobody has. */
  readonly snoozedBy?: Approval;
  /** When the one reminder went out, and when a second group was called; ISO or null. */
  readonly remindedAt: string | null;
  readonly escalatedAt: string | null;
  /** When a snooze had ended and it was asked again, for as long as at first; ISO. */
  readonly askedAgainAt?: string;
  /** Set when the author approved their own change in an emergency. */
  readonly breakGlass: Approval | null;
  /** Base64 ciphertext of the captured state, one for each step, under the hub's key. */
  readonly snapshots: readonly string[];
  /** Base64 ciphertext of what each finished step returned, for verify and undo. */
  readonly receipts: readonly string[];
  readonly appliedAt: string | null;
  /** What happened in the end, in words: the failure, the verification, what was watched since. */
  readonly outcome: readonly string[];
  /** Until then sweep looks whether the function still answers; ISO or null. */
  readonly watchUntil: string | null;
  readonly version: number;
}

/** What a step will change, for people. Lines of text; never a secret's value. */
export interface Preview {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

/** First aid is nothing that a rule asks for: no rule judges it, before or after. */
export const isContainment = (plan: Plan): boolean => plan.kind === 'containment';

/** A remedy that limits what was found and leaves it there: a boundary around a role whose policies only people can narrow. */
export const isStopgap = ({ kind, steps }: Plan): boolean =>
  kind === 'remedy' && steps.length > 0 && steps.every((step) => step.kind === 'set-boundary');

/** Of the n-th first aid for a finding's resource: it follows from both, so that two clicks make one plan. */
export const containmentId = (findingId: string, count: number): string => `${findingId}-aid${count}`;

/** Undefined for the id of another kind of plan. */
export function parseContainmentId(id: string): { readonly findingId: string; readonly count: number } | undefined {
  const [, findingId, count] = /^(.+)-aid(\d{1,6})$/.exec(id) ?? [];
  return findingId && count ? { findingId, count: Number(count) } : undefined;
}

/** What a plan is of which nobody has decided and nothing has happened. */
export const UNTOUCHED = {
  approvals: [],
  approvalsNeeded: 1,
  decidedBy: null,
  decisionReason: null,
  snoozedUntil: null,
  remindedAt: null,
  escalatedAt: null,
  breakGlass: null,
  snapshots: [],
  receipts: [],
  appliedAt: null,
  outcome: [],
  watchUntil: null,
  version: 0,
} as const satisfies Partial<Plan>;
