import type { Principal } from './change.ts';

/** Findings of one rule that one author made within a short time, for one channel: what comes in numbers is shown in one message. */
export interface Storm {
  /** Follows from rule, author and channel. */
  readonly id: string;
  /** Those that got cards of their own, the newest few. */
  readonly recent: readonly StormEntry[];
  /** The digest that takes more of them; null until there are enough. */
  readonly current: { readonly digestId: string; readonly lastAt: string; readonly size: number } | null;
  /** How many digests there were. */
  readonly digests: number;
  readonly version: number;
}

export interface StormEntry {
  readonly findingId: string;
  /** When the finding was recorded; ISO. */
  readonly at: string;
}

/** One Slack message for many findings. What they are is in the findings; here is only which, and where it is shown. */
export interface Digest {
  readonly id: string;
  readonly ruleId: string;
  readonly author: Principal | null;
  readonly channel: string;
  readonly openedAt: string;
  /** Ids of findings. One whose own `digestId` is another has been taken over by something newer. */
  readonly members: readonly string[];
  /** How many of the same storm had cards of their own before. */
  readonly before: number;
  readonly card: { readonly channel: string; readonly ts: string; readonly hash: string } | null;
  /** When it was last brought up to date; what was announced earlier is in it. */
  readonly shownAt: string | null;
  readonly version: number;
}
