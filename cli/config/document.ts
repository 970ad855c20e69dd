import * as z from 'zod/mini';

/** `cinch config <verb> --format json`. */

const changes = z.array(
  z.strictObject({
    path: z.string(),
    /** As JSON, and cut when it is long; null where there was nothing, or nothing is any more. */
    before: z.nullable(z.string()),
    after: z.nullable(z.string()),
  }),
);

const pushed = z.strictObject({
  verb: z.literal('push'),
  /** The version that it was compared with. */
  from: z.int(),
  /** The new version; null when nothing was written. */
  version: z.nullable(z.int()),
  changes,
  /** Settings that only a deployment brings about as a whole. */
  alsoDeploy: z.array(z.string()),
});

const history = z.strictObject({
  verb: z.literal('history'),
  /** Oldest first; of the oldest that is kept nobody knows what it changed. */
  versions: z.array(z.strictObject({ version: z.int(), at: z.string(), by: z.string(), changes })),
});

const shown = z.strictObject({
  verb: z.literal('show'),
  version: z.int(),
  at: z.string(),
  by: z.string(),
  /** With its defaults, without the external id; null when it is not readable. */
  config: z.unknown(),
});

export const configDocument = z.union([pushed, history, shown]);

export type PushDocument = z.output<typeof pushed>;
export type HistoryDocument = z.output<typeof history>;
export type ShowDocument = z.output<typeof shown>;
