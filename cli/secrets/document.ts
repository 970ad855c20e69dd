import * as z from 'zod/mini';

/** `cinch secrets --format json`. */
export const secretsDocument = z.strictObject({
  /** One for each line of the input that is not empty, in the same order. */
  results: z.array(
    z.union([
      z.strictObject({
        name: z.string(),
        secret: z.boolean(),
        /** The format (`github-token`), or the reason (`named-secret`, `setting`, `reference`, `placeholder`). */
        kind: z.string(),
        confidence: z.enum(['high', 'medium', 'low']),
      }),
      z.strictObject({
        /** A line that could not be read; it stands in its place, so that the others keep theirs. */
        error: z.strictObject({ line: z.int(), message: z.string() }),
      }),
    ]),
  ),
});

export type SecretsDocument = z.output<typeof secretsDocument>;
export type SecretsResult = SecretsDocument['results'][number];
