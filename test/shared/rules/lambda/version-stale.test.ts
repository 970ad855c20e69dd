import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/lambda/version-stale.ts';
import { judgeChanged, violationOf } from '../judge.ts';

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
      instructions: expect.stringContaining('--qualifier 1'),
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
});
