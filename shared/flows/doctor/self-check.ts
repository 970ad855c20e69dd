import { type Member, namedMembers } from '../../config/members.ts';
import type { Config } from '../../config/schema.ts';
import { memberRegions } from '../../events/regions.ts';
import { CinchError } from '../../model/errors.ts';
import { isUnknown } from '../../model/unknown.ts';
import type { World } from '../ports.ts';
import { checkCanaries } from './canary-checks.ts';
import { type Check, troubles } from './check.ts';
import { type CheckHubWorld, checkHub } from './check-hub.ts';
import { type CheckMembersWorld, checkMembers, membersOf } from './check-members.ts';
import { CANARY_MINUTES, SELF_CHECK_HOURS, type SelfCheck } from './self-check-record.ts';

/** The harmless change, and the event that is none. */
export interface Canary {
  /** An event of the canary's own source on the account's default bus. */
  applyEvent(account: string, region: string): Promise<void>;
  /** A tag of the canary's role, on itself: CloudTrail records it like every change. */
  applyTag(account: string): Promise<void>;
}

export type SelfCheckWorld = CheckHubWorld &
  CheckMembersWorld &
  Pick<World, 'clock' | 'log' | 'ledger' | 'queues'> & { readonly canary: Canary };

/** A record is one item of the ledger, and a message in Slack is no list. */
const MOST_FOUND = 200;
const TELL_AGAIN_SECONDS = 600;

/**
 * Twice a day, called each minute: sends canaries, and when they are due looks at everything and has `notify` tell. Each part may run twice:
 * a second canary is as harmless, and what is told is compared with what was told before.
 */
export async function selfCheck(world: SelfCheckWorld): Promise<'sent' | 'judged' | 'told' | 'nothing'> {
  const now = world.clock.now();
  const record = await world.ledger.readSelfCheck();
  if (record && record.found === null) {
    if (now.getTime() < Date.parse(record.dueAt)) return 'nothing';
    return judge(world, record);
  }
  if (record && record.toldAt === null) return (await tell(world, record)) ? 'told' : 'nothing';
  const isRested = !record || now.getTime() - Date.parse(record.sentAt) >= SELF_CHECK_HOURS * 3_600_000;
  return isRested ? send(world, record, now) : 'nothing';
}

async function send(world: SelfCheckWorld, before: SelfCheck | undefined, now: Date): Promise<'sent'> {
  for (const { account, regions } of await listed(world, await world.config.read())) {
    await trying(world, account, 'trail', () => world.canary.applyTag(account));
    for (const { region } of memberRegions(regions))
      await trying(world, account, region, () => world.canary.applyEvent(account, region));
  }
  await world.ledger.writeSelfCheck({
    sentAt: now.toISOString(),
    dueAt: new Date(now.getTime() + CANARY_MINUTES * 60_000).toISOString(),
    found: null,
    told: before?.told ?? [],
    toldAt: null,
    version: before?.version ?? 0,
  });
  return 'sent';
}

/** A canary that can't be sent is one that does not arrive: it is judged so when it is due. */
async function trying(world: SelfCheckWorld, account: string, where: string, apply: () => Promise<void>): Promise<void> {
  try {
    await apply();
  } catch (error) {
    const why = error instanceof CinchError ? error.code : error instanceof Error ? error.name : 'failed';
    world.log.error('canary not sent', { account, where, why });
  }
}

/** Everything but Slack, which `notify` looks at. */
export async function checkOutsideSlack(world: Omit<SelfCheckWorld, 'canary'>): Promise<Check[]> {
  return [...(await checkHub(world)), ...(await checkMembersAndCanaries(world))];
}

/** What only the hub's own role can see. */
export async function checkMembersAndCanaries(world: CheckMembersWorld & Pick<World, 'clock' | 'ledger'>): Promise<Check[]> {
  const members = await checkMembers(world);
  const config = await world.config.read().catch(() => undefined);
  // Without a configuration the members' only check says so.
  return config ? [...members, ...(await checkCanaries(world, await listed(world, config)))] : members;
}

/** Of the accounts that nobody lists, the check of the units has said so. */
async function listed(world: Pick<World, 'organization'>, config: Config): Promise<readonly Member[]> {
  const members = await membersOf(world, config);
  return isUnknown(members) ? namedMembers(config) : members;
}

async function judge(world: SelfCheckWorld, record: SelfCheck): Promise<'judged' | 'nothing'> {
  const found = troubles(await checkOutsideSlack(world)).slice(0, MOST_FOUND);
  const written = await world.ledger.writeSelfCheck({ ...record, found });
  if (!written) return 'nothing';
  world.log.info('self-check', { found: found.length });
  await tell(world, written);
  return 'judged';
}

/** Until notify has it, every ten minutes. */
async function tell(world: SelfCheckWorld, record: SelfCheck): Promise<boolean> {
  if (!(await world.ledger.claim(`self-check-${record.sentAt}`, TELL_AGAIN_SECONDS))) return false;
  await world.queues.sendNotice({ kind: 'self-check' }, 'self-check');
  return true;
}
