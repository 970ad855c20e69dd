import type { SelfCheck } from '../../flows/doctor/self-check-record.ts';
import type { Clock, Ledger } from '../../flows/ports.ts';
import { textOf } from './attributes.ts';
import { parse, writeVersion } from './records.ts';
import type { Table } from './table.ts';

const RECORD = { pk: 'SELF-CHECK', sk: '-' };
const KEEP_SECONDS = 90 * 86_400;

/** The self-check's record, and when the canary of each account and region was last heard. */
export function makeSelfCheck(
  table: Table,
  clock: Clock,
  id: () => string,
): Pick<Ledger, 'hear' | 'readHeard' | 'readSelfCheck' | 'writeSelfCheck'> {
  return {
    hear: async (account, where, at) => {
      const ttl = Math.floor(clock.now().getTime() / 1000) + KEEP_SECONDS;
      const item = { pk: `CANARY#${account}`, sk: where, heard_at: at, ttl };
      await table.put(item, { text: 'attribute_not_exists(pk) OR heard_at < :at', values: { ':at': at } });
    },
    readHeard: async (account) => {
      const items = await table.query({ text: 'pk = :pk', values: { ':pk': `CANARY#${account}` } });
      return Object.fromEntries(items.map((item) => [String(item.sk), textOf(item, 'heard_at') ?? '']));
    },
    readSelfCheck: async () => parse<SelfCheck>(await table.get(RECORD)),
    writeSelfCheck: (record) => writeVersion(table, RECORD, record, {}, id()),
  };
}
