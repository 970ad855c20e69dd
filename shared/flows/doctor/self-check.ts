import type { World } from '../ports.ts';
import { type Check, fitting, troubles } from './check.ts';
import { type CheckHubWorld, checkHub } from './check-hub.ts';
import { listMembers } from './check-members.ts';
import { CANARY_MINUTES, SELF_CHECK_HOURS, type SelfCheck } from './self-check-record.ts';

export type SelfCheckWorld = CheckHubWorld & Pick<World, 'clock' | 'log' | 'ledger' | 'queues' | 'organization'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** So many accounts a message: one run looks at them all at once. */
const ACCOUNTS_AT_ONCE = 8;
/** Canaries of a message that had to wait a little are due as well. */
const DUE_MINUTES = CANARY_MINUTES + 1;
/** An account that has not answered is asked again after so long at least, and ever more seldom: its message may only be waiting. */
const ASK_AGAIN_MINUTES = 10;
/** An account that has not answered by then is a trouble by itself. The next round must find this one ended. */
const MOST_HOURS = SELF_CHECK_HOURS / 2;
/** A record is one item of the ledger, and a message in Slack is no list. */
const MOST_FOUND = 200;
const TELL_AGAIN_SECONDS = 600;

/**
 * Twice a day, called each minute: a round through all accounts, which are worked some a message (check-account.ts), and when all have answered
 * or the time is up looks at the hub and has `notify` tell. The record is written before anything is sent, so there is one round at a time;
 * a message that is lost is sent again.
 */
export async function selfCheck(world: SelfCheckWorld): Promise<'begun' | 'asked' | 'judged' | 'told' | 'nothing'> {
  const now = world.clock.now();
  const record = await world.ledger.readSelfCheck();
  if (record && record.found === null) return goOn(world, record, now);
  if (record && record.toldAt === null) return (await tell(world, record)) ? 'told' : 'nothing';
  const isRested = !record || now.getTime() - Date.parse(record.sentAt) >= SELF_CHECK_HOURS * HOUR_MS;
  return isRested ? begin(world, record, now) : 'nothing';
}

async function begin(world: SelfCheckWorld, before: SelfCheck | undefined, now: Date): Promise<'begun' | 'nothing'> {
  const record = await world.ledger.writeSelfCheck({
    sentAt: now.toISOString(),
    dueAt: new Date(now.getTime() + DUE_MINUTES * MINUTE_MS).toISOString(),
    askedAt: now.toISOString(),
    found: null,
    more: 0,
    told: before?.told ?? [],
    toldAt: null,
    version: before?.version ?? 0,
  });
  // Another sweep, at the same time, has begun it.
  if (!record) return 'nothing';
  await ask(world, record, (await listMembers(world)).accounts);
  return 'begun';
}

async function goOn(world: SelfCheckWorld, record: SelfCheck, now: Date): Promise<'asked' | 'judged' | 'nothing'> {
  if (now.getTime() < Date.parse(record.dueAt)) return 'nothing';
  const listed = await listMembers(world);
  const answers = await collect(world, record.sentAt);
  const silent = listed.accounts.filter((account) => !answers.accounts.has(account));
  const isOver = now.getTime() - Date.parse(record.sentAt) >= MOST_HOURS * HOUR_MS;
  if (silent.length === 0 || isOver)
    return end(world, record, [...listed.checks, ...silent.map(unanswered), ...answers.found], answers.more);
  if (now.getTime() < Date.parse(askAgainAt(record))) return 'nothing';
  const written = await world.ledger.writeSelfCheck({ ...record, askedAt: now.toISOString() });
  if (!written) return 'nothing';
  await ask(world, written, silent);
  return 'asked';
}

function askAgainAt({ sentAt, askedAt }: SelfCheck): string {
  const asked = Date.parse(askedAt);
  return new Date(asked + Math.max(ASK_AGAIN_MINUTES * MINUTE_MS, (asked - Date.parse(sentAt)) / 2)).toISOString();
}

async function ask({ queues }: SelfCheckWorld, { sentAt }: SelfCheck, accounts: readonly string[]): Promise<void> {
  for (let from = 0; from < accounts.length; from += ACCOUNTS_AT_ONCE)
    await queues.sendAccounts({ kind: 'accounts', round: sentAt, accounts: accounts.slice(from, from + ACCOUNTS_AT_ONCE) });
}

interface Answers {
  readonly accounts: ReadonlySet<string>;
  readonly found: readonly Check[];
  readonly more: number;
}

/** Page by page, and no more of it kept than is told. */
async function collect({ ledger }: SelfCheckWorld, round: string): Promise<Answers> {
  const accounts = new Set<string>();
  const found: Check[] = [];
  let more = 0;
  let from: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof ledger.readAccountChecks>> = await ledger.readAccountChecks(round, from);
    for (const answer of page.items) {
      if (answer.found === null) continue;
      accounts.add(answer.account);
      const room = Math.max(0, MOST_FOUND - found.length);
      found.push(...answer.found.slice(0, room));
      more += answer.more + Math.max(0, answer.found.length - room);
    }
    from = page.next;
  } while (from !== null);
  return { accounts, found, more };
}

const unanswered = (account: string): Check => ({
  place: account,
  id: 'answered',
  title: 'The account was looked at',
  verdict: 'unknown',
  seen: `not within ${MOST_HOURS} hours`,
  mend: 'see docs/runbook.md#self-check: the places queue and its dead-letter queue, and the log of cinch-sweep',
});

async function end(
  world: SelfCheckWorld,
  record: SelfCheck,
  ofMembers: readonly Check[],
  more: number,
): Promise<'judged' | 'nothing'> {
  const kept = fitting(troubles([...(await checkHub(world)), ...ofMembers]), MOST_FOUND);
  const written = await world.ledger.writeSelfCheck({ ...record, found: kept.found, more: kept.more + more });
  if (!written) return 'nothing';
  world.log.info('self-check', { found: kept.found.length + written.more });
  await tell(world, written);
  return 'judged';
}

/** Until notify has it, every ten minutes. */
async function tell(world: SelfCheckWorld, record: SelfCheck): Promise<boolean> {
  if (!(await world.ledger.claim(`self-check-${record.sentAt}`, TELL_AGAIN_SECONDS))) return false;
  await world.queues.sendNotice({ kind: 'self-check' }, 'self-check');
  return true;
}
