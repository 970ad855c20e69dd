import type { Ledger } from '../flows/ports.ts';
import type { LightClient } from './hub-client.ts';
import { makeCauses } from './ledger/causes.ts';
import { makeDigests } from './ledger/digests.ts';
import { makeExemptions } from './ledger/exemptions.ts';
import { makeExported } from './ledger/exported.ts';
import { makeFailures } from './ledger/failures.ts';
import { makeGuard } from './ledger/guard.ts';
import { makeLocks } from './ledger/locks.ts';
import { makeNotes } from './ledger/notes.ts';
import { makeRecords } from './ledger/records.ts';
import { makeRounds } from './ledger/rounds.ts';
import { makeSelfCheck } from './ledger/self-check.ts';
import { makeTable } from './ledger/table.ts';
import type { Retrying } from './retry.ts';

export interface LedgerDeps extends Retrying {
  readonly hub: LightClient;
  /** The table's name: keys `pk` and `sk`, TTL `ttl`, index STATUS_INDEX on `gsi_pk` and `gsi_sk` (keys suffice). */
  readonly table: string;
  /** A new unique id. */
  readonly id: () => string;
}

/** The ledger in one DynamoDB table. @throws AwsError */
export function makeLedger(deps: LedgerDeps): Ledger {
  const table = makeTable(deps.hub, deps.table, deps);
  return {
    ...makeRecords(table, deps.id),
    ...makeNotes(table),
    ...makeLocks(table, deps.clock, deps.id),
    ...makeExemptions(table),
    ...makeCauses(table),
    ...makeFailures(table),
    ...makeDigests(table, deps.clock, deps.id),
    ...makeExported(table),
    ...makeGuard(table, deps.clock, deps.id),
    ...makeRounds(table, deps.id),
    ...makeSelfCheck(table, deps.clock, deps.id),
  };
}
