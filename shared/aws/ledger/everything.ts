import type { Finding } from '../../model/finding.ts';
import { type Exemption, FINDING_STATUSES } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import { STATUS_INDEX } from '../../names.ts';
import { makeExemptions } from './exemptions.ts';
import { all, parse } from './records.ts';
import type { Table } from './table.ts';

/** What a report is made of. */
export interface LedgerContents {
  readonly findings: readonly Finding[];
  /** Plans that wait for people. */
  readonly asked: readonly Plan[];
  /** Those given in Slack; those of the configuration and of tags are elsewhere. */
  readonly exemptions: readonly Exemption[];
}

/**
 * Every finding there is, page by page over the status index: one read unit for 8 KB, half the price of reading items by their keys. What was
 * written meanwhile may have moved from a list that was not read yet to one that was; so what is newer than the beginning is read once more.
 * @param now ISO
 * @throws AwsError
 */
export async function readEverything(table: Table, now: () => string): Promise<LedgerContents> {
  const began = now();
  const findings = new Map<string, Finding>();
  const keep = (found: readonly Finding[]): void => {
    for (const finding of found)
      if (finding.version >= (findings.get(finding.id)?.version ?? 0)) findings.set(finding.id, finding);
  };
  for (const status of FINDING_STATUSES) keep(await listed<Finding>(table, `FINDING#${status}`));
  for (const status of FINDING_STATUSES) keep(await listed<Finding>(table, `FINDING#${status}`, began));
  const [plans, exemptions] = await Promise.all([listed<Plan>(table, 'PLAN#asked'), makeExemptions(table).listExemptions()]);
  return { findings: [...findings.values()], asked: plans.filter(({ status }) => status === 'asked'), exemptions };
}

async function listed<T>(table: Table, partition: string, from?: string): Promise<T[]> {
  const items = await table.query(
    {
      text: from === undefined ? 'gsi_pk = :pk' : 'gsi_pk = :pk AND gsi_sk >= :from',
      values: { ':pk': partition, ...(from === undefined ? {} : { ':from': from }) },
    },
    STATUS_INDEX,
  );
  const whole = items.flatMap((item) => parse<T>(item) ?? []);
  // An index with keys alone is allowed: then the items themselves are read.
  const bare = items.filter((item) => item.data === undefined).map((item) => ({ pk: String(item.pk), sk: String(item.sk) }));
  return [...whole, ...(await all<T>(table, bare))];
}
