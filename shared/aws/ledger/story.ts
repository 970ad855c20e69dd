import type { AuditEntry, CauseEntry } from '../../flows/ports.ts';
import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import { readCausesOf, readLedTo } from './causes.ts';
import { makeExemptions } from './exemptions.ts';
import { handledKey } from './locks.ts';
import { all, findingKey, parse, planKey } from './records.ts';
import type { Table } from './table.ts';

/** All that the ledger knows of one finding. */
export interface Told {
  readonly finding: Finding;
  /** What led to it, oldest first. Nothing of what earlier versions judged. */
  readonly causes: readonly CauseEntry[];
  /** Those that are known to be of it, undo and first aid with them, oldest first. */
  readonly plans: readonly Plan[];
  readonly audit: readonly AuditEntry[];
}

/** What an id leads to: a finding's, a plan's, or an event's or look's, which may have led to several or to none. */
export type Traced =
  | { readonly kind: 'finding' | 'plan' | 'event'; readonly told: readonly Told[] }
  /** Nothing that is in the ledger is called so. */
  | { readonly kind: 'unknown' };

/**
 * @param undoIdOf the id that the undo of a plan has
 * @throws AwsError
 */
export async function readStory(table: Table, id: string, undoIdOf: (planId: string) => string): Promise<Traced> {
  const finding = parse<Finding>(await table.get(findingKey(id)));
  if (finding) return { kind: 'finding', told: [await readTold(table, finding, undoIdOf)] };
  const plan = parse<Plan>(await table.get(planKey(id)));
  if (plan) return { kind: 'plan', told: await readAll(table, [plan.findingId], undoIdOf) };
  const ledTo = await readLedTo(table, id);
  if (ledTo.length > 0)
    return { kind: 'event', told: await readAll(table, [...new Set(ledTo.map((one) => one.findingId))], undoIdOf) };
  const isHandled = (await table.get(handledKey(id))) !== undefined;
  return isHandled ? { kind: 'event', told: [] } : { kind: 'unknown' };
}

type UndoIdOf = Parameters<typeof readStory>[2];

async function readAll(table: Table, findingIds: readonly string[], undoIdOf: UndoIdOf): Promise<Told[]> {
  const findings = await all<Finding>(table, findingIds.map(findingKey));
  return Promise.all(findings.map((finding) => readTold(table, finding, undoIdOf)));
}

async function readTold(table: Table, finding: Finding, undoIdOf: UndoIdOf): Promise<Told> {
  const [causes, audit] = await Promise.all([readCausesOf(table, finding.id), makeExemptions(table).readAudit(finding.id)]);
  const ids = [finding.planId, finding.containmentId, ...causes.map(({ planId }) => planId)].flatMap((id) =>
    id ? [id, undoIdOf(id)] : [],
  );
  const plans = await all<Plan>(table, [...new Set(ids)].map(planKey));
  return { finding, causes, audit, plans: plans.sort((one, other) => one.createdAt.localeCompare(other.createdAt)) };
}
