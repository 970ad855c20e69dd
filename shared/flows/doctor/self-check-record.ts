import type { Check } from './check.ts';

/** The ledger's one record of the self-check: its round, what was found, what people were told. */
export interface SelfCheck {
  /** When the round began, before any canary of it was sent; ISO. It names the round. */
  readonly sentAt: string;
  /** From when on accounts are judged; ISO. */
  readonly dueAt: string;
  /** When the accounts that have not answered were last asked; ISO. */
  readonly askedAt: string;
  /** What is broken or could not be checked, Slack's part left out; null until the round has ended. */
  readonly found: readonly Check[] | null;
  /** How much more was found than `found` has room for. */
  readonly more: number;
  /** `place id` of what people were told to be broken. */
  readonly told: readonly string[];
  /** When this round was told of, though nothing was to be said; ISO, null until then. */
  readonly toldAt: string | null;
  readonly version: number;
}

/** How far a round has come in one account. There is one record a round and account. */
export interface AccountCheck {
  readonly round: string;
  readonly account: string;
  /** Before the first canary was sent; ISO. */
  readonly sentAt: string;
  /** From when on what has not arrived is lost; ISO, null until all canaries are sent. */
  readonly dueAt: string | null;
  /** Where a canary was sent from: written before it is sent, so that none is sent twice. */
  readonly begun: readonly string[];
  /** Of these, where the run was cut off, and nobody knows whether it was sent. */
  readonly unsure: readonly string[];
  /** What is broken or could not be checked; null until the account is judged. */
  readonly found: readonly Check[] | null;
  /** How much more was found than `found` has room for. */
  readonly more: number;
  readonly version: number;
}

export const SELF_CHECK_HOURS = 12;
/** CloudTrail delivers within about five minutes on average (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html). */
export const CANARY_MINUTES = 15;
/** Where the canary that CloudTrail must record is heard from: IAM's events come from one region, whatever the member's are. */
export const TRAIL = 'trail';
