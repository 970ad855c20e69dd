import * as z from 'zod/mini';

export const deadQueueEntry = z.strictObject({
  queue: z.string(),
  /** As SQS counts, which is approximate. */
  waiting: z.int(),
  /** When the oldest that was looked at was sent; ISO, null when there is none. */
  oldest: z.nullable(z.string()),
  /** At most a hundred are looked at. */
  messages: z.array(
    z.strictObject({
      messageId: z.string(),
      sentAt: z.string(),
      /** The code of what went wrong last, and why where Cinch itself said so; null when it was not noted. */
      error: z.nullable(z.string()),
      reason: z.nullable(z.string()),
      failedAt: z.nullable(z.string()),
      /** What it is about, as far as it tells: for `cinch trace`. */
      cause: z.nullable(z.string()),
      finding: z.nullable(z.string()),
      plan: z.nullable(z.string()),
    }),
  ),
  /** How many went back; null when it was only listed. */
  moved: z.nullable(z.int()),
});

/** `cinch redrive --format json`. */
export const redriveDocument = z.strictObject({ queues: z.array(deadQueueEntry) });

export type DeadQueueEntry = z.output<typeof deadQueueEntry>;
export type RedriveDocument = z.output<typeof redriveDocument>;
