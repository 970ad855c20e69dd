import * as z from 'zod/mini';
import { SEVERITIES } from '../../shared/model/rule.ts';

/** `cinch explain --format json`. */

const said = z.strictObject({
  value: z.unknown(),
  /** Where in the configuration, e.g. `overrides[2].rules.lambda-timeout-excessive`. */
  path: z.string(),
  /** 1-based; null for a default, which the file does not have. */
  line: z.nullable(z.int()),
  /** What the line is for, e.g. `units: shop; tags: env=prod`; empty for what is for everything. */
  scope: z.string(),
});

const decision = z.strictObject({
  setting: z.string(),
  ...said.shape,
  /** What it stands in place of, in the order of the file. */
  over: z.array(said),
  /** Lines that apply or not by tags that are not known; the value is the strictest that may be. */
  doubts: z.array(said),
});

export const explainDocument = z.strictObject({
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  place: z.strictObject({
    account: z.nullable(z.string()),
    unit: z.nullable(z.string()),
    region: z.nullable(z.string()),
    /** Null: not known. */
    tags: z.nullable(z.record(z.string(), z.string())),
    resource: z.nullable(z.string()),
    /** The account's units as Organizations has them, its own first and the root last; null: not asked, or not known. */
    units: z.nullable(z.array(z.strictObject({ id: z.string(), name: z.string() }))),
  }),
  decisions: z.array(decision),
  exemptions: z.array(
    z.strictObject({
      path: z.string(),
      line: z.nullable(z.int()),
      scope: z.string(),
      owner: z.string(),
      reason: z.string(),
      expires: z.string(),
      /** `maybe`: it depends on a resource or on tags that were not given. */
      applies: z.enum(['yes', 'maybe']),
    }),
  ),
  /** What becomes of a finding, by what is found. */
  outcomes: z.array(
    z.strictObject({
      action: z.enum(['fix', 'ask', 'report', 'exempt', 'leave']),
      /** Why not more than that; null when there is nothing to add. */
      reason: z.nullable(z.string()),
      /** The examples of the rule that end so; empty when all of them do. */
      examples: z.array(z.string()),
      /** Only where a deploy tool owns the resource. */
      owned: z.boolean(),
    }),
  ),
  /** What a person should know besides. */
  notes: z.array(z.string()),
});

export type ExplainDocument = z.output<typeof explainDocument>;
export type ExplainedDecision = z.output<typeof decision>;
export type ExplainedLine = z.output<typeof said>;
