/**
 * How `cinch doctor` asks a function of the hub to look with its own permissions: an invocation with this payload, answered with checks.
 * No event of a queue or a schedule looks like it.
 */
export const CHECK_REQUEST = { cinch: 'check' } as const;
export type CheckRequest = typeof CHECK_REQUEST;

export const isCheckRequest = (event: unknown): event is CheckRequest =>
  typeof event === 'object' && event !== null && (event as Partial<CheckRequest>).cinch === CHECK_REQUEST.cinch;
