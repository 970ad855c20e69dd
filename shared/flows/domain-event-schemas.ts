import * as z from 'zod/mini';
import { FINDING_STATES, FINDING_STATUSES } from '../model/finding.ts';
import { PLAN_STATUSES } from '../model/plan.ts';
import { SEVERITIES } from '../model/rule.ts';

/** The details of what Cinch tells on the hub bus, published in docs/schemas/events/. Nothing at run time needs more than their types. */

const version = z.literal(1);
const account = z.string().check(z.regex(/^\d{12}$/));
/** IAM's resources have the region that IAM answers from. */
const place = { resource: z.string(), account, region: z.string() };
const updatedAt = z.iso.datetime();

/** A finding was opened, or its status, plan or words changed. */
const findingChanged = z.object({
  version,
  /** Follows from rule and resource: the same thing again has the same one. */
  findingId: z.string(),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  status: z.enum(FINDING_STATUSES),
  state: z.enum(FINDING_STATES),
  ...place,
  planId: z.nullable(z.string()),
  updatedAt,
});

/** A remedy, an undo or first aid was decided, put off, or ended. */
const planChanged = z.object({
  version,
  planId: z.string(),
  findingId: z.string(),
  rule: z.string(),
  kind: z.enum(['remedy', 'undo', 'containment']),
  status: z.enum(PLAN_STATUSES),
  ...place,
  updatedAt,
});

/** Cinch was stopped or goes on: everywhere, or one account's circuit breaker. */
const haltChanged = z.object({
  version,
  /** An account, or `all`. */
  scope: z.string(),
  halted: z.enum(['yes', 'no']),
  /** A Slack user's id, or `cinch`. */
  by: z.string(),
  why: z.string(),
  updatedAt,
});

/** There is a new version of the configuration, however it came about. */
const configChanged = z.object({
  version,
  /** The parameter's, counted by Parameter Store. */
  configVersion: z.int(),
  /** A principal's ARN. */
  by: z.string(),
  /** An invalid one writes nothing to any account. */
  valid: z.enum(['yes', 'no']),
  /** Which settings changed, from what to what, in words. */
  changes: z.string(),
  updatedAt,
});

export const EVENT_SCHEMAS = {
  FindingChanged: findingChanged,
  PlanChanged: planChanged,
  HaltChanged: haltChanged,
  ConfigChanged: configChanged,
} as const;

export type FindingChanged = z.output<typeof findingChanged>;
export type PlanChanged = z.output<typeof planChanged>;
export type HaltChanged = z.output<typeof haltChanged>;
export type ConfigChanged = z.output<typeof configChanged>;
