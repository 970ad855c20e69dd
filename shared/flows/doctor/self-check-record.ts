import type { Check } from './check.ts';

/** The ledger's one record of the self-check: what was sent, what was found, what people were told. */
export interface SelfCheck {
  /** When the canaries were sent; ISO. */
  readonly sentAt: string;
  /** From when on what has not arrived is lost; ISO. */
  readonly dueAt: string;
  /** What sweep found broken or could not check; null until it is due. */
  readonly found: readonly Check[] | null;
  /** `place id` of what people were told to be broken. */
  readonly told: readonly string[];
  /** When this run was told of, though nothing was to be said; ISO, null until then. */
  readonly toldAt: string | null;
  readonly version: number;
}

export const SELF_CHECK_HOURS = 12;
/** CloudTrail delivers within about five minutes on average (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html). */
export const CANARY_MINUTES = 15;
/** Where the canary that CloudTrail must record is heard from: IAM's events come from one region, whatever the member's are. */
export const TRAIL = 'trail';
