import type { Finding } from '../model/finding.ts';
import type { Preview } from '../model/plan.ts';
import type { ManagedBy } from '../model/state.ts';
import { ownerOf } from '../rules/parts/words.ts';

/** Fixes that come back: a pipeline that deploys the old value again is a loop through somebody else's code. Pure. */

/** After so many fixes that came back, somebody's pipeline disagrees with Cinch: people must decide. */
export const FIXES_BEFORE_ASKING = 2;

/** What comes back later than this has another cause. */
const COUNTED_DAYS = 30;

type Fixed = Pick<Finding, 'timesFixed'> & Partial<Pick<Finding, 'fixedAt'>>;

/** Of the times that Cinch fixed it by itself, those that still count. That the finding was resolved in between changes nothing. */
export function recentFixes(finding: Fixed | undefined, now: string | undefined): number {
  if (!finding?.fixedAt || !now) return finding?.timesFixed ?? 0;
  return countedFixes(finding.fixedAt, now).length;
}

export function countedFixes(fixedAt: readonly string[], now: string): string[] {
  const since = new Date(Date.parse(now) - COUNTED_DAYS * 86_400_000).toISOString();
  return fixedAt.filter((at) => at >= since);
}

/** Names who put it back as far as anybody knows. */
export function revertReason(fixes: number, managedBy: ManagedBy | null): string {
  const by = managedBy ? `, by ${ownerOf(managedBy)} as it seems: change it there` : '';
  return `it was fixed ${fixes} times and put back each time${by}`;
}

export const ownedReason = (managedBy: ManagedBy): string =>
  `${ownerOf(managedBy)} owns it and would put the old value back with the next deploy`;

/** What its source must say, for remedies whose rule does not tell. Lines. */
export function sourceAdvice(managedBy: ManagedBy | null, advice: readonly string[], previews: readonly Preview[]): string[] {
  if (managedBy === null || previews.length === 0 || advice.some((line) => line.includes('next deploy'))) return [];
  const owner = ownerOf(managedBy);
  return [
    `${owner.charAt(0).toUpperCase()}${owner.slice(1)} would put the old value back with the next deploy. Change it there too:`,
    ...previews.map(({ title, after }) => `${title}: ${after}`),
  ];
}
