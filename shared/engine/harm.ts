/** Whether a change broke a function, from CloudWatch's counts. Pure. */

export interface Traffic {
  readonly invocations: number;
  readonly errors: number;
}

/** One asynchronous event that fails makes three errors, with its two retries, and one bad event is no broken function. */
const FEWEST_ERRORS = 4;
/** What a broken start does: it fails each time. Half leaves room for environments that were warm before the change. */
const RATE = 0.5;
/** A function that failed before is not broken by the change. */
const TIMES = 5;

/**
 * Errors rose clearly: several, most of the invocations, and far more than in the day before. Lambda counts a failed init as an error of the
 * invocation that it was for (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html). To roll back wrongly costs a fix
 * that people are asked for again; not to do so costs an outage: but a rollback is a write too, so doubt does nothing.
 */
export function isHarm(before: Traffic, after: Traffic): boolean {
  return after.errors >= FEWEST_ERRORS && rate(after) > RATE && rate(after) >= TIMES * rate(before);
}

/** The two counts arrive apart: there are never fewer invocations than errors. */
const rate = ({ invocations, errors }: Traffic): number => errors / Math.max(invocations, errors, 1);
