import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/secrets/classify.ts';
import { noise } from './invented.ts';
import { KEY_NAMES, KEYS, PASSWORD_NAMES, PASSWORDS, type Pair, TELLING } from './made-secrets.ts';
import { LOOKING, SOUNDING, STAND_INS } from './made-settings.ts';
import { VARIED_SECRETS } from './made-varied-secrets.ts';
import { VARIED_SETTINGS } from './made-varied-settings.ts';

const NEUTRAL = ['DATA', 'OPTION_B', 'config.blob'];
const across = (names: readonly string[], values: readonly string[]): Pair[] =>
  names.flatMap((name) => values.map((value): Pair => [name, value]));

function wrong(pairs: readonly Pair[], secret: boolean): string[] {
  return pairs.flatMap(([name, value]) => {
    const found = classify(name, value);
    return found.secret === secret ? [] : [`${name}=${value} is called ${found.kind}`];
  });
}

describe('made variables', () => {
  it('a password by its name', () => {
    expect(wrong(across(PASSWORD_NAMES, PASSWORDS), true)).toEqual([]);
  });
  it('a key by its name', () => {
    expect(wrong(across(KEY_NAMES, KEYS), true)).toEqual([]);
  });
  it('a secret by its value alone', () => {
    expect(wrong(across(NEUTRAL, Object.values(TELLING)), true)).toEqual([]);
  });
  it('a reference or placeholder under any name', () => {
    expect(wrong(across([...PASSWORD_NAMES, ...KEY_NAMES, ...NEUTRAL], STAND_INS), false)).toEqual([]);
  });
  it('a name that only sounds like it', () => {
    expect(wrong(SOUNDING, false)).toEqual([]);
  });
  it('one by one', () => {
    expect([...wrong(VARIED_SECRETS, true), ...wrong(VARIED_SETTINGS, false)]).toEqual([]);
  });
  it('letters of one case: words are names, others are keys', () => {
    const words = [
      'configurationprovider',
      'authenticationservice',
      'internationalorders',
      'PRODUCTIONDATABASE',
      'customermanagement',
    ];
    const seeds = Array.from({ length: 50 }, (_, at) => at + 1);
    const made = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].flatMap((alphabet) =>
      seeds.map((seed) => noise(24, alphabet, seed * 1_000)),
    );
    expect(wrong(across(['API_TOKEN'], words), false)).toEqual([]);
    // By chance some of them can be spoken.
    expect(wrong(across(['API_TOKEN'], made), true).length).toBeLessThan(made.length / 20);
  });
  it('a value that only looks like it', () => {
    expect(wrong(LOOKING, false)).toEqual([]);
  });
});
