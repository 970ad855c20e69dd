import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/lambda/unused.ts';
import { EXAMPLE_SETTINGS } from '../../../../shared/rules/parts/example-context.ts';
import { judgeChanged } from '../judge.ts';

const days = (unusedFunction: number) => ({ days: { ...EXAMPLE_SETTINGS.days, unusedFunction } });
const invoked = (at: string | null, lookedBack: number) => ({ lastInvoked: { at, days: lookedBack } });

describe('lambda-unused', () => {
  it('counts back from now, to the millisecond', () => {
    // 90 days before the examples' now of 2026-03-02T12:00.
    expect(judgeChanged(rule, 'never invoked', invoked('2025-12-02T12:00:00.000Z', 90))).toBeUndefined();
    expect(judgeChanged(rule, 'never invoked', invoked('2025-12-02T11:59:59.999Z', 90))).toBeDefined();
  });

  it('follows the configuration, and stays silent when nobody looked that far back', () => {
    expect(judgeChanged(rule, 'never invoked', {}, days(91))).toBeUndefined();
    expect(judgeChanged(rule, 'never invoked', {}, days(30))).toBeDefined();
    expect(judgeChanged(rule, 'never invoked', invoked(null, 400), days(365))).toBeUndefined();
    expect(
      judgeChanged(rule, 'never invoked', { ...invoked(null, 400), lastModified: '2020-01-01T00:00:00Z' }, days(365)),
    ).toBeDefined();
  });

  it('keeps what changes by itself out of the evidence', () => {
    const one = judgeChanged(rule, 'never invoked', invoked('2025-09-01T00:00:00.000Z', 400));
    const other = judgeChanged(rule, 'never invoked', invoked(null, 90));
    expect([one?.summary, one?.evidence, one?.remedy]).toEqual([other?.summary, other?.evidence, other?.remedy]);
    expect(one?.advice).toContain('It was last invoked on 2025-09-01.');
  });

  it('does not call a function unused whose dates can not be read', () => {
    expect(judgeChanged(rule, 'never invoked', { lastModified: 'soon' })).toBeUndefined();
    expect(judgeChanged(rule, 'never invoked', invoked('soon', 90))).toBeUndefined();
  });
});
