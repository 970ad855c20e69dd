import { describe, expect, it } from 'vitest';
import { STEP_ROWS } from '../../../../shared/model/step.ts';
import rule from '../../../../shared/rules/lambda/version-stale.ts';
import { judgeChanged, stepsOf, violationOf } from '../judge.ts';

const PASSWORD = 'uR7-tq2_XvLw9Zd4';
const holding = (...numbers: string[]) =>
  numbers.map((version) => ({
    version,
    environment: { DB_PASSWORD: PASSWORD },
    roleArn: 'arn:aws:iam::222222222222:role/orders-api',
    timeoutSeconds: 3,
    runtime: 'nodejs24.x',
  }));

describe('lambda-version-stale', () => {
  it('tells a rotated secret from one that is still there', () => {
    const latest = (value: string) => ({ versions: holding('1'), environment: { DB_PASSWORD: value } });
    expect(judgeChanged(rule, 'no version', latest(PASSWORD))).toBeUndefined();
    const rotated = judgeChanged(rule, 'no version', latest('kT9_wq4-NbRx2Ms7'));
    expect(rotated?.evidence).toEqual([
      { path: 'version 1: Environment', found: 'still holds DB_PASSWORD', expected: 'what $LATEST holds' },
    ]);
    expect(JSON.stringify(rotated)).not.toContain(PASSWORD);
  });

  it('names the aliases that serve stale versions and no others', () => {
    const aliases = [
      { name: 'live', version: '2' },
      { name: 'old', version: '9' },
    ];
    const violation = judgeChanged(rule, 'no version', { versions: holding('1', '2'), aliases });
    expect(violation?.summary).toBe('its alias live (version 2) serves what $LATEST no longer has (2 versions)');
    expect(judgeChanged(rule, 'no version', { versions: holding('1') })?.remedy).toMatchObject({
      instructions: expect.stringContaining('lambda-version-idle'),
    });
  });

  it('shows the ten newest of many', () => {
    const numbers = Array.from({ length: 14 }, (_, index) => `${index + 1}`);
    const violation = judgeChanged(rule, 'no version', { versions: holding(...numbers) });
    expect(violation?.summary).toContain('(14 versions)');
    expect(violation?.evidence).toHaveLength(11);
    expect(violation?.evidence[0]?.path).toBe('version 5: Environment');
    expect(violation?.evidence.at(-1)).toEqual({ path: 'older versions', found: '4 more versions of this kind' });
  });

  it('says role and runtime beside each other', () => {
    const { evidence } = violationOf(rule, 'a deprecated runtime beside an older role, served by two');
    expect(evidence.map(({ path }) => path)).toEqual(['version 3: Role', 'version 4: Runtime']);
  });

  describe('publishes a clean version', () => {
    const MOVED = 'a secret that has moved since, served by an alias';
    const live = { name: 'live', version: '7' };

    it('for every alias that serves one, and asks for it', () => {
      const steps = stepsOf(judgeChanged(rule, MOVED, { aliases: [live, { name: 'beta', version: '7' }] }));
      expect(steps).toMatchObject([
        { kind: 'publish-clean-version', alias: 'live', fromVersion: '7' },
        { kind: 'publish-clean-version', alias: 'beta', fromVersion: '7' },
      ]);
      expect(STEP_ROWS['publish-clean-version'].risk).toBe('approval');
      expect(JSON.stringify(steps)).not.toContain(PASSWORD);
    });

    it.each([
      ['no longer has the secret', { environment: { LOG_LEVEL: 'info' } }],
      ['holds another value', { environment: { DB_PASSWORD: 'kT9_wq4-NbRx2Ms7' } }],
      ['has another role', { roleArn: 'arn:aws:iam::222222222222:role/other' }],
      ['has another runtime', { runtime: 'nodejs26.x' }],
    ])('not when $LATEST %s', (_what, change) => {
      expect(judgeChanged(rule, MOVED, change)?.remedy.kind).toBe('manual');
    });

    it('not when another alias serves a version that would need more, nor when no alias serves one', () => {
      const older = { ...holding('3')[0], roleArn: 'arn:aws:iam::222222222222:role/everything' };
      const change = { versions: [older, ...holding('7')], aliases: [live, { name: 'old', version: '3' }] };
      expect(judgeChanged(rule, MOVED, change)?.remedy.kind).toBe('manual');
      expect(judgeChanged(rule, MOVED, { aliases: [] })?.remedy.kind).toBe('manual');
    });
  });
});
