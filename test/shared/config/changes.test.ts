import { describe, expect, it } from 'vitest';
import { changesBetween, changeText, isValidStored, needsDeployment } from '../../../shared/config/changes.ts';
import { storedText, whyTooLarge } from '../../../shared/config/stored.ts';
import { makeConfig } from '../../support/world.ts';

type Changes = Parameters<typeof makeConfig>[0];
const told = (before: Changes, after: Changes): string[] =>
  changesBetween(storedText(makeConfig(before)), storedText(makeConfig(after))).map(changeText);

describe('what changed', () => {
  it('is each setting with the values before and after', () => {
    expect(
      told(
        { mode: 'report', rules: { 'lambda-policy-public': 'ask' }, overrides: [{ units: ['a'], mode: 'report' }] },
        {
          mode: 'ask',
          rules: {},
          overrides: [
            { units: ['a', 'b'], mode: 'report' },
            { tags: ['x=y'], mode: 'off' },
          ],
        },
      ),
    ).toEqual([
      'mode: "report" → "ask"',
      'rules.lambda-policy-public: "ask" → nothing',
      'overrides[0].units: ["a"] → ["a","b"]',
      'overrides[1]: nothing → {"tags":["x=y"],"mode":"off"}',
    ]);
  });

  it('is nothing for the same, also where a default is written out or left out', () => {
    expect(told({}, {})).toEqual([]);
    const { overrides: _, ...shorter } = makeConfig();
    expect(changesBetween(storedText(makeConfig()), JSON.stringify(shorter))).toEqual([]);
  });

  it('never shows the external id, in whatever it changes', () => {
    const hub = makeConfig().hub;
    const other = { ...hub, externalId: 'another-secret-text-1' };
    expect(told({ hub }, { hub: other })).toEqual(['hub.externalId: (hidden) → (hidden)']);
    const whole = changesBetween(undefined, storedText(makeConfig({ hub: other })));
    const broken = changesBetween('{"hub":1}', storedText(makeConfig({ hub: other })));
    expect(JSON.stringify([whole, broken])).not.toContain('another-secret');
  });

  it('is told of what nobody can read, without quoting it', () => {
    expect(changesBetween(storedText(makeConfig()), 'junk: token').map(changeText)).toEqual([
      'all of it: a configuration → "not readable"',
    ]);
    expect([isValidStored('junk'), isValidStored('{}'), isValidStored(storedText(makeConfig()))]).toEqual([false, false, true]);
  });

  it('is cut where it is long, and says which of it takes a deployment', () => {
    const accounts = Array.from({ length: 90 }, (_, index) => String(500_000_000_000 + index));
    const changes = changesBetween(storedText(makeConfig()), storedText(makeConfig({ allowedAccounts: accounts, members: [] })));
    expect(changes.every(({ after }) => (after ?? '').length <= 200)).toBe(true);
    const deployed = ['members[0].unit', 'hub.region', 'slack.team', 'slack.channel', 'mode', 'overrides[0].members'];
    expect(deployed.filter((path) => needsDeployment({ path, before: null, after: null }))).toEqual(deployed.slice(0, 3));
  });
});

it('what is too large for a parameter says by how much', () => {
  expect(whyTooLarge('é'.repeat(4096))).toBeUndefined();
  expect(whyTooLarge('é'.repeat(4097))).toContain('8194 bytes as JSON; an SSM parameter holds 8192');
});
