import * as z from 'zod/mini';
import { countsEntry, exemptEntry, findingEntry, unknownEntry } from '../findings/document.ts';

/** `cinch scan --format json`. */
export const scanDocument = z.strictObject({
  /** When it ended; ISO. */
  at: z.string(),
  /** The ids of the rules that it judged by. */
  rules: z.array(z.string()),
  accounts: z.array(
    z.strictObject({
      account: z.string(),
      regions: z.array(z.string()),
      /** How many resources were judged; what was gone by then is left out. */
      resources: z.strictObject({ function: z.int(), role: z.int(), api: z.int(), user: z.int() }),
      /** Of `rules`, those that the configuration turns off here. */
      off: z.array(z.string()),
    }),
  ),
  findings: z.array(findingEntry),
  unknown: z.array(unknownEntry),
  exempt: z.array(exemptEntry),
  /** What could not be listed or read: the scan is not whole. */
  errors: z.array(
    z.strictObject({
      account: z.string(),
      /** ARN, where it was one resource that failed. */
      resource: z.optional(z.string()),
      message: z.string(),
    }),
  ),
  summary: z.strictObject({
    resources: z.int(),
    findings: countsEntry,
    unknown: z.int(),
    exempt: z.int(),
    errors: z.int(),
  }),
});

export type ScanDocument = z.output<typeof scanDocument>;
export type ScanError = ScanDocument['errors'][number];
