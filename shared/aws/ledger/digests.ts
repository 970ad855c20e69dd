import type { Clock, Ledger } from '../../flows/ports.ts';
import type { Digest, Storm } from '../../model/digest.ts';
import type { Finding } from '../../model/finding.ts';
import type { Plan } from '../../model/plan.ts';
import { all, findingKey, parse, planKey, writeVersion } from './records.ts';
import type { Key, Table } from './table.ts';

type Digests = Pick<Ledger, 'readFindings' | 'readPlans' | 'readStorm' | 'writeStorm' | 'readDigest' | 'writeDigest'>;

const stormKey = (id: string): Key => ({ pk: `STORM#${id}`, sk: 'STATE' });
const digestKey = (id: string): Key => ({ pk: `DIGEST#${id}`, sk: 'STATE' });

const DAY = 86_400;
/** A storm counts on from its last digest's number, so it outlives the digest. */
const STORM_DAYS = 500;
const DIGEST_DAYS = 400;

/** What is shown together, and the many records that takes. */
export function makeDigests(table: Table, clock: Clock, id: () => string): Digests {
  const ends = (days: number) => ({ ttl: Math.floor(clock.now().getTime() / 1000) + days * DAY });
  return {
    readFindings: (ids) => all<Finding>(table, [...new Set(ids)].map(findingKey)),
    readPlans: (ids) => all<Plan>(table, [...new Set(ids)].map(planKey)),
    readStorm: async (storm) => parse<Storm>(await table.get(stormKey(storm))),
    writeStorm: (storm) => writeVersion(table, stormKey(storm.id), storm, ends(STORM_DAYS), id()),
    readDigest: async (digest) => parse<Digest>(await table.get(digestKey(digest))),
    writeDigest: (digest) => writeVersion(table, digestKey(digest.id), digest, ends(DIGEST_DAYS), id()),
  };
}
