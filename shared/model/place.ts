import type { Resource } from './resource.ts';

/** `eu-central-1`, `us-gov-west-1` */
export const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** What a sweep looks at in one go: a region of an account, or what of the account is global (IAM), whose region is null. */
export interface Place {
  readonly account: string;
  readonly region: string | null;
}

/** `222222222222/eu-central-1` or `222222222222/iam`: its key in the ledger and the group of its messages. */
export const placeId = ({ account, region }: Place): string => `${account}/${region ?? 'iam'}`;

export function placeOf({ kind, account, region }: Resource): Place {
  return { account, region: kind === 'role' || kind === 'user' ? null : region };
}
