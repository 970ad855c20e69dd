import type { FailureNote, Ledger } from '../../flows/ports.ts';
import { parse } from './records.ts';
import type { Table } from './table.ts';

/** As long as the dead-letter queues keep a message, and a day. */
const KEEP_SECONDS = 15 * 86_400;

const failureKey = (messageId: string) => ({ pk: `FAILED#${messageId}`, sk: '-' });

/** Why a message failed last, under the id that it keeps in the dead-letter queue. */
export function makeFailures(table: Table): Pick<Ledger, 'noteFailure'> {
  return {
    noteFailure: async (note) => {
      const ttl = Math.floor(Date.parse(note.at) / 1000) + KEEP_SECONDS;
      await table.put({ ...failureKey(note.messageId), data: JSON.stringify(note), ttl });
    },
  };
}

/** Those that there are. @throws AwsError */
export async function readFailures(table: Table, messageIds: readonly string[]): Promise<ReadonlyMap<string, FailureNote>> {
  const items = await table.getAll(messageIds.map(failureKey));
  const notes = items.flatMap((item) => parse<FailureNote>(item) ?? []);
  return new Map(notes.map((note) => [note.messageId, note]));
}
