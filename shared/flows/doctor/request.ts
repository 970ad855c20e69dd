import type { Check } from './check.ts';

/**
 * How `cinch doctor` asks a function of the hub to look with its own permissions: an invocation with this payload, answered with a page of
 * checks. No event of a queue or a schedule looks like it.
 */
export interface CheckRequest {
  readonly cinch: 'check';
  /** The account that the page before ended with; null for the first page. */
  readonly after: string | null;
  /** Of `notify` alone: a test message is posted to each channel and taken back. */
  readonly post: boolean;
}

export interface CheckPage {
  readonly checks: readonly Check[];
  /** What to ask with next; null when nothing is left. */
  readonly next: string | null;
}

export const isCheckRequest = (event: unknown): event is CheckRequest =>
  typeof event === 'object' && event !== null && (event as Partial<CheckRequest>).cinch === 'check';
