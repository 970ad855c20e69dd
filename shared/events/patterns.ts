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
