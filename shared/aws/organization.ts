import type { Clock, Organization } from '../flows/ports.ts';
import type { LightClient } from './hub-client.ts';
import { recordOf } from './readers/source-details.ts';

const KEEP_MS = 10 * 60_000;

/** Organizations has one endpoint a partition (https://docs.aws.amazon.com/general/latest/gr/ao.html). */
export const ORGANIZATIONS_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
};

/** @param client in the region of ORGANIZATIONS_REGIONS. Only a whole list is kept; a call that fails is thrown as AWS named it. */
export function makeOrganization({ client, clock }: { client: LightClient; clock: Clock }): Organization {
  const kept = new Map<string, { accounts: readonly string[]; until: number }>();
  return {
    listAccounts: async (units) => {
      const key = units.join();
      const known = kept.get(key);
      if (known && clock.now().getTime() < known.until) return known.accounts;
      const accounts = await readAccounts(client, units);
      kept.set(key, { accounts, until: clock.now().getTime() + KEEP_MS });
      return accounts;
    },
  };
}

/** A unit's own accounts, then those of the units in it. */
async function readAccounts(client: LightClient, units: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const waiting = [...units];
  for (let unit = waiting.shift(); unit; unit = waiting.shift()) {
    for (const account of await readAll(client, 'ListAccountsForParent', 'Accounts', unit)) {
      // `Status` gives way to `State` (https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html).
      if ((account.State ?? account.Status) === 'ACTIVE' && typeof account.Id === 'string') found.add(account.Id);
    }
    for (const { Id } of await readAll(client, 'ListOrganizationalUnitsForParent', 'OrganizationalUnits', unit))
      if (typeof Id === 'string') waiting.push(Id);
  }
  return [...found];
}

/** A page may be short or empty: only a missing token is the end. */
async function readAll(
  client: LightClient,
  call: string,
  field: string,
  ParentId: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const found: Readonly<Record<string, unknown>>[] = [];
  let token: unknown;
  do {
    const page = await client.call('organizations', call, { ParentId, ...(token ? { NextToken: token } : {}) });
    const items = page[field];
    if (Array.isArray(items)) found.push(...items.map(recordOf));
    token = page.NextToken;
  } while (token);
  return found;
}
