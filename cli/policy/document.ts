import * as z from 'zod/mini';
import { SEVERITIES } from '../../shared/model/rule.ts';
import { POLICY_FINDINGS, type PolicyFindingId } from '../../shared/policy/finding.ts';

const IDS = Object.keys(POLICY_FINDINGS) as PolicyFindingId[];

/** `cinch policy --format json`. */
export const policyDocument = z.strictObject({
  files: z.array(
    z.union([
      z.strictObject({
        file: z.string(),
        findings: z.array(
          z.strictObject({
            id: z.enum(IDS),
            severity: z.enum(SEVERITIES),
            /** Indexes into the policy's Statement, 0-based. */
            statements: z.array(z.int()),
            actions: z.array(z.string()),
            message: z.string(),
            /** The path of a privilege escalation. */
            method: z.optional(z.string()),
          }),
        ),
      }),
      z.strictObject({
        file: z.string(),
        /** A file that is no readable policy. */
        error: z.strictObject({ message: z.string(), where: z.string() }),
      }),
    ]),
  ),
});
