import type { Ledger } from '../../flows/ports.ts';
import type { Finding } from '../../model/finding.ts';
import { placeId, placeOf } from '../../model/place.ts';
import type { Plan, PlanStatus } from '../../model/plan.ts';
import { resourceId } from '../../model/resource.ts';
import { STATUS_INDEX } from '../../names.ts';
import type { Item } from './attributes.ts';
import { textOf } from './attributes.ts';
import type { Expression, Key, Table } from './table.ts';

type Records = Pick<
  Ledger,
  | 'readFinding'
  | 'writeFinding'
  | 'findingsOfResource'
  | 'readFindingPage'
  | 'findingsByStatus'
  | 'readPlan'
  | 'writePlan'
  | 'plansByStatus'
  | 'watchedPlans'
>;

const STATE = 'STATE';
/** As many as one BatchGetItem takes. */
const FINDINGS_A_PAGE = 100;
export const findingKey = (id: string): Key => ({ pk: `FINDING#${id}`, sk: STATE });
export const planKey = (id: string): Key => ({ pk: `PLAN#${id}`, sk: STATE });
/** An applied plan that is watched lies apart, or a sweep would page through every plan there ever was. */
const WATCHED = 'PLAN#watched';

/** Findings and plans: JSON in `data`, guarded by `version`. `id` makes unique ids. */
export function makeRecords(table: Table, id: () => string): Records {
  return {
    readFinding: async (finding) => parse<Finding>(await table.get(findingKey(finding))),
    writeFinding: async (finding) => {
      // Before the record: cut off in between they point at nothing, and never is a finding unknown at its place.
      if (finding.version === 0)
        await Promise.all([pointerKey(finding), placeKey(finding)].map((key) => table.put({ ...key, finding: finding.id })));
      return writeVersion(table, findingKey(finding.id), finding, findingIndex(finding), id());
    },
    findingsOfResource: async (resource) => {
      const pointers = await table.query({
        text: 'pk = :pk AND begins_with(sk, :prefix)',
        values: { ':pk': `RESOURCE#${resourceId(resource)}`, ':prefix': 'FINDING#' },
      });
      return all<Finding>(
        table,
        pointers.map((pointer) => findingKey(String(pointer.finding))),
      );
    },
    readFindingPage: async (place, from) => {
      const pointers = await table.queryAfter(`PLACE#${place}`, from, FINDINGS_A_PAGE);
      const items = await all<Finding>(
        table,
        pointers.map((pointer) => findingKey(String(pointer.finding))),
      );
      return { items, next: pointers.length < FINDINGS_A_PAGE ? null : String(pointers.at(-1)?.sk) };
    },
    findingsByStatus: async (status, before, since = '') => {
      const findings = await byIndex<Finding>(table, `FINDING#${status}`, before, since);
      return findings.filter(({ status: now, updatedAt }) => now === status && updatedAt < before && updatedAt >= since);
    },
    readPlan: async (plan) => parse<Plan>(await table.get(planKey(plan))),
    writePlan: (plan) => writeVersion(table, planKey(plan.id), plan, planIndex(plan), id()),
    plansByStatus: async (status, before) => {
      const plans = await Promise.all(plansOf(status).map((partition) => byIndex<Plan>(table, partition, before)));
      return plans.flat().filter((plan) => plan.status === status && dueAt(plan) < before);
    },
    watchedPlans: async () => (await byIndex<Plan>(table, WATCHED)).filter((plan) => plan.watchUntil !== null),
  };
}

const plansOf = (status: PlanStatus): string[] => (status === 'applied' ? ['PLAN#applied', WATCHED] : [`PLAN#${status}`]);

/** An asked plan is due when its approval expires, any other when nobody has touched it. */
const dueAt = (plan: Plan): string => (plan.status === 'asked' && plan.expiresAt ? plan.expiresAt : plan.updatedAt);

function planIndex(plan: Plan): Item {
  const isWatched = plan.status === 'applied' && plan.watchUntil !== null;
  return { gsi_pk: isWatched ? WATCHED : `PLAN#${plan.status}`, gsi_sk: dueAt(plan) };
}

const findingIndex = (finding: Finding): Item => ({ gsi_pk: `FINDING#${finding.status}`, gsi_sk: finding.updatedAt });

const pointerKey = (finding: Finding): Key => ({
  pk: `RESOURCE#${resourceId(finding.resource)}`,
  sk: `FINDING#${finding.id}`,
});

const placeKey = (finding: Finding): Key => ({ pk: `PLACE#${placeId(placeOf(finding.resource))}`, sk: `FINDING#${finding.id}` });

/** Each write carries an id of its own, so that a retried one whose answer got lost is told from somebody else's. */
export async function writeVersion<T extends { readonly version: number }>(
  table: Table,
  key: Key,
  record: T,
  index: Item,
  writer: string,
): Promise<T | undefined> {
  const next = { ...record, version: record.version + 1 };
  const item = { ...key, ...index, data: JSON.stringify(next), version: next.version, writer };
  const written = await table.put(
    item,
    record.version === 0
      ? { text: 'attribute_not_exists(pk)' }
      : { text: 'version = :version', values: { ':version': record.version } },
  );
  if (written.ok) return next;
  return written.found?.writer === writer ? next : undefined;
}

/** The index is a moment behind and may hold keys only: the items themselves are read, and judged again by the caller. */
export async function byIndex<T>(table: Table, partition: string, before?: string, since = ''): Promise<T[]> {
  const keys = await table.query(rangeOf(partition, before, since), STATUS_INDEX);
  return all<T>(
    table,
    keys.map((item) => ({ pk: String(item.pk), sk: String(item.sk) })),
  );
}

/** DynamoDB takes one condition on the sort key: between is both ends, and the caller takes the last one off. */
function rangeOf(partition: string, before: string | undefined, since: string): Expression {
  if (before === undefined) return { text: 'gsi_pk = :pk', values: { ':pk': partition } };
  if (since === '') return { text: 'gsi_pk = :pk AND gsi_sk < :before', values: { ':pk': partition, ':before': before } };
  return {
    text: 'gsi_pk = :pk AND gsi_sk BETWEEN :since AND :before',
    values: { ':pk': partition, ':since': since, ':before': before },
  };
}

export async function all<T>(table: Table, keys: readonly Key[]): Promise<T[]> {
  const items = await table.getAll(keys);
  return items.flatMap((item) => parse<T>(item) ?? []);
}

/** What is told of a finding under keys that begin so, oldest first. */
export async function entriesOf<T extends { readonly at: string }>(
  table: Table,
  findingId: string,
  prefix: string,
): Promise<T[]> {
  const items = await table.query({
    text: 'pk = :pk AND begins_with(sk, :sk)',
    values: { ':pk': findingKey(findingId).pk, ':sk': prefix },
  });
  const entries = items.flatMap((item) => parse<T>(item) ?? []);
  return entries.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
}

/** Only writeVersion writes `data`, so its shape is what was written. */
export function parse<T>(item: Item | undefined): T | undefined {
  const data = textOf(item, 'data');
  return data === undefined ? undefined : (JSON.parse(data) as T);
}
