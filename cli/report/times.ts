import { countSeverities, isDated, isOpen, type Observation } from '../../shared/engine/posture/observation.ts';
import { SEVERITIES } from '../../shared/model/rule.ts';
import type { ReportDocument } from './document.ts';
import type { Question, ReportSource } from './source.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** To a tenth of an hour. */
export const hoursBetween = (from: string, to: string): number =>
  Math.round(((Date.parse(to) - Date.parse(from)) / HOUR_MS) * 10) / 10;

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** So many days up to `at`. With scans it begins with the first of them. */
export function periodOf({ at, scans }: ReportSource, days: number): Period {
  const first = scans?.[0]?.at;
  return { from: first ?? new Date(Date.parse(at) - days * DAY_MS).toISOString(), to: at };
}

/** At each scan; or, from the ledger, at the end of each day (UTC) and now. Pure. */
export function trendOf({ observations, scans }: ReportSource, { from, to }: Period): ReportDocument['trend'] {
  if (scans) return scans.map(({ at, open }) => ({ at, ...countSeverities(open) }));
  const dated = observations.filter(isDated);
  return dayEnds(from, to).map((at) => ({ at, ...countSeverities(dated.filter((one) => wasOpen(one, at))) }));
}

const wasOpen = ({ openedAt, endedAt }: Observation, at: string): boolean =>
  openedAt !== null && openedAt <= at && (endedAt === null || endedAt > at);

function dayEnds(from: string, to: string): string[] {
  const ends: string[] = [];
  for (let at = Date.parse(`${from.slice(0, 10)}T23:59:59.999Z`); at < Date.parse(to); at += DAY_MS)
    ends.push(new Date(at).toISOString());
  return [...ends, to];
}

/** Findings that were first seen, and that ended, within the period. Between scans by what the first and the last show. Pure. */
export function movementOf(
  { observations, scans }: ReportSource,
  { from }: Period,
): { readonly opened: number | null; readonly ended: number | null } {
  if (scans) {
    const [first, last] = [scans[0], scans.at(-1)];
    if (!first || !last || first === last) return { opened: null, ended: null };
    const before = new Set(first.open.map(({ id }) => id));
    const after = new Set(last.open.map(({ id }) => id));
    const missing = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one].filter((id) => !other.has(id)).length;
    return { opened: missing(after, before), ended: missing(before, after) };
  }
  return {
    opened: observations.filter((one) => isDated(one) && (one.openedAt ?? '') >= from).length,
    ended: observations.filter(({ standing, endedAt }) => standing === 'ended' && (endedAt ?? '') >= from).length,
  };
}

/** Of what ended within the period. Null where nobody wrote down when. Pure. */
export function timeToFixOf({ observations, scans }: ReportSource, { from }: Period): ReportDocument['timeToFix'] {
  if (scans) return null;
  return SEVERITIES.map((severity) => {
    const own = observations.filter(
      (one) => one.severity === severity && one.standing === 'ended' && (one.endedAt ?? '') >= from,
    );
    const hours = own.flatMap(({ openedAt, endedAt }) => (openedAt && endedAt ? [hoursBetween(openedAt, endedAt)] : []));
    return {
      severity,
      ended: own.length,
      byCinch: own.filter(({ endedBy }) => endedBy === 'cinch').length,
      medianHours: quantile(hours, 0.5),
      p90Hours: quantile(hours, 0.9),
    };
  });
}

/** Nearest rank: a value that occurred. Null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Oldest first. Pure. */
export function questionsOf(questions: readonly Question[], at: string): NonNullable<ReportDocument['questions']> {
  return questions
    .map(({ plan, summary }) => ({
      plan: plan.id,
      rule: plan.ruleId,
      severity: plan.severity,
      resource: { ...plan.resource },
      summary,
      askedAt: plan.createdAt,
      ageHours: hoursBetween(plan.createdAt, at),
      expiresAt: plan.expiresAt,
      approvals: plan.approvals.length,
      approvalsNeeded: plan.approvalsNeeded,
    }))
    .sort((one, other) => (one.askedAt < other.askedAt ? -1 : 1));
}

/** What was open within the period, and was not put right by Cinch: by what the mode `fix` would have made of it. Pure. */
export function fixModeOf(
  { observations }: ReportSource,
  { from }: Period,
  titleOf: (kind: string) => string,
): ReportDocument['fixMode'] {
  const left = observations.filter(
    (one) => isOpen(one) || (one.standing === 'ended' && one.endedBy === 'others' && (one.endedAt ?? '') >= from),
  );
  const count = (risk: string | undefined): number => left.filter(({ remedy }) => remedy?.risk === risk).length;
  const steps = new Map<string, { safe: number; approval: number }>();
  for (const { remedy } of left) {
    if (!remedy || remedy.risk === 'manual') continue;
    for (const kind of remedy.steps) {
      const counts = steps.get(kind) ?? { safe: 0, approval: 0 };
      counts[remedy.risk] += 1;
      steps.set(kind, counts);
    }
  }
  return {
    findings: left.length,
    safe: count('safe'),
    approval: count('approval'),
    manual: count('manual'),
    notKnown: count(undefined),
    steps: [...steps]
      .map(([kind, counts]) => ({ kind, title: titleOf(kind), ...counts }))
      .sort((one, other) => other.safe + other.approval - one.safe - one.approval || (one.kind < other.kind ? -1 : 1)),
  };
}
