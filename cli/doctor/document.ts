import * as z from 'zod/mini';
import { VERDICTS } from '../../shared/flows/doctor/check.ts';

export const checkEntry = z.strictObject({
  /** `hub`, `slack`, an account, or `<account> <region>`. */
  place: z.string(),
  id: z.string(),
  title: z.string(),
  verdict: z.enum(VERDICTS),
  seen: z.string(),
  /** What to do; null when nothing is to be done. */
  mend: z.nullable(z.string()),
});

/** `cinch doctor --format json`. */
export const doctorDocument = z.strictObject({
  hub: z.strictObject({ account: z.string(), region: z.string() }),
  checks: z.array(checkEntry),
  summary: z.strictObject({ ok: z.int(), warning: z.int(), broken: z.int(), unknown: z.int() }),
});

export type DoctorDocument = z.output<typeof doctorDocument>;
