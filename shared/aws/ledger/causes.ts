import { shortHash } from '../../engine/fingerprint.ts';
import type { CauseEntry, Ledger } from '../../flows/ports.ts';
import { byIndex, entriesOf } from './records.ts';
import type { Table } from './table.ts';

/** Longer than anybody asks what led to a change; the audit stays. */
const KEEP_SECONDS = 400 * 86_400;

const partition = (cause: string): string => `CAUSE#${cause}`;

/** What led to what: beside the finding it is about, and by way of the index beside the event. */
export function makeCauses(table: Table): Pick<Ledger, 'noteCause'> {
  return {
    noteCause: async (entry) => {
      const data = JSON.stringify(entry);
      // Noted twice, by a repeated message, it is one.
      const hash = shortHash(`${entry.cause} ${entry.decision} ${entry.planId}`);
      const index = { gsi_pk: partition(entry.cause), gsi_sk: entry.at };
      const ttl = Math.floor(Date.parse(entry.at) / 1000) + KEEP_SECONDS;
      await table.put({ pk: `FINDING#${entry.findingId}`, sk: `CAUSE#${hash}`, data, ...index, ttl });
    },
  };
}

/** Of one finding, oldest first. @throws AwsError */
export const readCausesOf = (table: Table, findingId: string): Promise<CauseEntry[]> =>
  entriesOf<CauseEntry>(table, findingId, 'CAUSE#');

/** What one event or look led to. @throws AwsError */
export const readLedTo = (table: Table, cause: string): Promise<CauseEntry[]> => byIndex<CauseEntry>(table, partition(cause));
