import type { Clock, Ledger } from '../../flows/ports.ts';
import type { Halt } from '../../model/halt.ts';
import { parse, writeVersion } from './records.ts';
import type { Table } from './table.ts';

type Guard = Pick<Ledger, 'readHalts' | 'writeHalt' | 'noteFix' | 'fixesSince'>;

/** Longer than the longest window that a configuration may name. */
const KEEP_SECONDS = 2 * 86_400;

/** The stop switch and the circuit breakers, which every plan reads, and the fixes that the breakers count. Read consistently. */
export function makeGuard(table: Table, clock: Clock, id: () => string): Guard {
  return {
    readHalts: async () => {
      const items = await table.query({ text: 'pk = :pk', values: { ':pk': 'HALT' } });
      return items.flatMap((item) => parse<Halt>(item) ?? []);
    },
    writeHalt: (halt) => writeVersion(table, { pk: 'HALT', sk: halt.id }, halt, {}, id()),
    noteFix: async (account, planId, at) => {
      const ttl = Math.floor(clock.now().getTime() / 1000) + KEEP_SECONDS;
      // The plan's id is the key: however often its run is repeated, it is one fix, at its first time.
      await table.put({ pk: `FIX#${account}`, sk: planId, at, ttl }, { text: 'attribute_not_exists(pk)' });
    },
    fixesSince: async (account, since) => {
      const items = await table.query({ text: 'pk = :pk', values: { ':pk': `FIX#${account}` } });
      return items.filter((item) => String(item.at) >= since).length;
    },
  };
}
