import type { Plan } from '../model/plan.ts';
import type { Severity } from '../model/rule.ts';
import { STEP_ROWS, type Step, type StepKind } from '../model/step.ts';
import { unitOf, unitsOf } from './members.ts';
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
}

export interface ApprovalRule {
  /** Whoever is in one of these may decide. */
  readonly circles: readonly Approvers[];
  /** How many distinct people must approve. */
  readonly needed: number;
}

export const matterOf = (plan: Pick<Plan, 'resource' | 'severity' | 'steps' | 'escalatedAt'>): Matter => ({
  account: plan.resource.account,
  severity: plan.severity,
  steps: plan.steps,
  isEscalated: plan.escalatedAt !== null,
});

/** When a question that is asked now lapses, in ISO 8601. */
export const expiryFrom = ({ approvalHours }: Config['slack'], now: Date): string =>
  new Date(now.getTime() + approvalHours * 3_600_000).toISOString();

/** The last line of `slack.approvals` that fits; without one, or where it says nothing, `slack.approvers` and one approval. */
export function approvalRule(config: Config, matter: Matter): ApprovalRule {
  const { slack } = config;
  const line = slack.approvals.findLast((candidate) => fits(config, candidate, matter));
  const escalation = matter.isEscalated && slack.escalation ? [slack.escalation.approvers] : [];
  return {
    circles: [line?.approvers ?? slack.approvers, ...escalation],
    needed: Math.max(line?.needed ?? 1, isIrreversible(matter.steps) ? 2 : 1),
  };
}

/** What nothing can give back is never one person's decision. */
export const isIrreversible = (steps: readonly Step[]): boolean => steps.some((step) => STEP_ROWS[step.kind].irreversible);

type Line = Config['slack']['approvals'][number];

/** Everything that the line names must fit; what it does not name fits all. */
function fits(config: Config, line: Line, { account, severity, steps }: Matter): boolean {
  const unit = unitOf(config, account);
  return (
    (!line.accounts || line.accounts.includes(account)) &&
    (!line.units || (unit !== undefined && line.units.includes(unit))) &&
    (!line.severities || line.severities.includes(severity)) &&
    (!line.steps || steps.some((step) => line.steps?.includes(step.kind)))
  );
}

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
