/**
 * What keeps Cinch from writing: the stop switch (`all`), or the circuit breaker of one account. The record stays when it has ended, so that
 * what was counted before is not counted again.
 */
export interface Halt {
  /** `all`, or the id of an account. */
  readonly id: string;
  readonly halted: boolean;
  /** Of the last turn, ISO. */
  readonly since: string;
  /** A Slack user id, or `cinch`. */
  readonly by: string;
  readonly why: string;
  readonly version: number;
}

export const ALL_ACCOUNTS = 'all';
