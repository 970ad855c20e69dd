import type { World } from '../ports.ts';
import { checkCanaries } from './canary-checks.ts';
import { type Check, factOf } from './check.ts';
import { type CheckMembersWorld, checkMember, listMembers } from './check-members.ts';
import type { CheckPage } from './request.ts';

/** So many accounts at once: each is another account's limits. */
const AT_ONCE = 8;
/** A function's answer may have 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); the last accounts come on top. */
const MOST_BYTES = 3_000_000;

/**
 * What only the hub's own role can see: member accounts and their canaries, as many as one answer has room and time for. Reads only.
 * @param after the account that the page before ended with
 * @param until when no other account is begun
 */
export async function checkMembersPage(
  world: CheckMembersWorld & Pick<World, 'clock' | 'ledger'>,
  after: string | null,
  until: Date,
): Promise<CheckPage> {
  const { config, members, checks: ofList } = await listMembers(world);
  const checks: Check[] = [...ofList];
  if (!config) return { checks, next: null };
  const round = await factOf('the self-check', async () => (await world.ledger.readSelfCheck())?.sentAt);
  const rest = members.filter(({ account }) => after === null || account > after);
  let bytes = 0;
  for (let from = 0; from < rest.length; from += AT_ONCE) {
    const some = rest.slice(from, from + AT_ONCE);
    const found = await Promise.all(
      some.map(async (member) => [
        ...(await checkMember(world.members, config, member)),
        ...(await checkCanaries(world, member, round)),
      ]),
    );
    checks.push(...found.flat());
    bytes += Buffer.byteLength(JSON.stringify(found));
    if (from + AT_ONCE < rest.length && (bytes >= MOST_BYTES || world.clock.now() >= until))
      return { checks, next: some.at(-1)?.account ?? null };
  }
  return { checks, next: null };
}
