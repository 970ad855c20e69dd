import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import type { Severity } from '../model/rule.ts';
import { STEP_ROWS, type Step, type StepKind } from '../model/step.ts';
import { type Decided, lastWord } from './last-word.ts';
import { unitsOf } from './members.ts';
import { fitOf, keptTags, placeOf, type TagReader } from './place.ts';
import type { Config } from './schema.ts';

/** Who may decide on what, by configuration alone. Pure. */

export type Approvers = Config['slack']['approvers'];

/** What a decision is about. */
export interface Matter {
  readonly account: string;
  readonly severity: Severity;
  readonly steps: readonly Step[];
  /** Whether a second group was called. */
  readonly isEscalated: boolean;
  readonly ruleId?: string;
  readonly tagOf?: TagReader;
}

export interface ApprovalRule {
  /** Whoever is in one of these may decide. */
  readonly circles: readonly Approvers[];
  /** And must be in each of these: lines that may apply or not, because tags could not be read. Left out when there are none. */
  readonly besides?: readonly Approvers[];
  /** How many distinct people must approve. */
  readonly needed: number;
}

export const matterOf = (plan: Pick<Plan, 'resource' | 'severity' | 'steps' | 'escalatedAt' | 'ruleId' | 'tags'>): Matter => ({
  account: plan.resource.account,
  severity: plan.severity,
  steps: plan.steps,
  isEscalated: plan.escalatedAt !== null,
  ruleId: plan.ruleId,
  tagOf: keptTags(plan.tags),
});

/** Of a finding without a plan. */
export const matterOfFinding = (finding: Pick<Finding, 'resource' | 'severity' | 'ruleId' | 'tags'>): Matter =>
  matterOf({ ...finding, steps: [], escalatedAt: null });

/** When a question that is asked now lapses, in ISO 8601. */
export const expiryFrom = ({ approvalHours }: Config['slack'], now: Date): string =>
  new Date(now.getTime() + approvalHours * 3_600_000).toISOString();

/** The last line of `slack.approvals` that fits; without one, or where it says nothing, `slack.approvers` and one approval. */
export function approvalRule(config: Config, matter: Matter): ApprovalRule {
  const { slack } = config;
  const { value: line, doubts } = decideApprovals(config, matter);
  const escalation = matter.isEscalated && slack.escalation ? [slack.escalation.approvers] : [];
  const besides = doubts.map(({ value }) => value?.approvers ?? slack.approvers);
  return {
    circles: [line?.approvers ?? slack.approvers, ...escalation],
    needed: Math.max(line?.needed ?? 1, ...doubts.map(({ value }) => value?.needed ?? 1), isIrreversible(matter.steps) ? 2 : 1),
    ...(besides.length > 0 ? { besides } : {}),
  };
}

/** The line itself; undefined when none applies. What may apply is in its doubts. */
export function decideApprovals(config: Config, matter: Matter): Decided<Line | undefined> {
  const place = placeOf(config, matter.account, matter.ruleId, matter.tagOf);
  const lines = config.slack.approvals.flatMap((line, index) => {
    const fit = fits(line, matter) ? fitOf(line, place) : 'no';
    return fit === 'no' ? [] : [{ path: ['slack', 'approvals', index], value: line, fit }];
  });
  return lastWord<Line | undefined>([{ path: ['slack', 'approvers'], value: undefined, fit: 'yes' }, ...lines], ([sure]) => sure);
}

/** What nothing can give back is never one person's decision. */
export const isIrreversible = (steps: readonly Step[]): boolean => steps.some((step) => STEP_ROWS[step.kind].irreversible);

type Line = Config['slack']['approvals'][number];

/** What only approvals look at; the rest is as everywhere. */
const fits = (line: Line, { severity, steps }: Matter): boolean =>
  (!line.severities || line.severities.includes(severity)) &&
  (!line.steps || steps.some((step) => line.steps?.includes(step.kind)));

export const isEmpty = ({ users, emails, group }: Approvers): boolean => users.length === 0 && emails.length === 0 && !group;

/** Everybody who may decide on anything: enough to press the stop switch. */
export const allCircles = ({ slack }: Config): readonly Approvers[] => [
  slack.approvers,
  ...slack.approvals.flatMap((line) => (line.approvers ? [line.approvers] : [])),
  ...(slack.escalation ? [slack.escalation.approvers] : []),
];

/** Configured approvals that could never be given. The path starts at the document. */
export function approvalContradictions(config: Config): [PropertyKey[], string][] {
  const { slack } = config;
  const found: [PropertyKey[], string][] = [];
  const units = unitsOf(config);
  slack.approvals.forEach((line, index) => {
    const path = ['slack', 'approvals', index];
    line.steps?.forEach((kind, at) => {
      if (!isStepKind(kind)) found.push([[...path, 'steps', at], `no step is called ${kind}`]);
    });
    line.units?.forEach((unit, at) => {
      if (!units.has(unit)) found.push([[...path, 'units', at], `no member is in the unit ${unit}`]);
    });
    const approvers = line.approvers ?? slack.approvers;
    if (line.approvers && isEmpty(line.approvers)) found.push([[...path, 'approvers'], 'names nobody, so nobody may decide']);
    const reachable = mostApprovals(config, approvers);
    const needed = neededBy(line);
    if (!isEmpty(approvers) && reachable < needed)
      found.push([[...path, line.needed === undefined ? 'steps' : 'needed'], deadlock(needed, reachable)]);
  });
  if (slack.escalation && isEmpty(slack.escalation.approvers))
    found.push([['slack', 'escalation', 'approvers'], 'names nobody to escalate to']);
  return found;
}

const isStepKind = (kind: string): kind is StepKind => Object.hasOwn(STEP_ROWS, kind);

function neededBy(line: Line): number {
  const irreversible = line.steps?.some((kind) => isStepKind(kind) && STEP_ROWS[kind].irreversible);
  return Math.max(line.needed ?? 1, irreversible ? 2 : 1);
}

/** A group's members are Slack's to know: it may always be enough. An escalation's approvers come in later, and count. */
function mostApprovals({ slack }: Config, approvers: Approvers): number {
  const circles = [approvers, ...(slack.escalation ? [slack.escalation.approvers] : [])];
  if (circles.some(({ group }) => group !== undefined)) return Number.POSITIVE_INFINITY;
  return new Set(circles.flatMap(({ users, emails }) => [...users, ...emails.map((email) => email.toLowerCase())])).size;
}

const deadlock = (needed: number, reachable: number): string =>
  `${needed} people must approve, but only ${reachable} ${reachable === 1 ? 'is' : 'are'} named, here and in slack.escalation`;
