import type { Finding, FindingStatus, RemedyGlance } from '../../model/finding.ts';
import { UNJUDGED } from '../../model/finding.ts';
import type { Resource } from '../../model/resource.ts';
import { SEVERITIES, type Severity } from '../../model/rule.ts';

/** One rule on one resource, as the ledger or a scan tells it: what reports count. */
export interface Observation {
  readonly id: string;
  readonly ruleId: string;
  readonly severity: Severity;
  readonly resource: Resource;
  /** `unknown`: the rule could not be judged, which is neither a pass nor a finding. */
  readonly standing: 'open' | 'ended' | 'exempt' | 'unknown';
  readonly summary: string;
  /** ISO; null where nobody wrote it down. */
  readonly openedAt: string | null;
  /** ISO; null for what has not ended. */
  readonly endedAt: string | null;
  /** `others`: a person or a deployment put it right, or the resource is gone. Null for what has not ended. */
  readonly endedBy: 'cinch' | 'others' | null;
  /** What Cinch could do about it; null where nobody wrote it down. */
  readonly remedy: RemedyGlance | null;
}

/** What was asked and not approved, put off or taken back is still wrong. */
const STANDINGS: Readonly<Record<FindingStatus, Observation['standing']>> = {
  reported: 'open',
  asked: 'open',
  fixing: 'open',
  denied: 'open',
  discarded: 'open',
  undone: 'open',
  expired: 'open',
  failed: 'open',
  exempt: 'exempt',
  fixed: 'ended',
  resolved: 'ended',
};

/** Pure. */
export function observeFinding(finding: Finding): Observation {
  const { id, ruleId, severity, resource, summary, openedAt, updatedAt, status } = finding;
  const isUnknown = finding.reason === UNJUDGED && finding.planId === null;
  const standing = isUnknown ? 'unknown' : STANDINGS[status];
  return {
    id,
    ruleId,
    severity,
    resource,
    standing,
    summary,
    openedAt,
    endedAt: standing === 'ended' ? updatedAt : null,
    endedBy: standing !== 'ended' ? null : status === 'fixed' ? 'cinch' : 'others',
    remedy: finding.remedy ?? null,
  };
}

export type SeverityCounts = { readonly [S in Severity]: number };

export function countSeverities(all: readonly { readonly severity: Severity }[]): SeverityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of all) counts[severity] += 1;
  return counts;
}

/** Open or ended: what has a place in time. When something was waived nobody wrote down, and what is unknown was never found. */
export const isDated = ({ standing }: Observation): boolean => standing === 'open' || standing === 'ended';

export const isOpen = ({ standing }: Observation): boolean => standing === 'open';

/** 0 is the gravest. */
export const severityRank = ({ severity }: { readonly severity: Severity }): number => SEVERITIES.indexOf(severity);

/** Worst first; the same input always gives the same order. */
export const bySeverity = (one: Observation, other: Observation): number =>
  severityRank(one) - severityRank(other) || (one.ruleId < other.ruleId ? -1 : 1);
