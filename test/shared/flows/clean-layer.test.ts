import { beforeEach, describe, expect, it } from 'vitest';
import { cleanLayer } from '../../../shared/flows/clean-layer.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import { sweepPlace } from '../../../shared/flows/sweep-place.ts';
import { sweepRounds } from '../../../shared/flows/sweep-rounds.ts';
import type { OwnLayerVersion } from '../../../shared/model/own-layer.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

const ACCOUNT = '222222222222';
const REGION = 'eu-central-1';
const PLACE = `${ACCOUNT}/${REGION}`;
const DAY = 86_400_000;
const NEVER = new Date(8.64e15);

const arnOf = (version: number) => `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:cinch-secret-resolver:${version}`;
const published = (version: number): OwnLayerVersion => ({
  layer: 'cinch-secret-resolver',
  version,
  arn: arnOf(version),
  description: `Cinch secret resolver arm64 sha256:${String(version).repeat(64)}`,
});

/** A member account with three versions of one layer. */
interface Account {
  readonly world: MemoryWorld;
  readonly versions: OwnLayerVersion[];
  /** What the functions of each page use. */
  pages: string[][];
  current: string[];
  readonly deleted: string[];
}

function setUp(cleanLayers = true, members = makeConfig().members): Account {
  const versions = [published(3), published(2), published(1)];
  const deleted: string[] = [];
  const reader: Partial<Reader> = {
    readOwnLayers: async () => [...versions],
    readLayerUsePage: async (_account, _region, from) => {
      const page = from === null ? 0 : Number(from);
      return { items: account.pages[page] ?? [], next: page + 1 < account.pages.length ? String(page + 1) : null };
    },
  };
  const world = makeWorld({
    config: makeConfig({ members, sweep: { hours: 6, callsPerSecond: 8, cleanLayers } }),
    reader,
    layers: {
      readCurrent: async () => account.current,
      applyDeletion: async (_account, _region, { arn }) => void deleted.push(arn),
    },
  });
  const account: Account = { world, versions, pages: [[arnOf(3)], [arnOf(2)]], current: [published(3).description], deleted };
  return account;
}

/** A round at the place, now. */
async function round({ world }: Account): Promise<void> {
  world.sent.cleanings.length = 0;
  await sweepRounds(world, true);
  for (const message of world.sent.places.splice(0)) await sweepPlace(world, message, NEVER);
}

/** One round a day. */
async function days(account: Account, count: number): Promise<void> {
  for (let day = 0; day < count; day++) {
    await round(account);
    account.world.clock.advance(DAY);
  }
}
const cleanings = ({ world }: Account) => world.sent.cleanings.map(({ message }) => message.layerArn);

let account: Account;
beforeEach(() => {
  account = setUp();
});

describe('a sweep of layers', () => {
  it('wants a version deleted that nobody used for thirty days, and no other', async () => {
    await days(account, 30);
    expect(cleanings(account)).toEqual([]);
    await round(account);
    expect(cleanings(account)).toEqual([arnOf(1)]);
    expect(account.world.sent.cleanings[0]?.group).toBe(`layers ${PLACE}`);
  });

  it('only names it, with the command, unless the configuration wants it deleted', async () => {
    account = setUp(false);
    await days(account, 31);
    expect(cleanings(account)).toEqual([]);
    expect(account.world.lines).toContainEqual({
      level: 'info',
      message: 'an old layer is unused',
      ids: {
        layer: arnOf(1),
        command: `aws lambda delete-layer-version --region ${REGION} --layer-name cinch-secret-resolver --version-number 1`,
      },
    });
  });

  it('looks through no function where there is nothing old', async () => {
    account.versions.length = 1;
    Object.assign(account.world.reader, {
      readLayerUsePage: async () => {
        throw new Error('not to be asked');
      },
    });
    await days(account, 3);
    expect(await account.world.ledger.readRound(PLACE)).toMatchObject({ stage: null });
  });
});

describe('cleaning', () => {
  const clean = (version: number) => cleanLayer(account.world, { kind: 'clean-layer', layerArn: arnOf(version) });
  const audited = () => account.world.ledger.entries.map(({ what, detail }) => `${what}: ${detail}`);

  beforeEach(() => days(account, 31));

  it('deletes it once, with its content’s hash in the audit before and after', async () => {
    expect(await clean(1)).toBe('deleted');
    expect(account.deleted).toEqual([arnOf(1)]);
    const detail = `${arnOf(1)} (${published(1).description})`;
    expect(audited()).toEqual([`layer version to be deleted: ${detail}`, `layer version deleted: ${detail}`]);
    account.versions.pop();
    expect(await clean(1)).toBe('gone');
    expect(account.deleted).toHaveLength(1);
  });

  it.each([
    ['the newest', () => clean(3), 'it was used of late'],
    ['one in use', () => clean(2), 'it was used of late'],
    [
      'one that a function has again',
      () => {
        account.pages = [[arnOf(3)], [arnOf(1)]];
        return clean(1);
      },
      'a function has it again',
    ],
    [
      'what this installation publishes, whatever is newer',
      () => {
        account.current = [published(1).description];
        return clean(1);
      },
      'it is what this installation publishes',
    ],
    [
      'what has become the newest',
      () => {
        account.versions.splice(0, 2);
        return clean(1);
      },
      'it is the newest of its kind',
    ],
    [
      'anything while Cinch is stopped',
      async () => {
        await account.world.ledger.writeHalt({
          id: 'all',
          halted: true,
          since: '2026-11-22T12:00:00.000Z',
          by: 'U',
          why: 'x',
          version: 0,
        });
        return clean(1);
      },
      'Cinch is stopped since 12:00 UTC on 2026-11-22: x',
    ],
    [
      'anything where Cinch asks because a fix went wrong',
      async () => {
        const since = '2026-11-22T12:00:00.000Z';
        await account.world.ledger.writeHalt({ id: ACCOUNT, halted: true, since, by: 'cinch', why: 'x', version: 0 });
        return clean(1);
      },
      'Cinch asks here since 12:00 UTC on 2026-11-22: x',
    ],
    [
      'anything of an account that is no member any more',
      () => cleanLayer(account.world, { kind: 'clean-layer', layerArn: arnOf(1).replace(ACCOUNT, '999999999999') }),
      'it is in no member',
    ],
  ])('leaves %s', async (_what, act, why) => {
    expect(await act()).toBe(why);
    expect(account.deleted).toEqual([]);
    expect(audited()).toEqual([]);
  });

  it('leaves everything when the configuration no longer wants it', async () => {
    const config = makeConfig({ sweep: { hours: 6, callsPerSecond: 8, cleanLayers: false } });
    Object.assign(account.world.config, { read: async () => config });
    expect(await clean(1)).toBe('the configuration does not want layers deleted');
    expect(account.deleted).toEqual([]);
  });

  it('writes nothing when what must be read can not be', async () => {
    account.world.ledger.before.readHalts = () => {
      throw new Error('down');
    };
    expect(await clean(1)).toBe('whether Cinch is stopped could not be read');
    delete account.world.ledger.before.readHalts;
    Object.assign(account.world.reader, {
      readLayerUsePage: async () => {
        throw new Error('ThrottlingException');
      },
    });
    await expect(clean(1)).rejects.toThrow('ThrottlingException');
    expect(account.deleted).toEqual([]);
  });
});
