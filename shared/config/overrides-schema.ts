import * as z from 'zod/mini';
import { account, text } from './fields.ts';
import { remediesOverrideSchema } from './remedies-schema.ts';
import { ruleList, scope } from './scope-schema.ts';

export const MODES = ['off', 'report', 'ask', 'fix'] as const;
export type Mode = (typeof MODES)[number];

export const modeSchema = z.enum(MODES);
export const modesByRule = z.record(z.string(), modeSchema);
export const secondsSchema = z.int().check(z.minimum(1), z.maximum(900));

/** Settings for some accounts, units, tags or rules. For each setting the last line that fits and says something wins. */
export const overridesSchema = z.array(
  z.strictObject({
    ...scope,
    /** A list limits the line to these rules; a mapping sets the modes of rules by their names. */
    rules: z.optional(z.union([ruleList, modesByRule])),
    mode: z.optional(modeSchema),
    timeout: z.optional(
      z.partial(z.strictObject({ ceilingSeconds: secondsSchema, floorSeconds: secondsSchema, headroom: z.number() })),
    ),
    /** In place of `allowedAccounts`. */
    allowedAccounts: z.optional(z.array(account)),
    remedies: z.optional(remediesOverrideSchema),
  }),
);

/** What is left alone on purpose, until a day. Whatever is named must fit. */
export const exemptionsSchema = z.array(
  z.strictObject({
    /** A rule's id, or `*`. */
    rule: text,
    /** An ARN; a trailing `*` matches a prefix. */
    resource: z.optional(text),
    ...scope,
    owner: text,
    reason: text,
    expires: z.iso.date('a date as 2027-01-31'),
  }),
);
