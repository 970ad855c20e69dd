import * as z from 'zod/mini';
import { PLAN_STATUSES } from '../../shared/model/plan.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';

export const approvalView = z.object({
  id: z.string(),
  status: z.enum(PLAN_STATUSES),
  severity: z.enum(SEVERITIES),
  rule: z.string(),
  resource: z.string(),
  summary: z.string(),
  /** Why it is asked. */
  reason: z.nullable(z.string()),
  /** Who made the change: principal and session. */
  author: z.nullable(z.string()),
  askedAt: z.string(),
  expiresAt: z.nullable(z.string()),
  approvals: z.array(z.string()),
  approvalsNeeded: z.int(),
  changes: z.array(z.object({ title: z.string(), before: z.string(), after: z.string() })),
  outcome: z.array(z.string()),
  history: z.array(z.object({ at: z.string(), what: z.string(), by: z.string(), detail: z.string() })),
});

/** `cinch approvals list --format json`; the other verbs print their one plan in the same list. */
export const approvalsDocument = z.object({ approvals: z.array(approvalView) });

export type ApprovalEntry = z.output<typeof approvalView>;
export type ApprovalsDocument = z.output<typeof approvalsDocument>;
