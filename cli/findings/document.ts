import * as z from 'zod/mini';
import { RESOURCE_KINDS } from '../../shared/model/resource.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';

/** What `cinch check` and `cinch scan` say of a resource; the parts of their JSON documents. */

export const resourceEntry = z.strictObject({
  kind: z.enum(RESOURCE_KINDS),
  name: z.string(),
  arn: z.string(),
  account: z.string(),
  region: z.string(),
  /** As the template calls it. */
  logicalId: z.optional(z.string()),
  /** The construct's path in a CDK app. */
  path: z.optional(z.string()),
});

/** Where a template defines the resource; 1-based. Absent for a live resource. */
const place = {
  file: z.optional(z.string()),
  line: z.optional(z.int()),
  column: z.optional(z.int()),
};

export const findingEntry = z.strictObject({
  /** The rule's id. */
  id: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  ...place,
  resource: resourceEntry,
  /** Names, paths and counts; never a secret's value. */
  evidence: z.array(z.strictObject({ path: z.string(), found: z.string(), expected: z.optional(z.string()) })),
  advice: z.array(z.string()),
  remedy: z.union([
    z.strictObject({
      kind: z.literal('steps'),
      /** The kinds of change that the bot would make. */
      steps: z.array(z.string()),
      risk: z.enum(['safe', 'approval']),
      /** Why a person must approve, where the rule asks for it. */
      why: z.optional(z.string()),
    }),
    z.strictObject({ kind: z.literal('manual'), why: z.string(), instructions: z.string() }),
  ]),
  /** Equal means the same thing again. */
  fingerprint: z.string(),
});

/** A rule that could not be judged: neither a pass nor a finding. */
export const unknownEntry = z.strictObject({
  id: z.string(),
  ...place,
  resource: resourceEntry,
  why: z.array(z.string()),
});

/** A finding that somebody waived, and until when. */
export const exemptEntry = z.strictObject({
  id: z.string(),
  ...place,
  resource: resourceEntry,
  owner: z.string(),
  reason: z.string(),
  expires: z.string(),
});

export const countsEntry = z.strictObject({
  critical: z.int(),
  high: z.int(),
  medium: z.int(),
  low: z.int(),
});

export type ResourceEntry = z.output<typeof resourceEntry>;
export type FindingEntry = z.output<typeof findingEntry>;
export type UnknownEntry = z.output<typeof unknownEntry>;
export type ExemptEntry = z.output<typeof exemptEntry>;
export type Counts = z.output<typeof countsEntry>;
