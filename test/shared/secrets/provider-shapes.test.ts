import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/secrets/classify.ts';
import { makeToken, NAMED_SHAPES, SHAPES } from './provider-shapes.ts';

const SEEDS = Array.from({ length: 25 }, (_, at) => at + 1);

/** The tokens that are missed: their number and the first. */
function missed(names: readonly string[], shape: string): string[] {
  return SEEDS.flatMap((seed) => names.map((name) => [name, makeToken(shape, seed)] as const)).flatMap(([name, value]) =>
    classify(name, value).secret ? [] : [`${name}=${value}`],
  );
}

describe('the shapes of the vendors', () => {
  it.each(Object.entries(SHAPES))('%s is found under any name', (_, shape) => {
    expect(missed(['DATA', 'OPTION_B', 'API_TOKEN'], shape)).toEqual([]);
  });
  it.each(NAMED_SHAPES)('%s %s is found by its name', (vendor, shape) => {
    expect(missed([`${vendor}_TOKEN`, `${vendor}_API_KEY`, `${vendor.toLowerCase()}AccessToken`], shape)).toEqual([]);
  });
  it('makes no token twice', () => {
    const tokens = Object.values(SHAPES).flatMap((shape) => SEEDS.map((seed) => makeToken(shape, seed)));
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});
