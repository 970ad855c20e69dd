import type { Clock, Ledger } from '../../flows/ports.ts';
import { resourceId } from '../../model/resource.ts';
import type { Key, Table } from './table.ts';

type Locks = Pick<Ledger, 'isHandled' | 'markHandled' | 'takeLease' | 'releaseLease' | 'claim' | 'releaseClaim'>;

const HANDLED_SECONDS = 7 * 86_400;
const ONLY = '-';
export const handledKey = (changeId: string): Key => ({ pk: `HANDLED#${changeId}`, sk: ONLY });

/** What happens once: leases, claims and handled changes. DynamoDB deletes by `ttl` up to days late, so every condition looks at the time itself. */
export function makeLocks(table: Table, clock: Clock, id: () => string): Locks {
  const now = (): number => Math.floor(clock.now().getTime() / 1000);
  return {
    isHandled: async (changeId) => Number((await table.get(handledKey(changeId)))?.ttl ?? 0) > now(),
    markHandled: async (changeId, seconds = HANDLED_SECONDS) => {
      await table.put({ ...handledKey(changeId), ttl: now() + seconds });
    },
    takeLease: async (resource, holder, seconds) => {
      const at = clock.now().getTime();
      const until = at + seconds * 1000;
      const item = { pk: `LEASE#${resourceId(resource)}`, sk: ONLY, holder, until, ttl: Math.ceil(until / 1000) + 3600 };
      const taken = await table.put(item, {
        text: 'attribute_not_exists(pk) OR #until <= :now OR holder = :holder',
        values: { ':now': at, ':holder': holder },
        names: { '#until': 'until' },
      });
      return taken.ok;
    },
    releaseLease: async (resource, holder) => {
      await table.remove(
        { pk: `LEASE#${resourceId(resource)}`, sk: ONLY },
        { text: 'holder = :holder', values: { ':holder': holder } },
      );
    },
    claim: async (claimId, seconds) => {
      const writer = id();
      const item = { pk: `CLAIM#${claimId}`, sk: ONLY, ttl: now() + Math.ceil(seconds), writer };
      const taken = await table.put(item, {
        text: 'attribute_not_exists(pk) OR #ttl <= :now',
        values: { ':now': now() },
        names: { '#ttl': 'ttl' },
      });
      return taken.ok || taken.found?.writer === writer;
    },
    releaseClaim: async (claimId) => {
      await table.remove({ pk: `CLAIM#${claimId}`, sk: ONLY });
    },
  };
}
