import { describe, expect, it } from 'vitest';
import { storedText } from '../../../shared/config/stored.ts';
import { notify } from '../../../shared/flows/notify.ts';
import type { ConfigVersion } from '../../../shared/flows/ports.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import { CONFIG_RECORD, watchConfig } from '../../../shared/flows/watch-config.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ANA = 'arn:aws:sts::111111111111:assumed-role/admin/ana@example.com';

function setUp() {
  const versions: ConfigVersion[] = [];
  let asked = 0;
  const put = (text: string, by = ANA) => {
    const version = (versions.at(-1)?.version ?? 0) + 1;
    versions.push({ version, text, by, at: `2026-11-22T10:00:0${version}.000Z` });
  };
  const world = makeWorld({
    configHistory: {
      latest: async () => versions.at(-1)?.version ?? 0,
      versions: async () => {
        asked += 1;
        return [...versions];
      },
    },
  });
  const recorded = async () => (await world.ledger.readAudit(CONFIG_RECORD)).map(({ what, by, detail }) => [what, by, detail]);
  const notices = () => world.sent.notices.map(({ message }) => message).filter(({ kind }) => kind === 'config');
  put(storedText(makeConfig({ mode: 'report' })), 'cloudformation');
  return { world, put, versions, recorded, notices, asked: () => asked };
}

describe('a change of the configuration', () => {
  it('is recorded with who and what, on the bus, and told, however it was made', async () => {
    const { world, put, recorded, notices } = setUp();
    expect(await watchConfig(world)).toBe(1);
    put(storedText(makeConfig({ mode: 'ask' })));
    put(storedText(makeConfig({ mode: 'ask', guard: { stopped: true, maxFixes: 25, minutes: 60 } })), 'bob');
    expect(await watchConfig(world)).toBe(2);
    expect(await recorded()).toEqual([
      ['version 1', 'cloudformation', 'the first that was seen'],
      ['version 2', ANA, 'mode: "report" → "ask"'],
      ['version 3', 'bob', 'guard.stopped: false → true'],
    ]);
    expect(world.published).toMatchObject([
      { type: 'ConfigChanged', detail: { configVersion: 1, by: 'cloudformation' } },
      { type: 'ConfigChanged', detail: { configVersion: 2, by: ANA } },
      { type: 'ConfigChanged', detail: { configVersion: 3, by: 'bob' } },
    ]);
    expect(notices()).toEqual([
      { kind: 'config', version: 2 },
      { kind: 'config', version: 3 },
    ]);
  });

  it('is recorded once, and its history is not read again each minute', async () => {
    const { world, put, recorded, asked } = setUp();
    put(storedText(makeConfig()));
    await watchConfig(world);
    expect([await watchConfig(world), await watchConfig(world), asked()]).toEqual([0, 0, 1]);
    expect(await recorded()).toHaveLength(1);
  });

  it('is told again and recorded once after a crash before the record', async () => {
    const { world, put, recorded, notices } = setUp();
    await watchConfig(world);
    put(storedText(makeConfig()));
    world.ledger.before.audit = () => {
      throw new TryAgain('DynamoDB is down');
    };
    await expect(watchConfig(world)).rejects.toThrow(TryAgain);
    delete world.ledger.before.audit;
    expect(await watchConfig(world)).toBe(1);
    expect(await recorded()).toHaveLength(2);
    expect(notices()).toHaveLength(2);
  });

  it('that makes it invalid is recorded as such', async () => {
    const { world, put, recorded, notices } = setUp();
    await watchConfig(world);
    put('{"version": 2}');
    await watchConfig(world);
    expect((await recorded()).at(-1)?.[2]).toMatch(/^NOT VALID, nothing is written to any account: /);
    expect(notices()).toEqual([]);
  });

  it('by deletion starts the count anew', async () => {
    const { world, put, versions, recorded } = setUp();
    for (let count = 0; count < 3; count++) put(storedText(makeConfig({ allowedAccounts: [`11111111111${count}`] })));
    await watchConfig(world);
    versions.length = 0;
    put(storedText(makeConfig()));
    versions[0] = { ...(versions[0] as ConfigVersion), at: '2026-11-23T00:00:00.000Z' };
    expect(await watchConfig(world)).toBe(1);
    expect((await recorded()).at(-1)?.slice(0, 1)).toEqual(['version 1']);
  });

  it('that can’t be read does not keep sweep from the rest, and is logged', async () => {
    const { world } = setUp();
    world.configHistory.latest = async () => {
      throw new TryAgain('SSM is down');
    };
    expect(await sweep(world)).toMatchObject({ configured: 0, expired: 0 });
    expect(world.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('configuration') }),
    );
  });
});

describe('the notice in Slack', () => {
  const tell = (world: Parameters<typeof notify>[0], version: number) =>
    notify(world, JSON.stringify({ kind: 'config', version }));

  it('says who and what, once', async () => {
    const { world, put } = setUp();
    await watchConfig(world);
    put(storedText(makeConfig({ mode: 'ask' })));
    await watchConfig(world);
    await tell(world, 2);
    await tell(world, 2);
    const texts = [...world.desk.messages.values()].map(({ card }) => card.text);
    expect(texts).toEqual(['⚙️ The configuration was changed by ana@example.com (version 2):\n• mode: "report" → "ask"']);
  });

  it('waits for the record, and for Slack', async () => {
    const { world, put } = setUp();
    await watchConfig(world);
    put(storedText(makeConfig({ mode: 'ask' })));
    await expect(tell(world, 2)).rejects.toThrow(/not recorded yet/);
    await watchConfig(world);
    const { post } = world.desk;
    world.desk.post = async () => {
      throw new TryAgain('Slack is down');
    };
    await expect(tell(world, 2)).rejects.toThrow(/Slack is down/);
    world.desk.post = post;
    await tell(world, 2);
    expect(world.desk.messages.size).toBe(1);
  });
});
