import * as z from 'zod/mini';
import { FINDING_STATES, FINDING_STATUSES } from '../../shared/model/finding.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';
import { countsEntry, resourceEntry } from '../findings/document.ts';

/** A finding as the bot knows it. */
const listedFinding = z.strictObject({
  /** Follows from rule and resource. */
  id: z.string(),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  status: z.enum(FINDING_STATUSES),
  state: z.enum(FINDING_STATES),
  resource: resourceEntry,
  summary: z.string(),
  /** Names, paths and counts; never a secret's value. */
  evidence: z.array(z.strictObject({ path: z.string(), found: z.string(), expected: z.optional(z.string()) })),
  advice: z.array(z.string()),
  /** Why it is only reported or asked, who decided, or why it failed. */
  reason: z.nullable(z.string()),
  owner: z.nullable(z.string()),
  /** Who made the change: principal and session. */
  author: z.nullable(z.string()),
  planId: z.nullable(z.string()),
  openedAt: z.string(),
  updatedAt: z.string(),
  timesSeen: z.int(),
  timesFixed: z.int(),
});

/** `cinch findings --format json`. */
export const findingsDocument = z.strictObject({ findings: z.array(listedFinding), summary: countsEntry });

export type FindingsDocument = z.output<typeof findingsDocument>;
export type ListedFinding = z.output<typeof listedFinding>;
