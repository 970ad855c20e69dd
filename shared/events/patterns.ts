import { CANARY_DETAIL_TYPE, CANARY_SOURCE } from '../names.ts';
import { WATCHED, type WatchedSource } from './watched.ts';

export const CLOUDTRAIL_DETAIL_TYPE = 'AWS API Call via CloudTrail';

export interface EventPattern {
  readonly source: readonly string[];
  readonly 'detail-type': readonly string[];
  readonly detail: {
    readonly eventSource: readonly string[];
    readonly eventName: readonly (string | { readonly prefix: string })[];
    readonly errorCode: readonly [{ readonly exists: false }];
    readonly readOnly: readonly (boolean | { readonly exists: false })[];
  };
}

export interface NamedPattern {
  readonly id: string;
  readonly source: string;
  readonly pattern: EventPattern;
}

/**
 * One rule a source, because the fields of a pattern are independent lists and `TagResource` exists in many services.
 * Failed calls changed nothing and read-only calls can't: neither leaves the account.
 */
export function eventPatterns(): NamedPattern[] {
  return WATCHED.map((watched) => ({
    id: watched.id,
    source: watched.source,
    pattern: {
      source: [watched.source],
      'detail-type': [CLOUDTRAIL_DETAIL_TYPE],
      detail: {
        eventSource: [watched.eventSource],
        eventName: eventNames(watched),
        errorCode: [{ exists: false }],
        // CloudTrail documents `readOnly` as optional.
        readOnly: [false, { exists: false }],
      },
    },
  }));
}

/** Dated names match by prefix. A prefix that a shorter one covers is left out: a pattern may hold 2,048 bytes only. */
function eventNames(watched: WatchedSource): EventPattern['detail']['eventName'] {
  const names = Object.keys(watched.names);
  if (!watched.dated) return names;
  return names
    .filter((name) => !names.some((other) => other !== name && name.startsWith(other)))
    .map((name) => ({ prefix: name }));
}

/** What one rule of a member's default bus sends to the hub. */
export interface ForwardedPattern {
  readonly id: string;
  readonly source: string;
  readonly pattern: unknown;
}

/** Forwarded from every region of every member, as changes are. */
export const CANARY_PATTERN = { source: [CANARY_SOURCE], 'detail-type': [CANARY_DETAIL_TYPE] } as const;

/** A pattern may hold 2,048 bytes: more accounts than this are left to the bus's policy and to the code. */
const MAX_ACCOUNTS_IN_PATTERN = 80;

/** What of the hub's bus goes on the changes queue. @param accounts the members; undefined when an organization is the member. */
export function routePattern(accounts: readonly string[] | undefined) {
  const narrow = accounts !== undefined && accounts.length <= MAX_ACCOUNTS_IN_PATTERN;
  return {
    source: [...WATCHED.map(({ source }) => source), CANARY_SOURCE],
    'detail-type': [CLOUDTRAIL_DETAIL_TYPE, CANARY_DETAIL_TYPE],
    ...(narrow ? { account: accounts } : {}),
    detail: { errorCode: [{ exists: false }] },
  };
}
