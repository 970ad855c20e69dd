import { describe, expect, it } from 'vitest';
import { type DigestSettings, placeInStorm } from '../../../shared/engine/storms.ts';
import type { Storm } from '../../../shared/model/digest.ts';

const SETTINGS: DigestSettings = { from: 4, windowSeconds: 60 };
const EMPTY: Storm = { id: 's', recent: [], current: null, digests: 0, version: 0 };
const at = (seconds: number): string => new Date(Date.parse('2026-11-22T12:00:00Z') + seconds * 1000).toISOString();

/** Places findings that came at these seconds, in this order; answers where each went. */
function placeAll(seconds: readonly number[], settings = SETTINGS): (string | null)[] {
  let storm = EMPTY;
  return seconds.map((second, index) => {
    const placing = placeInStorm(storm, { findingId: `f${index}`, at: at(second) }, settings);
    storm = placing.storm;
    return placing.digestId;
  });
}

describe('a storm', () => {
  it('gives the first ones cards of their own, and gathers from the configured number on', () => {
    expect(placeAll([0, 1, 2, 3, 4, 5])).toEqual([null, null, null, 's-1', 's-1', 's-1']);
    expect(placeAll([0, 1, 2], { ...SETTINGS, from: 2 })).toEqual([null, 's-1', 's-1']);
  });

  it('is none when they come slowly', () => {
    expect(placeAll([0, 61, 122, 183, 244])).toEqual([null, null, null, null, null]);
    expect(placeAll([0, 25, 50, 75, 100])).toEqual([null, null, null, null, null]);
  });

  it('looks at any window, and not only at one that began with the first', () => {
    expect(placeAll([0, 50, 55, 70, 75])).toEqual([null, null, null, null, 's-1']);
  });

  it('goes on for as long as they keep coming, and the next one has another digest', () => {
    expect(placeAll([0, 1, 2, 3, 50, 100, 150])).toEqual([null, null, null, 's-1', 's-1', 's-1', 's-1']);
    expect(placeAll([0, 1, 2, 3, 500, 501, 502, 503])).toEqual([null, null, null, 's-1', null, null, null, 's-2']);
  });

  it('is the same whatever the order in which its findings come', () => {
    expect(placeAll([30, 0, 20, 10, 5])).toEqual([null, null, null, 's-1', 's-1']);
  });

  it('begins another digest when one is full', () => {
    const places = placeAll(Array.from({ length: 600 }, (_, index) => index / 10));
    const count = (id: string | null) => places.filter((place) => place === id).length;
    expect([count(null), count('s-1'), count('s-2')]).toEqual([3, 500, 97]);
  });

  it('keeps few entries however many come', () => {
    let storm = EMPTY;
    for (let index = 0; index < 300; index++)
      storm = placeInStorm(storm, { findingId: `f${index}`, at: at(index * 61) }, SETTINGS).storm;
    expect(storm.recent.length).toBeLessThanOrEqual(SETTINGS.from + 1);
  });
});

it('a finding that comes again stays where it was', () => {
  const first = placeInStorm(EMPTY, { findingId: 'f0', at: at(0) }, SETTINGS).storm;
  expect(placeInStorm(first, { findingId: 'f0', at: at(5) }, SETTINGS)).toEqual({
    storm: first,
    digestId: null,
    isKnown: true,
    before: 0,
  });
});
