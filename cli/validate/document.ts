import * as z from 'zod/mini';

/** `cinch validate --format json`. */
export const validateDocument = z.strictObject({
  file: z.string(),
  valid: z.boolean(),
  problems: z.array(
    z.strictObject({
      /** 1-based. */
      line: z.int(),
      column: z.int(),
      /** Dotted, e.g. `slack.approvers.users.0`; empty for what concerns the text itself. */
      path: z.string(),
      message: z.string(),
    }),
  ),
});

export type ValidateDocument = z.output<typeof validateDocument>;
