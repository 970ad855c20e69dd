import { describe, expect, it } from 'vitest';
import { storedText } from '../../../shared/config/stored.ts';
import type { ConfigVersion } from '../../../shared/flows/ports.ts';
import { CONFIG_RECORD } from '../../../shared/flows/watch-config.ts';
import type { OwnLayerVersion } from '../../../shared/model/own-layer.ts';
import { type MortalHub, makeMortalHub } from '../../support/mortal-hub.ts';
import { type MemoryWorldOptions, makeConfig, makeWorld } from '../../support/world.ts';

/**
 * What Cinch does besides findings (doctor/self-check-rounds.test.ts has the self-check), and its process ended at every single call: before it
 * takes effect, or after, its answer lost. What is there afterwards is there once.
 */

const DAY = 86_400_000;

interface Chore {
  readonly options: MemoryWorldOptions;
  /** Before any process ends. */
  prepare?(hub: MortalHub): Promise<void>;
  play(hub: MortalHub): Promise<void>;
  /** What has come of it. */
  end(hub: MortalHub): { readonly posts: number; readonly others: unknown };
}

/** Some minutes of sweeps, with all that they send. */
async function sweepFor(hub: MortalHub, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    await hub.sweep();
    await hub.settle();
  }
}

const weekly = (): Chore => ({
  // A Monday.
  options: { now: '2026-11-23T08:00:00.000Z', config: makeConfig({ report: { weekday: 'monday', hour: 8 } }) },
  play: (hub) => sweepFor(hub, 12),
  end: ({ world }) => ({ posts: world.desk.messages.size, others: null }),
});

function configChange(): Chore {
  const texts = [makeConfig({ mode: 'report' }), makeConfig({ mode: 'ask' })].map(storedText);
  const versions = texts.map(
    (text, index): ConfigVersion => ({ version: index + 1, text, by: 'ana', at: `2026-11-22T10:0${index}:00.000Z` }),
  );
  let latest = 1;
  return {
    options: { configHistory: { latest: async () => latest, versions: async () => versions.slice(0, latest) } },
    play: async (hub) => {
      await sweepFor(hub, 2);
      latest = 2;
      await sweepFor(hub, 12);
    },
    end: ({ world }) => ({
      posts: world.desk.messages.size,
      others: {
        recorded: world.ledger.entries.filter(({ findingId }) => findingId === CONFIG_RECORD).map(({ what }) => what),
        told: new Set(world.published.map(({ detail }) => JSON.stringify(detail))).size,
      },
    }),
  };
}

function oldLayer(): Chore {
  const arnOf = (version: number) => `arn:aws:lambda:eu-central-1:222222222222:layer:cinch-secret-resolver:${version}`;
  const versions = [2, 1].map(
    (version): OwnLayerVersion => ({
      layer: 'cinch-secret-resolver',
      version,
      arn: arnOf(version),
      description: `Cinch secret resolver arm64 sha256:${String(version).repeat(64)}`,
    }),
  );
  const deleted: string[] = [];
  return {
    options: {
      config: makeConfig({ sweep: { hours: 24, callsPerSecond: 8, cleanLayers: true } }),
      reader: {
        readOwnLayers: async () => versions.filter(({ arn }) => !deleted.includes(arn)),
        readLayerUsePage: async () => ({ items: [arnOf(2)], next: null }),
      },
      layers: {
        readCurrent: async () => versions.slice(0, 1).map(({ description }) => description),
        applyDeletion: async (_account, _region, { arn }) => void deleted.push(arn),
      },
    },
    // A look at everything a day.
    prepare: async (hub) => {
      for (let day = 0; day < 30; day++) {
        await sweepFor(hub, 1);
        hub.world.clock.advance(DAY);
      }
    },
    // A process that ended has its message again half an hour later.
    play: async (hub) => {
      for (let day = 0; day < 3; day++) {
        for (let hour = 0; hour < 2; hour++) {
          await sweepFor(hub, 1);
          hub.world.clock.advance(3_600_000);
        }
        hub.world.clock.advance(DAY);
      }
    },
    end: ({ world }) => ({
      posts: world.desk.messages.size,
      others: { deleted, entries: [...new Set(world.ledger.entries.map(({ what }) => what))].sort() },
    }),
  };
}

describe.each([
  ['the weekly message', weekly, 1],
  ['a change of the configuration', configChange, 1],
  ['an old layer that is deleted', oldLayer, 0],
] as const)('%s', (_name, make, posts) => {
  it('comes to the same, wherever a process ends', async () => {
    const run = async (endAt: MortalHub['endAt']) => {
      const chore = make();
      const hub = makeMortalHub(makeWorld(chore.options), []);
      await chore.prepare?.(hub);
      const before = hub.calls.length;
      if (endAt) hub.endAt = { ...endAt, call: before + endAt.call };
      await chore.play(hub);
      return { hub, calls: hub.calls.slice(before), end: chore.end(hub) };
    };
    const undisturbed = await run(null);
    expect(undisturbed.end.posts).toBe(posts);
    const wrong: string[] = [];
    let missing = 0;
    for (let call = 1; call <= undisturbed.calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const at = `${when} call ${call} of ${undisturbed.calls.length}, ${undisturbed.calls[call - 1]}`;
        const { hub, end } = await run({ call, when });
        expect(hub.hasEnded(), at).toBe(true);
        // What is posted in no thread and is no card is claimed first: rather missing than told twice.
        if (end.posts === posts - 1) missing += 1;
        else if (end.posts !== posts) wrong.push(`${at}: ${end.posts} posts`);
        if (JSON.stringify(end.others) !== JSON.stringify(undisturbed.end.others))
          wrong.push(`${at}: ${JSON.stringify(end.others)}`);
        wrong.push(...hub.dead.map((body) => `${at}: dead ${body}`));
      }
    }
    expect(wrong).toEqual([]);
    expect(missing).toBeLessThanOrEqual(2);
  });
});
