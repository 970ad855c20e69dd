import * as z from 'zod/mini';
import { FINDING_STATUSES } from '../../shared/model/finding.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';

export const STORY_STEPS = ['event', 'decision', 'card', 'plan', 'record', 'outcome'] as const;

export const storyLine = z.strictObject({
  /** ISO. */
  at: z.string(),
  step: z.enum(STORY_STEPS),
  what: z.string(),
  /** A principal, a user of Slack, or `cinch`; null when nobody is known. */
  by: z.nullable(z.string()),
  detail: z.string(),
  planId: z.nullable(z.string()),
});

export const story = z.strictObject({
  findingId: z.string(),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  resource: z.string(),
  status: z.enum(FINDING_STATUSES),
  summary: z.string(),
  /** Oldest first. */
  lines: z.array(storyLine),
});

/** `cinch trace --format json`. */
export const traceDocument = z.strictObject({
  id: z.string(),
  kind: z.enum(['finding', 'plan', 'event']),
  /** None when the event was judged and nothing was found. */
  stories: z.array(story),
  /** CloudWatch Logs Insights: what finds the lines. */
  logs: z.strictObject({ from: z.string(), groups: z.array(z.string()), query: z.string() }),
});

export type StoryLine = z.output<typeof storyLine>;
export type Story = z.output<typeof story>;
export type TraceDocument = z.output<typeof traceDocument>;
