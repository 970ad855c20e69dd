import type { AccountCheck, SelfCheck } from '../../flows/doctor/self-check-record.ts';
import type { Clock, Ledger } from '../../flows/ports.ts';
import { textOf } from './attributes.ts';
import { parse, writeVersion } from './records.ts';
import type { Table } from './table.ts';

const RECORD = { pk: 'SELF-CHECK', sk: '-' };
const KEEP_SECONDS = 90 * 86_400;
/** An account's part of a round is read until the next one. */
const KEEP_ACCOUNT_SECONDS = 7 * 86_400;
const ACCOUNTS_A_PAGE = 500;
const roundOf = (round: string): string => `SELF-CHECK#${round}`;

/** The self-check's record, and when the canary of each account and region was last heard. */
export function makeSelfCheck(
  table: Table,
  clock: Clock,
  id: () => string,
): Pick<
  Ledger,
  'hear' | 'readHeard' | 'readSelfCheck' | 'writeSelfCheck' | 'readAccountCheck' | 'writeAccountCheck' | 'readAccountChecks'
> {
  const ttlIn = (seconds: number): number => Math.floor(clock.now().getTime() / 1000) + seconds;
  return {
    hear: async (account, where, at) => {
      const item = { pk: `CANARY#${account}`, sk: where, heard_at: at, ttl: ttlIn(KEEP_SECONDS) };
      await table.put(item, { text: 'attribute_not_exists(pk) OR heard_at < :at', values: { ':at': at } });
    },
    readHeard: async (account) => {
      const items = await table.query({ text: 'pk = :pk', values: { ':pk': `CANARY#${account}` } });
      return Object.fromEntries(items.map((item) => [String(item.sk), textOf(item, 'heard_at') ?? '']));
    },
    readSelfCheck: async () => {
      const record = parse<SelfCheck>(await table.get(RECORD));
      // Versions before rounds wrote neither.
      return record && { ...record, askedAt: record.askedAt ?? record.sentAt, more: record.more ?? 0 };
    },
    writeSelfCheck: (record) => writeVersion(table, RECORD, record, {}, id()),
    readAccountCheck: async (round, account) => parse<AccountCheck>(await table.get({ pk: roundOf(round), sk: account })),
    writeAccountCheck: (record) => {
      const key = { pk: roundOf(record.round), sk: record.account };
      return writeVersion(table, key, record, { ttl: ttlIn(KEEP_ACCOUNT_SECONDS) }, id());
    },
    readAccountChecks: async (round, from) => {
      const items = await table.queryAfter(roundOf(round), from, ACCOUNTS_A_PAGE);
      const last = items.at(-1);
      return { items: items.flatMap((item) => parse<AccountCheck>(item) ?? []), next: last ? String(last.sk) : null };
    },
  };
}
