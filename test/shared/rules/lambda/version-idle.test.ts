import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/lambda/version-idle.ts';
import { judgeChanged } from '../judge.ts';

const QUIET = 'a secret that has moved since, quiet for months';
const [quiet] = rule.examples.violates;
const state = quiet?.state;
if (!state) throw new Error('the rule has no violating example');
const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index + 3}`);
const many = (count: number) => ({
  versions: numbers(count).map((version) => ({ ...state.versions[0], version })),
  versionUses: { ...state.versionUses, versions: numbers(count).map((version) => ({ version, usedBy: [], lastInvoked: null })) },
});
const instructionsOf = (change: object) => {
  const remedy = judgeChanged(rule, QUIET, change)?.remedy;
  return remedy?.kind === 'manual' ? remedy.instructions : undefined;
};

describe('lambda-version-idle', () => {
  it('names the command for each version, and that a deletion stays', () => {
    const text = instructionsOf(many(3));
    for (const version of numbers(3))
      expect(text).toContain(
        `aws lambda delete-function --function-name orders-api --region eu-central-1 --qualifier ${version}`,
      );
    expect(text).toContain('can not be undone');
    expect(text).not.toContain('more');
  });

  it('names ten and counts the others', () => {
    const text = instructionsOf(many(12)) ?? '';
    expect(text.match(/--qualifier/g)).toHaveLength(10);
    expect(text).toContain('and 2 more');
  });

  it('offers no version of which nothing is known', () => {
    expect(judgeChanged(rule, QUIET, { versionUses: { ...state.versionUses, versions: [] } })).toBeUndefined();
    const one = { ...many(2), versionUses: { ...state.versionUses, versions: many(1).versionUses.versions } };
    expect(instructionsOf(one)?.match(/--qualifier \d+/g)).toEqual(['--qualifier 3']);
  });

  it.each([
    ['its policy', { usedBy: ['its policy'] }],
    ['a mapping', { usedBy: ['an event source mapping'] }],
    ['a call within the time', { lastInvoked: '2026-02-01T00:00:00.000Z' }],
  ])('leaves one out that %s keeps', (_, use) => {
    const { versions, versionUses } = many(2);
    const [first, second] = versionUses.versions;
    const kept = { versions, versionUses: { ...versionUses, versions: [{ ...first, ...use }, second] } };
    expect(instructionsOf(kept)?.match(/--qualifier \d+/g)).toEqual(['--qualifier 4']);
  });

  it('leaves one out on whose number an asynchronous setting hangs, and all at the edge', () => {
    const config = { qualifier: '3', maximumAgeSeconds: 60, maximumRetries: 0, onFailureArn: null };
    expect(judgeChanged(rule, QUIET, { asyncConfigs: [config] })).toBeUndefined();
    expect(judgeChanged(rule, QUIET, { edge: true })).toBeUndefined();
  });

  it('waits as long as the configuration says after the aliases were moved', () => {
    const days = { unusedFunction: 30, unusedService: 90, dormantUser: 90, runtimeNotice: 180 };
    const change = { versionUses: { ...state.versionUses, since: '2026-01-10T00:00:00.000Z' } };
    expect(judgeChanged(rule, QUIET, change)).toBeUndefined();
    expect(judgeChanged(rule, QUIET, change, { days })).toBeDefined();
  });
});
