import { hasUnits, isExcluded, type Member, namedMembers, regionsOf } from '../config/members.ts';
import type { Config } from '../config/schema.ts';
import { AccessRefused } from '../model/errors.ts';
import type { Resource } from '../model/resource.ts';
import type { World } from './ports.ts';

export type ReconcileWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'reader' | 'organization'>;

const RECONCILE_HOURS = 6;

/**
 * Every few hours, every function, API and user of every member: CloudTrail's delivery is best effort, what was there before Cinch made no
 * event, and time alone makes some things wrong. Answers how many were looked at, and how many accounts of the units let nobody in; those
 * are looked at as soon as they do.
 * @throws AccessRefused, once all others were looked at, when a member that is named lets nobody in
 */
export async function reconcile(world: ReconcileWorld): Promise<{ looked: number; refused: number }> {
  const slot = Math.floor(world.clock.now().getTime() / (RECONCILE_HOURS * 3_600_000));
  const config = await world.config.read();
  const named = namedMembers(config);
  const ofNamed = await lookAtEach(world, named, slot);
  const ofUnits = await lookAtEach(world, await othersOf(world, config, named), slot);
  const [first] = ofNamed.refusals;
  if (first) throw first;
  return { looked: ofNamed.looked + ofUnits.looked, refused: ofUnits.refusals.length };
}

/** Members by their unit. */
async function othersOf(world: ReconcileWorld, config: Config, named: readonly Member[]): Promise<Member[]> {
  const { organization } = config;
  if (!organization?.listAccounts || !hasUnits(config)) return [];
  const accounts = await world.organization.listAccounts(organization.units);
  const isNamed = new Set(named.map(({ account }) => account));
  return accounts
    .filter((account) => !isNamed.has(account) && !isExcluded(organization, account))
    .map((account) => ({ account, regions: regionsOf(organization) }));
}

interface Looks {
  looked: number;
  readonly refusals: AccessRefused[];
}

/** One account that lets nobody in does not keep Cinch from the others. */
async function lookAtEach(world: ReconcileWorld, members: readonly Member[], slot: number): Promise<Looks> {
  const looks: Looks = { looked: 0, refusals: [] };
  for (const member of members) {
    try {
      looks.looked += await lookAtMember(world, member, slot);
    } catch (error) {
      if (!(error instanceof AccessRefused)) throw error;
      looks.refusals.push(error);
      world.log.error(error.message, { account: member.account });
    }
  }
  return looks;
}

async function lookAtMember(world: ReconcileWorld, { account, regions }: Member, slot: number): Promise<number> {
  let count = 0;
  for (const region of regions)
    await once(region, async () => {
      for await (const { resource } of world.reader.listFunctions(account, region)) await look(resource);
      for await (const resource of world.reader.listApis(account, region)) await look(resource);
    });
  await once('users', async () => {
    for await (const resource of world.reader.listUsers(account)) await look(resource);
  });
  return count;

  async function look(resource: Resource): Promise<void> {
    await world.queues.sendChange({ kind: 'look', id: `reconcile-${slot}-${resource.arn}`, resourceArn: resource.arn });
    count += 1;
  }

  /** Once a slot; what was refused is tried again the next minute. */
  async function once(what: string, work: () => Promise<void>): Promise<void> {
    const id = `reconcile-${account}-${what}-${slot}`;
    if (!(await world.ledger.claim(id, RECONCILE_HOURS * 3600))) return;
    try {
      await work();
    } catch (error) {
      if (error instanceof AccessRefused) await world.ledger.releaseClaim(id);
      throw error;
    }
  }
}
