import type { ApiProtocol } from './api-facts.ts';
import type { Principal } from './change.ts';
import type { Resource } from './resource.ts';
import type { Evidence, Severity } from './rule.ts';
import type { StepKind } from './step.ts';

export const FINDING_STATUSES = [
  'reported',
  'asked',
  'fixing',
  'fixed',
  'denied',
  'exempt',
  /** Somebody withdrew the question; it is asked again when the resource changes, or after a week. */
  'discarded',
  'undone',
  'expired',
  'failed',
  'resolved',
] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

export const FINDING_STATES = ['open', 'suppressed', 'resolved'] as const;
/** A status in the three words that other lists of findings have. */
export type FindingState = (typeof FINDING_STATES)[number];

/**
 * What was taken back is a violation again, and a fix that failed, a question that nobody answered or that was withdrawn leaves it one: all
 * open. Somebody decided to live with what is denied or exempt.
 */
export const STATE_OF: { readonly [S in FindingStatus]: FindingState } = {
  reported: 'open',
  asked: 'open',
  fixing: 'open',
  discarded: 'open',
  undone: 'open',
  expired: 'open',
  failed: 'open',
  denied: 'suppressed',
  exempt: 'suppressed',
  fixed: 'resolved',
  resolved: 'resolved',
};

/** The reason of a finding that says only that a rule could not be judged: neither a pass nor a violation. */
export const UNJUDGED = 'what cannot be read is neither passed nor changed';

export const REMEDY_RISKS = ['safe', 'approval', 'manual'] as const;
/** `safe` may run by itself where the mode is `fix`, `approval` always waits for a click, `manual` is for people. */
export type RemedyRisk = (typeof REMEDY_RISKS)[number];

export interface RemedyGlance {
  readonly risk: RemedyRisk;
  /** The kinds of change; none for `manual`. */
  readonly steps: readonly StepKind[];
}

/** One rule violated by one resource. Its id follows from both, so a repeated event finds the same one. */
export interface Finding {
  readonly id: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly resource: Resource;
  readonly status: FindingStatus;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly advice: readonly string[];
  /** What Cinch could do about it, whatever the mode. Left out by versions that did not write it down, and where nothing is known. */
  readonly remedy?: RemedyGlance;
  /** Why it is only reported or asked, or why it failed; null when there is nothing to say. */
  readonly reason: string | null;
  /** The plan that the card's buttons speak of. */
  readonly planId: string | null;
  /** Hash of rule, resource, evidence and steps: equal means "the same thing again". */
  readonly fingerprint: string;
  readonly author: Principal | null;
  readonly authoredAt: string;
  readonly openedAt: string;
  readonly updatedAt: string;
  /** How often Cinch has fixed it and it came back. */
  readonly timesFixed: number;
  /** When Cinch fixed it by itself, of late; ISO. Left out when it never did. */
  readonly fixedAt?: readonly string[];
  /** How many changes showed it: a repeated finding counts up on the same card. */
  readonly timesSeen: number;
  /** The change that was counted last, so that its message may come twice. */
  readonly lastChangeId?: string | null;
  /** What it was judged for last when that made it what it is: CloudTrail's id of an event, or a look's. Left out by versions that did not note it. */
  readonly cause?: string;
  /** The value of the resource's owner tag, for the channel; null when it has none. */
  readonly owner: string | null;
  /**
   * Of the tags that approvals and channels go by in the configuration, what the resource had: null where it had no such tag. A tag that is not
   * here is not known. Left out when there are none to go by.
   */
  readonly tags?: Readonly<Record<string, string | null>>;
  /** The latest first aid for its resource, which its card shows: the id of a plan. Left out when there was none. */
  readonly containmentId?: string;
  /** The program that the change was made with, as far as the record tells. Left out when it doesn't. */
  readonly via?: string;
  /** Of an API, where it was read. */
  readonly protocol?: ApiProtocol;
  /** The digest that it is shown in, besides or in place of a card of its own. */
  readonly digestId: string | null;
  readonly card: { readonly channel: string; readonly ts: string; readonly hash: string } | null;
  readonly version: number;
}

/** The state that another list of findings was last told of one. */
export interface Exported {
  readonly findingId: string;
  readonly state: FindingState;
}

export interface Exemption {
  /** Rule id, or `*`. */
  readonly rule: string;
  /** Resource ARN; a trailing `*` matches a prefix. */
  readonly resource: string;
  readonly owner: string;
  readonly reason: string;
  /** ISO; expired means gone. */
  readonly expires: string;
}

/** One of the configuration: for a resource, or for every one of an account, a unit or a tag. Whatever it names must fit. */
export interface Waiver extends Omit<Exemption, 'resource'> {
  readonly resource?: string | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly units?: readonly string[] | undefined;
  /** `name=value`. */
  readonly tags?: readonly string[] | undefined;
}
