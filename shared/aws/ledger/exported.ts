import type { Ledger } from '../../flows/ports.ts';
import type { Exported } from '../../model/finding.ts';
import { all } from './records.ts';
import type { Key, Table } from './table.ts';

const exportedKey = (findingId: string): Key => ({ pk: `EXPORTED#${findingId}`, sk: 'STATE' });

/** What other lists were told. The last word stands: who writes it has looked at the finding again. */
export function makeExported(table: Table): Pick<Ledger, 'readExported' | 'writeExported'> {
  return {
    readExported: (findingIds) => all<Exported>(table, [...new Set(findingIds)].map(exportedKey)),
    writeExported: async (exported) => {
      await table.put({ ...exportedKey(exported.findingId), data: JSON.stringify(exported) });
    },
  };
}
