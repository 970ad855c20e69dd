import { shortHash } from '../../engine/fingerprint.ts';
import type { AuditEntry, Ledger } from '../../flows/ports.ts';
import type { Exemption } from '../../model/finding.ts';
import { textOf } from './attributes.ts';
import { entriesOf } from './records.ts';
import type { Table } from './table.ts';

/** Kept for a while after it ended, so that a sweep can say so. */
const KEEP_SECONDS = 90 * 86_400;

/** Exemptions given in Slack, and the record of who did what. */
export function makeExemptions(table: Table): Pick<Ledger, 'addExemption' | 'listExemptions' | 'audit' | 'readAudit'> {
  return {
    addExemption: async (exemption) => {
      const ends = Math.floor(Date.parse(exemption.expires) / 1000);
      await table.put({
        pk: 'EXEMPTION',
        sk: `${exemption.rule}#${exemption.resource}`,
        data: JSON.stringify(exemption),
        ...(Number.isFinite(ends) ? { ttl: ends + KEEP_SECONDS } : {}),
      });
    },
    listExemptions: async () => {
      const items = await table.query({ text: 'pk = :pk', values: { ':pk': 'EXEMPTION' } });
      return items.map((item) => JSON.parse(textOf(item, 'data') ?? '') as Exemption);
    },
    audit: async ({ once, ...entry }) => {
      const data = JSON.stringify(entry);
      const pk = `FINDING#${entry.findingId}`;
      // The same entry written twice, by a repeated message, is one entry. A repeated run has another time: then the first one stays.
      if (once === undefined) await table.put({ pk, sk: `AUDIT#${entry.at}#${shortHash(data)}`, data });
      else await table.put({ pk, sk: `AUDIT#${shortHash(once)}`, data }, { text: 'attribute_not_exists(pk)' });
    },
    readAudit: (findingId) => entriesOf<AuditEntry>(table, findingId, 'AUDIT#'),
  };
}
