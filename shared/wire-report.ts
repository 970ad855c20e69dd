import { makeHubClient } from './aws/hub-client.ts';
import { type LedgerContents, readEverything } from './aws/ledger/everything.ts';
import { makeTable } from './aws/ledger/table.ts';
import { personsAccess } from './aws/persons-access.ts';
import { clock, retrying } from './wire-common.ts';

export interface ReportOptions {
  /** The hub stack's output LedgerTable. */
  readonly table: string;
  /** Of the hub; without it the profile's. */
  readonly region?: string;
  readonly profile?: string;
}

/** The ledger, read with a person's own credentials: `dynamodb:Query` and `dynamodb:BatchGetItem` on the table and its index, and its key. */
export async function wireReport({ table, region, profile }: ReportOptions): Promise<{ read(): Promise<LedgerContents> }> {
  const access = personsAccess(profile);
  const hub = makeHubClient({
    ...retrying,
    region: region ?? (await access.homeRegion()) ?? 'us-east-1',
    credentials: access.credentials,
  });
  return { read: () => readEverything(makeTable(hub, table, retrying), () => clock.now().toISOString()) };
}
