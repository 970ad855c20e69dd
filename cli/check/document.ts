import * as z from 'zod/mini';
import { countsEntry, exemptEntry, findingEntry, unknownEntry } from '../findings/document.ts';

/** `cinch check --format json`. */
export const checkDocument = z.strictObject({
  /** Every template that was found, in order; files of a folder that are none are not listed. */
  files: z.array(
    z.union([
      z.strictObject({
        file: z.string(),
        /** How many resources in it were judged. */
        resources: z.int(),
      }),
      z.strictObject({
        file: z.string(),
        /** 1-based; absent when the whole file is meant. */
        error: z.strictObject({ message: z.string(), line: z.optional(z.int()), column: z.optional(z.int()) }),
      }),
    ]),
  ),
  findings: z.array(findingEntry),
  unknown: z.array(unknownEntry),
  exempt: z.array(exemptEntry),
  summary: z.strictObject({
    files: z.int(),
    resources: z.int(),
    findings: countsEntry,
    unknown: z.int(),
    exempt: z.int(),
    errors: z.int(),
  }),
});

export type CheckDocument = z.output<typeof checkDocument>;
export type CheckedFile = CheckDocument['files'][number];
