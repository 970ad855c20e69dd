import { beforeEach, describe, expect, it } from 'vitest';
import { checkAccounts } from '../../../../shared/flows/doctor/check-account.ts';
import { checkMembersPage } from '../../../../shared/flows/doctor/check-page.ts';
import type { HubInspector } from '../../../../shared/flows/doctor/hub-facts.ts';
import type { MemberInspector } from '../../../../shared/flows/doctor/member-facts.ts';
import { selfCheck } from '../../../../shared/flows/doctor/self-check.ts';
import type { AccountsMessage } from '../../../../shared/flows/messages.ts';
import { TryAgain } from '../../../../shared/model/errors.ts';
import { withHooks } from '../../../support/memory-ledger.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../../support/world.ts';

/** The self-check's rounds: of many accounts, and cut off anywhere. */

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const MINUTE = 60_000;
const busy = () => Promise.reject(new TryAgain('AWS is busy'));
/** A hub that is never looked at in detail here. */
const hub: HubInspector = {
  ...{ readFunction: busy, readMappings: busy, readQueue: busy, readOldest: busy, readBusPolicy: busy },
  ...{ readRulesTo: busy, readTableState: busy, readKeyState: busy, readSubscriptions: busy, readRuns: busy },
};
/** Members whose every check is unknown, so that each says a dozen things. */
const members: MemberInspector = {
  ...{ assume: async () => {}, readTrails: busy, readRulesTo: busy, readWaiting: busy, readRole: busy, readLayers: busy },
};

/** What a run of a function has done, and where it dies: the machine is gone, and nobody catches that. */
class Killed extends Error {}
interface Machine {
  calls: number;
  dieAt: number;
}

let world: MemoryWorld;
let machine: Machine;
/** How often each canary was sent. */
let canaries: Map<string, number>;
let isSilent: (canary: string) => boolean;

function step(): void {
  if (machine.calls >= machine.dieAt) throw new Killed();
  machine.calls += 1;
}

function makeFull(accounts: readonly string[]) {
  const config = makeConfig({ members: accounts.map((account) => ({ account, regions: REGIONS })) });
  world = makeWorld({ config });
  const ledger = withHooks(world.ledger, {});
  const counted = <T extends object>(port: T): T =>
    Object.fromEntries(
      Object.entries(port).map(([name, call]) => [
        name,
        async (...args: unknown[]) => {
          step();
          const answer = await (call as (...values: unknown[]) => Promise<unknown>)(...args);
          // It may also die before it hears the answer.
          step();
          return answer;
        },
      ]),
    ) as T;
  const send = async (account: string, where: string): Promise<void> => {
    const canary = `${account} ${where}`;
    canaries.set(canary, (canaries.get(canary) ?? 0) + 1);
    if (!isSilent(canary)) await world.ledger.hear(account, where, world.clock.now().toISOString());
  };
  const canary = counted({
    applyTag: (account: string) => send(account, 'trail'),
    applyEvent: (account: string, region: string) => send(account, region),
  });
  return { ...world, ledger: counted(ledger), queues: counted(world.queues), hub, members, canary };
}

const accountIds = (count: number): string[] => Array.from({ length: count }, (_, index) => String(200000000000 + index));

beforeEach(() => {
  machine = { calls: 0, dieAt: Number.POSITIVE_INFINITY };
  canaries = new Map();
  isSilent = () => false;
});

describe('2,000 accounts in three regions', () => {
  it('get each canary once, in runs that stay short, and every account is judged', async () => {
    const accounts = accountIds(2000);
    const full = makeFull(accounts);
    const silent = `${accounts[1234]} eu-west-1`;
    isSilent = (canary) => canary === silent;
    let longestMinute = 0;
    let longestMessage = 0;
    const did: string[] = [];
    for (let minute = 0; minute < 60 && did.at(-1) !== 'judged'; minute++) {
      const before = machine.calls;
      did.push(await selfCheck(full));
      longestMinute = Math.max(longestMinute, machine.calls - before);
      // As many messages as three workers take in a minute.
      for (const message of world.sent.accounts.splice(0, 60)) {
        const start = machine.calls;
        await checkAccounts(full, message);
        longestMessage = Math.max(longestMessage, machine.calls - start);
      }
      world.clock.advance(MINUTE);
    }
    expect(did.filter((what) => what !== 'nothing')).toEqual(['begun', 'asked', 'judged']);
    expect(canaries.size).toBe(2000 * 4);
    expect(new Set(canaries.values())).toEqual(new Set([1]));
    // Calls are counted twice, before and after: 250 messages; eight accounts with four canaries and five writes each.
    expect(longestMinute).toBeLessThanOrEqual(2 * (250 + 25));
    expect(longestMessage).toBeLessThanOrEqual(2 * (1 + 8 * 11));
    const record = await world.ledger.readSelfCheck();
    expect(JSON.stringify(record).length).toBeLessThan(300_000);
    expect(record?.found).toHaveLength(200);
    const judged = await judgedAccounts(record?.sentAt ?? '');
    expect(judged.size).toBe(2000);
    const of = (account: string) =>
      judged.get(account)?.found?.filter(({ id, verdict }) => id === 'canary-event' && verdict === 'broken') ?? [];
    expect(accounts.filter((account) => of(account).length > 0)).toEqual([accounts[1234]]);
  });

  it('answer doctor page by page, each account once', async () => {
    const accounts = accountIds(2000);
    const full = makeFull(accounts);
    const seen: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      // A run that has time for nothing more than the accounts it has begun, every other time.
      const until = new Date(world.clock.now().getTime() + (pages % 2 === 0 ? MINUTE : 0));
      const page: Awaited<ReturnType<typeof checkMembersPage>> = await checkMembersPage(full, after, until);
      expect(JSON.stringify(page).length).toBeLessThan(4_000_000);
      seen.push(...page.checks.filter(({ id }) => id === 'assume').map(({ place }) => place));
      after = page.next;
      pages += 1;
    } while (after !== null);
    expect(seen).toEqual(accounts);
    expect(pages).toBeGreaterThan(4);
  });
});

async function judgedAccounts(round: string) {
  const found = new Map<string, Awaited<ReturnType<typeof world.ledger.readAccountCheck>>>();
  let from: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof world.ledger.readAccountChecks>> = await world.ledger.readAccountChecks(round, from);
    for (const one of page.items) if (one.found) found.set(one.account, one);
    from = page.next;
  } while (from !== null);
  return found;
}

describe('a round that is cut off', () => {
  /** Runs a round whose n-th call is the last of its run. A message whose run died comes again when SQS gives it back. */
  async function roundCutAt(dieAt: number): Promise<boolean> {
    canaries = new Map();
    const accounts = accountIds(10);
    const full = makeFull(accounts);
    machine = { calls: 0, dieAt };
    const away: { message: AccountsMessage; backAt: number }[] = [];
    const dies = async (work: () => Promise<unknown>): Promise<boolean> => {
      try {
        await work();
        return false;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        machine.dieAt = Number.POSITIVE_INFINITY;
        return true;
      }
    };
    const now = () => world.clock.now().getTime();
    for (let minute = 0; minute < 12 * 60; minute++) {
      await dies(() => selfCheck(full));
      const back = away.filter(({ backAt }) => backAt <= now());
      for (const one of back) away.splice(away.indexOf(one), 1);
      for (const message of [...world.sent.accounts.splice(0), ...back.map((one) => one.message)])
        if (await dies(() => checkAccounts(full, message))) away.push({ message, backAt: now() + 30 * MINUTE });
      if ((await world.ledger.readSelfCheck())?.found) break;
      world.clock.advance(MINUTE);
    }
    const record = await world.ledger.readSelfCheck();
    expect(record?.found).not.toBeNull();
    expect(now() - Date.parse(record?.sentAt ?? '')).toBeLessThan(2 * 60 * MINUTE);
    const judged = await judgedAccounts(record?.sentAt ?? '');
    expect(judged.size).toBe(10);
    expect([...canaries.values()].every((count) => count === 1)).toBe(true);
    const lost = accounts.flatMap((account) =>
      ['trail', ...REGIONS].filter((where) => !canaries.has(`${account} ${where}`)).map((where) => ({ account, where })),
    );
    // All eight accounts of a message are under way at once.
    expect(lost.length).toBeLessThanOrEqual(8);
    for (const [account, check] of judged) {
      const ofCanaries = check?.found?.filter(({ id }) => id.startsWith('canary')) ?? [];
      expect(ofCanaries.map(({ verdict }) => verdict)).toEqual(
        lost.filter((one) => one.account === account).map(() => 'unknown'),
      );
    }
    return machine.dieAt !== Number.POSITIVE_INFINITY;
  }

  it('at any call, before or after it was done, sends no canary twice, loses no account, and takes none for silent', async () => {
    let dieAt = 0;
    while (!(await roundCutAt(dieAt))) dieAt += 1;
    expect(dieAt).toBeGreaterThan(200);
  });

  it('is begun by one of two sweeps at the same time, and judged by one', async () => {
    const full = makeFull(accountIds(10));
    expect((await Promise.all([selfCheck(full), selfCheck(full)])).sort()).toEqual(['begun', 'nothing']);
    const [first] = world.sent.accounts;
    if (!first) throw new Error('nothing was sent');
    await Promise.all([checkAccounts(full, first), checkAccounts(full, first)]);
    expect(new Set(canaries.values())).toEqual(new Set([1]));
  });

  it('by accounts that never answer is over after six hours, and says which', async () => {
    const full = makeFull(accountIds(20));
    let asked = 0;
    for (let minute = 0; minute <= 6 * 60; minute++) {
      const did = await selfCheck(full);
      if (did === 'asked') asked += 1;
      // The first eight accounts are worked; the messages of the others are lost.
      for (const message of world.sent.accounts.splice(0))
        if (message.accounts.includes('200000000000')) await checkAccounts(full, message);
      world.clock.advance(MINUTE);
    }
    const record = await world.ledger.readSelfCheck();
    const silent = record?.found?.filter(({ id }) => id === 'answered') ?? [];
    expect(silent.map(({ place }) => place)).toEqual(accountIds(20).slice(8));
    expect(silent[0]).toMatchObject({ verdict: 'unknown', seen: 'not within 6 hours' });
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(12);
  });

  it('is left alone by a message of a round before', async () => {
    const full = makeFull(accountIds(1));
    await selfCheck(full);
    const [message] = world.sent.accounts;
    await checkAccounts(full, { kind: 'accounts', round: '2020-01-01T00:00:00.000Z', accounts: message?.accounts ?? [] });
    expect(canaries.size).toBe(0);
  });
});
