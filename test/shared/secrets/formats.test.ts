import { describe, expect, it } from 'vitest';
import { AI } from '../../../shared/secrets/formats/ai.ts';
import { BUSINESS, PUBLIC_PREFIXES } from '../../../shared/secrets/formats/business.ts';
import { CLOUD } from '../../../shared/secrets/formats/cloud.ts';
import { CODE } from '../../../shared/secrets/formats/code.ts';
import { countFormats, findFormat, isPublicKey } from '../../../shared/secrets/formats/find.ts';
import { PATTERNS } from '../../../shared/secrets/formats/patterns.ts';
import { hex, lower, noise, upper } from './invented.ts';

const ROWS = [...CLOUD, ...CODE, ...AI, ...BUSINESS];

describe('the format tables', () => {
  it('cover hundreds of formats, each said once', () => {
    expect(countFormats()).toBeGreaterThan(350);
    const keys = ROWS.map((row) => row.split(' ').slice(1, 3).join(' '));
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it.each(ROWS)('%s', (row) => {
    const [kind = '', prefix = '', charset = '', minimum = '0'] = row.split(' ');
    expect(kind).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    const fill = { h: hex, H: hex, u: upper, l: lower }[charset] ?? ((n: number) => noise(n, undefined, 3));
    const token = prefix + fill(Number(minimum) + 6).slice(0, Number(minimum) + 6);
    // Another, more exact format may be found first; what counts is that one is.
    expect(findFormat(token)).toBeDefined();
    expect(findFormat(`see ${token};`)).toBeDefined();
    expect(findFormat(prefix)).toBeUndefined();
    expect(findFormat(`${prefix}${'x'.repeat(80)}`)).toBeUndefined();
  });

  it('has patterns that occur with their literal only, and that remember nothing between calls', () => {
    for (const { literal, pattern } of PATTERNS) {
      expect(literal).not.toBe('');
      expect(pattern.flags).not.toMatch(/[gy]/);
    }
  });

  it('knows what is meant to be public', () => {
    for (const prefix of PUBLIC_PREFIXES) expect(isPublicKey(prefix + noise(20))).toBe(true);
  });
});
