import { SEVERITIES } from '../../shared/model/rule.ts';
import type { Counts, FindingEntry } from './document.ts';

const RANK: Readonly<Record<string, number>> = Object.fromEntries(SEVERITIES.map((severity, index) => [severity, index]));

/** By file and line, the worst first in one place: the same input always prints the same. */
export function inOrder(findings: readonly FindingEntry[]): FindingEntry[] {
  const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  return [...findings].sort(
    (one, other) =>
      compareText(one.file ?? one.resource.arn, other.file ?? other.resource.arn) ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (RANK[one.severity] ?? 0) - (RANK[other.severity] ?? 0) ||
      compareText(one.id, other.id),
  );
}

export function countBySeverity(findings: readonly { readonly severity: string }[]): Counts {
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') };
}
