import type { Member } from '../../config/members.ts';
import type { Config } from '../../config/schema.ts';
import { CinchError } from '../../model/errors.ts';
import type { AccountsMessage } from '../messages.ts';
import type { World } from '../ports.ts';
import { readMembers } from '../read-places.ts';
import { canariesOf, checkCanaries } from './canary-checks.ts';
import { fitting, troubles } from './check.ts';
import { type CheckMembersWorld, checkMember } from './check-members.ts';
import { type AccountCheck, CANARY_MINUTES, TRAIL } from './self-check-record.ts';

/** The harmless change, and the event that is none. */
export interface Canary {
  /** An event of the canary's own source on the account's default bus. */
  applyEvent(account: string, region: string): Promise<void>;
  /** A tag of the canary's role, on itself: CloudTrail records it like every change. */
  applyTag(account: string): Promise<void>;
}

export type CheckAccountsWorld = CheckMembersWorld & Pick<World, 'clock' | 'log' | 'ledger'> & { readonly canary: Canary };

/** An account's item stays small: one that is broken all over says so with the first of it. */
const MOST_OF_ACCOUNT = 20;

/**
 * Goes on with the round in some accounts, all at once: sends an account's canaries, and when they are due judges it. Each canary is written
 * down before it is sent and is never sent again; a run that is cut off is gone on with by the next message. Safe to run twice.
 * @throws what the ledger or Organizations throws, when every account was tried
 */
export async function checkAccounts(world: CheckAccountsWorld, { round, accounts }: AccountsMessage): Promise<void> {
  const record = await world.ledger.readSelfCheck();
  if (record?.sentAt !== round || record.found !== null) return;
  const config = await world.config.read();
  const members = (await readMembers(world, config)).filter(({ account }) => accounts.includes(account));
  const ends = await Promise.allSettled(members.map((member) => checkAccount(world, config, round, member)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function checkAccount(world: CheckAccountsWorld, config: Config, round: string, member: Member): Promise<void> {
  const found = await world.ledger.readAccountCheck(round, member.account);
  if (found?.found) return;
  if (!found || found.dueAt === null) return sendCanaries(world, found ?? fresh(world, round, member), member);
  if (world.clock.now().getTime() >= Date.parse(found.dueAt)) await judge(world, config, found, member);
}

const fresh = (world: CheckAccountsWorld, round: string, { account }: Member): AccountCheck => ({
  round,
  account,
  sentAt: world.clock.now().toISOString(),
  dueAt: null,
  begun: [],
  unsure: [],
  found: null,
  more: 0,
  version: 0,
});

/** Whoever writes first sends: the slower of two stops at its next write. */
async function sendCanaries(world: CheckAccountsWorld, before: AccountCheck, member: Member): Promise<void> {
  // What was begun last was perhaps never sent.
  let record: AccountCheck = { ...before, unsure: [...before.unsure, ...before.begun.slice(-1)] };
  for (const where of canariesOf(member)) {
    if (record.begun.includes(where)) continue;
    const written = await world.ledger.writeAccountCheck({ ...record, begun: [...record.begun, where] });
    if (!written) return;
    record = written;
    await sendCanary(world, member.account, where);
  }
  const dueAt = new Date(world.clock.now().getTime() + CANARY_MINUTES * 60_000).toISOString();
  await world.ledger.writeAccountCheck({ ...record, dueAt });
}

/** A canary that can't be sent is one that does not arrive: it is judged so when it is due. */
async function sendCanary({ canary, log }: CheckAccountsWorld, account: string, where: string): Promise<void> {
  try {
    await (where === TRAIL ? canary.applyTag(account) : canary.applyEvent(account, where));
  } catch (error) {
    const why = error instanceof CinchError ? error.code : error instanceof Error ? error.name : 'failed';
    log.error('canary not sent', { account, where, why });
  }
}

async function judge(world: CheckAccountsWorld, config: Config, record: AccountCheck, member: Member): Promise<void> {
  // Silence first, should there be no room for the rest.
  const checks = [...(await checkCanaries(world, member, record.round)), ...(await checkMember(world.members, config, member))];
  await world.ledger.writeAccountCheck({ ...record, ...fitting(troubles(checks), MOST_OF_ACCOUNT) });
}
