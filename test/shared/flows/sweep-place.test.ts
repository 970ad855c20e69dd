import { describe, expect, it } from 'vitest';
import type { LookMessage } from '../../../shared/flows/messages.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import { sweepPlace } from '../../../shared/flows/sweep-place.ts';
import { sweepRounds } from '../../../shared/flows/sweep-rounds.ts';
import { AccessRefused } from '../../../shared/model/errors.ts';
import { functionResource, type Resource, userResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE, type TimeoutAccount } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

const ACCOUNT = '222222222222';
const REGION = 'eu-central-1';
const PLACE = `${ACCOUNT}/${REGION}`;
const NEVER = new Date(8.64e15);
const rules = [TIMEOUT_RULE];

const functionCalled = (name: string): Resource<'function'> => functionResource(ACCOUNT, REGION, name);
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `f-${String(index).padStart(4, '0')}`);

/** Lists what the account has, in pages as Lambda does. */
function pagesOf(account: TimeoutAccount, size: number): Reader['readFunctionPage'] {
  return async (_account, region, from) => {
    const all = [...account.timeouts.keys()].filter((arn) => arn.includes(`:${region}:`)).sort();
    const start = from === null ? 0 : Number(from);
    const items = all.slice(start, start + size).map((arn) => functionCalled(arn.slice(arn.lastIndexOf(':') + 1)));
    return { items, next: start + size < all.length ? String(start + size) : null };
  };
}

interface SetUp {
  readonly account: TimeoutAccount;
  readonly world: MemoryWorld;
}

function setUp(count: number, pageSize = 50, reader: Partial<Reader> = {}): SetUp {
  const account = makeTimeoutAccount();
  for (const name of names(count)) account.timeouts.set(functionCalled(name).arn, 30);
  const world = makeWorld({
    config: makeConfig({ rules: { 'lambda-timeout-excessive': 'ask' } }),
    reader: { ...account.reader, readFunctionPage: pagesOf(account, pageSize), ...reader },
  });
  return { account, world };
}

/** The message of the place, taken from the queue. */
function takePlace(world: MemoryWorld) {
  const at = world.sent.places.findIndex(({ place }) => place === PLACE);
  const [message] = at === -1 ? [] : world.sent.places.splice(at, 1);
  return message;
}

/** Works the place's messages until none is left. */
async function workPlace(world: MemoryWorld): Promise<void> {
  for (let message = takePlace(world); message; message = takePlace(world)) await sweepPlace(world, message, NEVER);
}

const looks = (world: MemoryWorld): LookMessage[] => world.sent.looks.map(({ message }) => message);

/** As the queue does: the same look again is swallowed. */
async function lookAll(world: MemoryWorld): Promise<void> {
  const waiting = new Map(looks(world).map((look) => [look.id, look]));
  world.sent.looks.length = 0;
  for (const look of waiting.values()) await onChange(world, rules, look);
}

/** As notify does: a look asks again for a card that is not there. */
function postCards({ ledger }: MemoryWorld): void {
  for (const finding of ledger.findings.values())
    ledger.findings.set(finding.id, { ...finding, card: { channel: 'C', ts: '1', hash: 'h' } });
}

async function round({ world }: SetUp): Promise<void> {
  await sweepRounds(world, true);
  await workPlace(world);
  await lookAll(world);
}

describe('a place', () => {
  it('of 3,000 functions: each is looked at once, in the group of the place, page by page', async () => {
    const { world } = setUp(3000);
    await sweepRounds(world);
    await workPlace(world);
    expect(looks(world).map(({ resourceArn }) => resourceArn)).toEqual(names(3000).map((name) => functionCalled(name).arn));
    expect(new Set(looks(world).map(({ id }) => id)).size).toBe(3000);
    expect(new Set(world.sent.looks.map(({ group }) => group))).toEqual(new Set([PLACE]));
    expect(await world.ledger.readRound(PLACE)).toMatchObject({ stage: null, looks: 3000, refused: [] });
  });

  it('goes to another message when the time is up, and that one goes on from the checkpoint', async () => {
    const { world } = setUp(200);
    await sweepRounds(world);
    let runs = 0;
    for (let message = takePlace(world); message; message = takePlace(world)) {
      await sweepPlace(world, message, world.clock.now());
      runs += 1;
    }
    expect(runs).toBe(7);
    expect(looks(world).map(({ resourceArn }) => resourceArn)).toEqual(names(200).map((name) => functionCalled(name).arn));
  });

  it('loses nothing wherever its run is cut off, before or after any call', async () => {
    for (const when of ['before', 'after'] as const) {
      let wasCut = true;
      for (let calls = 1; wasCut; calls++) {
        const { world } = setUp(7, 2);
        await sweepRounds(world);
        const message = takePlace(world);
        if (!message) throw new Error('no message');
        let left = calls;
        wasCut = false;
        const cutting = <T extends object>(port: T): T =>
          new Proxy(port, {
            get: (target, name) => {
              const call = Reflect.get(target, name) as unknown;
              if (typeof call !== 'function') return call;
              return async (...args: unknown[]) => {
                const isLast = --left === 0;
                wasCut ||= isLast;
                if (isLast && when === 'before') throw new Error('cut off');
                const answer = await (call as (...given: unknown[]) => Promise<unknown>)(...args);
                if (isLast) throw new Error('cut off');
                return answer;
              };
            },
          });
        const listApis = world.reader.listApis;
        const cut = {
          ...world,
          config: cutting(world.config),
          ledger: cutting(world.ledger),
          queues: cutting(world.queues),
          reader: { ...cutting(world.reader), readFunctionPage: cutting(world.reader).readFunctionPage, listApis },
        };
        await sweepPlace(cut, message, NEVER).catch(() => undefined);
        await sweepPlace(world, message, NEVER);
        const ids = looks(world).map(({ resourceArn }) => resourceArn);
        expect([...new Set(ids)], `cut ${when} call ${calls}`).toEqual(names(7).map((name) => functionCalled(name).arn));
        // At most one page again, under the same ids, which the queue and the marks in the ledger know.
        expect(ids.length).toBeLessThanOrEqual(7 + 2);
        expect(new Set(looks(world).map(({ id }) => id)).size).toBe(7);
        expect(await world.ledger.readRound(PLACE)).toMatchObject({ stage: null });
        expect(calls).toBeLessThan(60);
      }
    }
  });

  it('delivered twice at the same time is worked by one of both', async () => {
    const { world } = setUp(120);
    await sweepRounds(world);
    const message = takePlace(world);
    if (!message) throw new Error('no message');
    const results = await Promise.all([sweepPlace(world, message, NEVER), sweepPlace(world, message, NEVER)]);
    expect(results).toContainEqual({ kind: 'ignored', reason: 'another run goes on with it' });
    expect(new Set(looks(world).map(({ id }) => id)).size).toBe(120);
    expect(await sweepPlace(world, message, NEVER)).toEqual({ kind: 'ignored', reason: 'its round has ended' });
  });

  it('that is no member’s any more is left alone, and so is a round that a later one has taken over', async () => {
    const { world } = setUp(3);
    await sweepRounds(world);
    const message = takePlace(world);
    if (!message) throw new Error('no message');
    world.clock.advance(60_000);
    await sweepRounds(world, true);
    expect(await sweepPlace(world, message, NEVER)).toEqual({ kind: 'ignored', reason: 'its round has ended' });
    const stranger = { ...message, place: '999999999999/eu-central-1' };
    expect(await sweepPlace(world, stranger, NEVER)).toEqual({ kind: 'ignored', reason: 'no place of a member' });
    expect(looks(world)).toEqual([]);
  });

  it('of IAM: users are looked at, and nothing of a region', async () => {
    const ana = userResource(ACCOUNT, 'ana');
    const { world } = setUp(3, 50, { readUserPage: async () => ({ items: [ana], next: null }) });
    await sweepRounds(world);
    const message = world.sent.places.find(({ place }) => place === `${ACCOUNT}/iam`);
    if (!message) throw new Error('no message');
    expect(await sweepPlace(world, message, NEVER)).toEqual({ kind: 'swept', looks: 1, ended: true });
    expect(world.sent.looks).toMatchObject([{ message: { resourceArn: ana.arn }, group: `${ACCOUNT}/iam` }]);
  });

  it('what the account refuses to list is said, and the rest is looked at', async () => {
    const refuse = async (): Promise<never> => {
      throw new AccessRefused('not allowed');
    };
    const { world, account } = setUp(1, 50);
    account.timeouts.set(functionCalled('f-0000').arn, 900);
    await onChange(world, rules, { kind: 'event', event: lambdaEvent({ functionName: 'f-0000' }) });
    Object.assign(world.reader, { readFunctionPage: refuse });
    await sweepRounds(world);
    await workPlace(world);
    expect(await world.ledger.readRound(PLACE)).toMatchObject({ stage: null, refused: ['functions'] });
    expect(world.lines).toContainEqual({
      level: 'error',
      message: 'a place can not be listed',
      ids: { place: PLACE, what: 'functions', reason: 'not allowed' },
    });
    // The finding is looked at, and a refused look closes nothing and is not tried again and again.
    Object.assign(world.reader, { readState: refuse });
    await lookAll(world);
    expect([...world.ledger.findings.values()].map(({ status }) => status)).toEqual(['asked']);
  });

  it('trouble that passes is the queue’s to try again, from where it was', async () => {
    const { world } = setUp(3);
    await sweepRounds(world);
    const message = takePlace(world);
    if (!message) throw new Error('no message');
    const { readFunctionPage } = world.reader;
    Object.assign(world.reader, {
      readFunctionPage: async () => {
        throw new Error('ThrottlingException');
      },
    });
    await expect(sweepPlace(world, message, NEVER)).rejects.toThrow('ThrottlingException');
    Object.assign(world.reader, { readFunctionPage });
    await sweepPlace(world, message, NEVER);
    expect(looks(world)).toHaveLength(3);
  });
});

describe('a round', () => {
  it('finds what no event told of, once, and the next one writes nothing about it', async () => {
    const s = setUp(9);
    for (const name of ['f-0001', 'f-0004', 'f-0007']) s.account.timeouts.set(functionCalled(name).arn, 900);
    await onChange(s.world, rules, { kind: 'event', event: lambdaEvent({ functionName: 'f-0001' }) });
    await round(s);
    const open = () => [...s.world.ledger.findings.values()].map(({ resource, status }) => `${resource.name} ${status}`).sort();
    expect(open()).toEqual(['f-0001 asked', 'f-0004 asked', 'f-0007 asked']);
    const before = JSON.stringify([[...s.world.ledger.findings], [...s.world.ledger.plans]]);
    const told = [s.world.sent.notices.length, s.world.published.length];
    s.world.clock.advance(60_000);
    postCards(s.world);
    const carded = JSON.stringify([...s.world.ledger.findings]);
    await round(s);
    expect(JSON.stringify([...s.world.ledger.findings])).toBe(carded);
    expect(s.world.ledger.plans.size).toBe(JSON.parse(before)[1].length);
    expect([s.world.sent.notices.length, s.world.published.length]).toEqual(told);
  });

  it('closes what is gone and what was put right by hand, and tells the card and the bus', async () => {
    const s = setUp(8);
    const wrong = names(8).map(functionCalled);
    for (const { arn } of wrong) s.account.timeouts.set(arn, 900);
    await round(s);
    postCards(s.world);
    s.world.sent.notices.length = 0;
    s.world.published.length = 0;
    s.account.timeouts.delete(functionCalled('f-0002').arn);
    s.account.timeouts.set(functionCalled('f-0005').arn, 30);
    s.world.clock.advance(60_000);
    await round(s);
    const ended = [...s.world.ledger.findings.values()].filter(({ status }) => status === 'resolved');
    expect(ended.map(({ resource, reason }) => [resource.name, reason]).sort()).toEqual([
      ['f-0002', 'the resource no longer exists'],
      ['f-0005', 'the resource now passes'],
    ]);
    expect(s.world.ledger.findings.size).toBe(8);
    const ids = ended.map(({ id }) => id);
    expect(
      s.world.published
        .flatMap(({ type, detail }) => (type === 'FindingChanged' && detail.status === 'resolved' ? [detail.findingId] : []))
        .sort(),
    ).toEqual([...ids].sort());
    const told = s.world.sent.notices.flatMap(({ message }) => (message.kind === 'card' ? [message.findingId] : []));
    expect(told.sort()).toEqual([...ids].sort());
  });

  it('judges a role once, however many functions have it, and again in the next round', async () => {
    const s = setUp(12);
    const judged: string[] = [];
    const { readState } = s.world.reader;
    const roleRule = { ...TIMEOUT_RULE, id: 'iam-role-some', resource: 'role', evaluate: () => undefined } as never;
    Object.assign(s.world.reader, {
      readState: async (resource: Resource, needs: readonly string[], known: never) => {
        judged.push(resource.name);
        return resource.kind === 'role' ? { timeoutSeconds: 1, tags: {} } : readState(resource, needs, known);
      },
    });
    await sweepRounds(s.world, true);
    await workPlace(s.world);
    for (const look of looks(s.world)) {
      await onChange(s.world, [...rules, roleRule], look);
      // The queue may deliver any of them again.
      await onChange(s.world, [...rules, roleRule], look);
    }
    expect([...judged].sort()).toEqual([...names(12), 'app'].sort());
    s.world.sent.looks.length = 0;
    s.world.clock.advance(60_000);
    await sweepRounds(s.world, true);
    await workPlace(s.world);
    for (const look of looks(s.world)) await onChange(s.world, [...rules, roleRule], look);
    expect(judged.filter((name) => name === 'app')).toHaveLength(2);
  });

  it('a look that is cut off before its end is made again', async () => {
    const s = setUp(1);
    s.account.timeouts.set(functionCalled('f-0000').arn, 900);
    await sweepRounds(s.world, true);
    await workPlace(s.world);
    const [look] = looks(s.world);
    if (!look) throw new Error('no look');
    s.world.ledger.before.markHandled = () => {
      throw new Error('cut off');
    };
    await expect(onChange(s.world, rules, look)).rejects.toThrow('cut off');
    delete s.world.ledger.before.markHandled;
    expect(await onChange(s.world, rules, look)).toEqual({ kind: 'judged', resources: 1, violations: 1 });
    expect(await onChange(s.world, rules, look)).toEqual({ kind: 'ignored', reason: 'judged in this round' });
    expect(s.world.ledger.findings.size).toBe(1);
  });
});
