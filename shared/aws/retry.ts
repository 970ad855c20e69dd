import type { Clock } from '../flows/ports.ts';

export interface Retrying {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface RetryLimits {
  readonly tries: number;
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter): anything up to the doubled base. */
export const backoffMs = (attempt: number, limits: RetryLimits, random: () => number): number =>
  random() * Math.min(limits.maxMs, limits.baseMs * 2 ** attempt);

/** Calls again, after a jittered wait, while `again` says so and tries are left; then throws what was thrown last. */
export async function withRetries<T>(
  retrying: Retrying,
  limits: RetryLimits,
  again: (error: unknown) => boolean,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt + 1 >= limits.tries || !again(error)) throw error;
      await retrying.clock.sleep(backoffMs(attempt, limits, retrying.random));
    }
  }
}
