import { describe, expect, it } from 'vitest';
import { beginPass, isUnusedLong, noteUsed, oldVersions } from '../../../shared/engine/old-layers.ts';
import type { LayerUse, OwnLayerVersion } from '../../../shared/model/own-layer.ts';

const RESOLVER = 'cinch-secret-resolver';
const arnOf = (layer: string, version: number) => `arn:aws:lambda:eu-central-1:222222222222:layer:${layer}:${version}`;

function published(version: number, words: string, content: string, layer = RESOLVER): OwnLayerVersion {
  return { layer, version, arn: arnOf(layer, version), description: `${words} sha256:${content.repeat(64)}` };
}
const numbers = (versions: readonly OwnLayerVersion[]) => versions.map(({ version }) => version);

describe('old versions', () => {
  it('are all but the newest of each program and architecture, in whatever order they are listed', () => {
    const versions = [
      published(5, 'Cinch secret resolver arm64', 'e'),
      published(2, 'Cinch secret resolver arm64', 'b'),
      published(1, 'Cinch secret resolver x86_64', 'a'),
      published(3, 'Cinch secret resolver x86_64', 'c'),
      published(1, 'Cinch tmp cleaner arm64', 'd', 'cinch-tmp-cleaner'),
    ];
    expect(numbers(oldVersions(versions))).toEqual([2, 1]);
    expect(numbers(oldVersions([...versions].reverse()))).toEqual([1, 2]);
  });

  it('are never what Cinch did not describe, nor another layer', () => {
    const others = [
      { ...published(1, 'Cinch secret resolver arm64', 'a'), description: 'mine' },
      { ...published(2, 'Cinch secret resolver arm64', 'a'), description: '' },
      published(3, 'Cinch secret resolver arm64', 'b', 'datadog'),
      published(4, 'Cinch secret resolver arm64', 'c'),
    ];
    expect(oldVersions(others)).toEqual([]);
    // A stranger's newer version under Cinch's name makes none of Cinch's old.
    expect(oldVersions([...others, { ...published(9, '', 'f'), description: 'newer, not Cinch' }])).toEqual([]);
  });

  it('published twice with one content: the older one is old', () => {
    const twice = [published(1, 'Cinch secret resolver arm64', 'a'), published(2, 'Cinch secret resolver arm64', 'a')];
    expect(numbers(oldVersions(twice))).toEqual([1]);
  });
});

describe('thirty days', () => {
  const day = (number: number) => new Date(Date.parse('2027-01-01T00:00:00Z') + number * 86_400_000).toISOString();
  const old = [published(1, 'Cinch secret resolver arm64', 'a'), published(2, 'Cinch secret resolver arm64', 'b')];
  const [first, second] = old.map(({ arn }) => arn) as [string, string];
  const nothing: LayerUse = { id: 'p', checkedAt: null, lastUsed: {}, version: 0 };

  /** One pass on each of some days. */
  function passes(days: readonly number[], usedOn: (day: number) => readonly string[]): LayerUse {
    let use = nothing;
    for (const number of days)
      use = { ...noteUsed(beginPass(use, old, day(number)), usedOn(number), day(number)), checkedAt: day(number) };
    return use;
  }
  const every = Array.from({ length: 41 }, (_, number) => number);

  it('count from the day that it was seen to be old, or in use', () => {
    const use = passes(every, (number) => (number <= 12 ? [second] : []));
    expect(isUnusedLong(use, first, day(29))).toBe(false);
    expect(isUnusedLong(use, first, day(30))).toBe(true);
    expect(isUnusedLong(use, second, day(41))).toBe(false);
    expect(isUnusedLong(use, second, day(42))).toBe(true);
    expect(isUnusedLong(use, 'arn:of-another', day(400))).toBe(false);
  });

  it('begin anew when nobody looked for days: it may have been used in between', () => {
    const use = passes([...every.slice(0, 20), 25, 26, 27], () => []);
    expect(isUnusedLong(use, first, day(54))).toBe(false);
    expect(isUnusedLong(use, first, day(55))).toBe(true);
  });

  it('are forgotten with the version, and a use of what is not waited for is no news', () => {
    const use = passes(every, () => ['arn:of-another']);
    expect(Object.keys(use.lastUsed)).toEqual([first, second]);
    expect(Object.keys(beginPass(use, old.slice(1), day(41)).lastUsed)).toEqual([second]);
  });
});
