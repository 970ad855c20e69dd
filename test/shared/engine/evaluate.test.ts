import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateRules, needsOf } from '../../../shared/engine/evaluate.ts';
import { canonicalJson, findingId, fingerprintOf, planIdFor } from '../../../shared/engine/fingerprint.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { defineRule, type RuleSettings } from '../../../shared/model/rule.ts';
import { unknown } from '../../../shared/model/unknown.ts';
import { EXAMPLE_SETTINGS } from '../../../shared/rules/parts/example-context.ts';

const resource = functionResource('222222222222', 'eu-west-1', 'orders');
const settings: RuleSettings = { ...EXAMPLE_SETTINGS, timeout: { ceilingSeconds: 60, floorSeconds: 3, headroom: 1.5 } };
const context = { settings, now: '2026-06-01T00:00:00.000Z' };
const rule = defineRule({
  id: 'lambda-timeout-long',
  title: 'A timeout is short',
  severity: 'medium',
  resource: 'function',
  checklist: [],
  needs: ['timeoutSeconds', 'runtime'],
  examples: { passes: [], violates: [] },
  evaluate: (state) =>
    state.timeoutSeconds > 60
      ? {
          summary: `its timeout is ${state.timeoutSeconds} s`,
          evidence: [],
          remedy: { kind: 'manual', why: 'x', instructions: 'y' },
        }
      : undefined,
});
const failing = defineRule({
  ...rule,
  id: 'lambda-rule-broken',
  evaluate: () => {
    throw new TypeError('with a secret in it');
  },
});

describe('evaluateRules', () => {
  it('passes and violates', () => {
    expect(evaluateRules([rule], resource, { timeoutSeconds: 10, runtime: 'nodejs22.x' }, context)[0]?.result).toBe('pass');
    expect(evaluateRules([rule], resource, { timeoutSeconds: 90, runtime: 'nodejs22.x' }, context)[0]).toMatchObject({
      result: 'violation',
      violation: { summary: 'its timeout is 90 s' },
    });
  });

  it('answers unknown, never pass, when a needed fact is unknown or was not read', () => {
    expect(evaluateRules([rule], resource, { timeoutSeconds: 10, runtime: unknown('access denied') }, context)[0]).toMatchObject({
      result: 'unknown',
      why: ['runtime: access denied'],
    });
    expect(evaluateRules([rule], resource, { timeoutSeconds: 10 }, context)[0]).toMatchObject({
      result: 'unknown',
      why: ['runtime was not read'],
    });
  });

  it('takes a null fact for known', () => {
    expect(evaluateRules([rule], resource, { timeoutSeconds: 10, runtime: null }, context)[0]?.result).toBe('pass');
  });

  it('answers unknown when a rule throws, without its words', () => {
    const outcome = evaluateRules([failing], resource, { timeoutSeconds: 10, runtime: null }, context)[0];
    expect(outcome?.result).toBe('unknown');
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  it('judges only rules of the resource kind and lists needs once', () => {
    expect(needsOf([rule, failing], 'function')).toEqual(['timeoutSeconds', 'runtime']);
    expect(needsOf([rule], 'role')).toEqual([]);
  });
});

describe('fingerprints', () => {
  it('do not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('change with steps and evidence, not with the words of the summary', () => {
    const violation = {
      summary: 'a',
      evidence: [{ path: 'p', found: '1' }],
      remedy: { kind: 'manual', why: 'w', instructions: 'i' },
    } as const;
    const base = fingerprintOf('r', resource, violation);
    expect(fingerprintOf('r', resource, { ...violation, summary: 'b' })).toBe(base);
    expect(fingerprintOf('r', resource, { ...violation, evidence: [{ path: 'p', found: '2' }] })).not.toBe(base);
    expect(fingerprintOf('q', resource, violation)).not.toBe(base);
  });

  it('give one plan to one finding at one moment of its life', () => {
    const id = findingId('r', resource);
    expect(planIdFor(id, 'f', 1)).toBe(planIdFor(id, 'f', 1));
    expect(planIdFor(id, 'f', 2)).not.toBe(planIdFor(id, 'f', 1));
  });
});
