import type { AuditEntry } from '../../shared/flows/ports.ts';
import type { Exemption, Finding } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { MemoryLedger } from './memory-ledger.ts';

/** The records of a ledger in the middle of a story, as they are stored. */
export interface Records {
  readonly findings: readonly Finding[];
  readonly plans: readonly Plan[];
  readonly entries: readonly AuditEntry[];
  readonly exemptions: readonly Exemption[];
}

export interface Before {
  /** Of package.json, when it was written. */
  readonly version: string;
  readonly story: string;
  /** How many of its acts are over. */
  readonly acts: number;
  readonly records: Records;
}

export const recordsOf = ({ findings, plans, entries, exemptions }: MemoryLedger): Records => ({
  findings: [...findings.values()],
  plans: [...plans.values()],
  entries,
  exemptions,
});

/** The ledger holds these and no others. */
export function useRecords(ledger: MemoryLedger, records: Records): void {
  for (const store of [ledger.findings, ledger.plans]) store.clear();
  for (const finding of records.findings) ledger.findings.set(finding.id, finding);
  for (const plan of records.plans) ledger.plans.set(plan.id, plan);
  ledger.entries.splice(0, Number.POSITIVE_INFINITY, ...records.entries);
  ledger.exemptions.splice(0, Number.POSITIVE_INFINITY, ...records.exemptions);
}

/** Every path to a value in each kind of record, as `plans.steps[].kind`. What is null or empty says nothing of its inside. */
export const shapesOf = (records: Records): string[] => [...new Set(pathsOf(records, ''))].sort();

function pathsOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, path === '' ? key : `${path}.${key}`));
}
