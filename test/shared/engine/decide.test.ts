import { describe, expect, it } from 'vitest';
import { type DecisionInput, decide } from '../../../shared/engine/decide.ts';
import { isExpired, judgeExemption } from '../../../shared/engine/exemptions.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import type { Violation } from '../../../shared/model/rule.ts';
import type { ManagedBy } from '../../../shared/model/state.ts';

const resource = functionResource('222222222222', 'eu-west-1', 'orders');
const safe: Violation = {
  summary: 'its timeout is too long',
  evidence: [],
  remedy: { kind: 'steps', steps: [{ kind: 'lower-timeout', target: resource, fromSeconds: 900, toSeconds: 29 }] },
};
const risky: Violation = {
  ...safe,
  remedy: { kind: 'steps', steps: [{ kind: 'require-url-iam-auth', target: resource, qualifier: null }] },
};
const manual: Violation = { ...safe, remedy: { kind: 'manual', why: 'images take no layers', instructions: 'read it in code' } };

const WITHDRAWN = { status: 'discarded', fingerprint: 'f1', timesFixed: 0 } as const;

const input = (changes: Partial<DecisionInput>): DecisionInput => ({
  mode: 'fix',
  violation: safe,
  fingerprint: 'f1',
  exemption: { kind: 'none' },
  previous: undefined,
  ...changes,
});

const SAM: ManagedBy = { tool: 'SAM', stack: 'orders' };
const NOW = '2026-06-01T12:00:00.000Z';
const FIXED = { status: 'fixed', fingerprint: 'f0', timesFixed: 2 } as const;

describe('decide', () => {
  it.each<[string, Partial<DecisionInput>, string]>([
    ['fixes what is safe where a person set fix', {}, 'fix'],
    ['asks for a risky step whatever the mode', { violation: risky }, 'ask'],
    ['asks where the mode is ask', { mode: 'ask' }, 'ask'],
    ['only reports what is too small to ask about', { mode: 'ask', mayAsk: false }, 'report'],
    ['only reports a risky step that is too small to ask about', { violation: risky, mayAsk: false }, 'report'],
    ['fixes what is safe also when it is too small to ask about', { mayAsk: false }, 'fix'],
    ['only reports where the mode is report', { mode: 'report' }, 'report'],
    ['does nothing where it is off', { mode: 'off' }, 'leave'],
    ['reports what has no mechanical remedy', { violation: manual }, 'report'],
    [
      'asks when the rule raises the risk',
      { violation: { ...safe, remedy: { ...safe.remedy, approvalBecause: 'a stack owns it' } as Violation['remedy'] } },
      'ask',
    ],
    ['leaves what a person denied', { previous: { status: 'denied', fingerprint: 'f1', timesFixed: 0 } }, 'leave'],
    [
      'speaks again when what was denied has changed',
      { previous: { status: 'denied', fingerprint: 'f0', timesFixed: 0 } },
      'fix',
    ],
    ['leaves what was withdrawn', { previous: { status: 'discarded', fingerprint: 'f1', timesFixed: 0 } }, 'leave'],
    [
      'leaves what was withdrawn for a week',
      { previous: { ...WITHDRAWN, updatedAt: '2026-11-15T12:00:01.000Z' }, now: '2026-11-22T12:00:00.000Z', mode: 'ask' },
      'leave',
    ],
    [
      'asks again after a week',
      { previous: { ...WITHDRAWN, updatedAt: '2026-11-15T12:00:00.000Z' }, now: '2026-11-22T12:00:00.000Z', mode: 'ask' },
      'ask',
    ],
    ['asks again when what was withdrawn has changed', { previous: { ...WITHDRAWN, fingerprint: 'f0' }, mode: 'ask' }, 'ask'],
    ['leaves what a person undid', { previous: { status: 'undone', fingerprint: 'f1', timesFixed: 1 } }, 'leave'],
    ['never fixes by itself after an undo', { previous: { status: 'undone', fingerprint: 'f0', timesFixed: 1 } }, 'ask'],
    ['fixes what came back once', { previous: { status: 'fixed', fingerprint: 'f1', timesFixed: 1 } }, 'fix'],
    ['asks when it came back twice', { previous: { status: 'fixed', fingerprint: 'f1', timesFixed: 2 } }, 'ask'],
    ['does not try again what failed', { previous: { status: 'failed', fingerprint: 'f1', timesFixed: 0 } }, 'leave'],
    ['only reports when the exemption tag cannot be read', { exemption: { kind: 'unreadable', why: 'its tag' } }, 'report'],
    ['asks while Cinch is stopped or the breaker is open', { halt: 'Cinch is stopped' }, 'ask'],
    ['asks where a tool owns it and fix is set for all rules', { managedBy: SAM }, 'ask'],
    ['fixes what a tool owns where fix is set for this rule', { managedBy: SAM, isNamed: true }, 'fix'],
    [
      'fixes what it fixed long ago',
      { now: NOW, previous: { ...FIXED, timesFixed: 5, fixedAt: ['2026-04-01T00:00:00.000Z', '2026-05-31T00:00:00.000Z'] } },
      'fix',
    ],
    [
      'asks for what came back twice within thirty days, also when it was resolved in between',
      {
        now: NOW,
        previous: { ...FIXED, status: 'resolved', fixedAt: ['2026-05-03T00:00:00.000Z', '2026-05-31T00:00:00.000Z'] },
      },
      'ask',
    ],
  ])('%s', (_, changes, action) => {
    expect(decide(input(changes)).action).toBe(action);
  });

  it('names who puts it back, also to those who must approve it anyway', () => {
    const previous = { ...FIXED, timesFixed: 2 };
    expect(decide(input({ previous })).reason).toBe('it was fixed 2 times and put back each time');
    expect(decide(input({ previous, violation: risky, managedBy: SAM })).reason).toBe(
      'it was fixed 2 times and put back each time, by its SAM stack orders as it seems: change it there',
    );
    expect(decide(input({ managedBy: { tool: 'Terraform', stack: null } })).reason).toBe(
      'its Terraform definition owns it and would put the old value back with the next deploy',
    );
  });
});

describe('exemptions', () => {
  const now = '2026-06-01T12:00:00.000Z';
  const exemption = { rule: 'r', resource: resource.arn, owner: 'ana', reason: 'batch', expires: '2026-06-01' };

  it('hold to the end of their last day and are gone after it', () => {
    expect(judgeExemption('r', resource, [exemption], undefined, now).kind).toBe('exempt');
    expect(judgeExemption('r', resource, [exemption], undefined, '2026-06-02T00:00:00.000Z').kind).toBe('none');
    expect(isExpired('not a date', now)).toBe(true);
  });

  it('cover only their rule and resource, or a prefix', () => {
    expect(judgeExemption('other', resource, [exemption], undefined, now).kind).toBe('none');
    expect(
      judgeExemption('other', resource, [{ ...exemption, rule: '*', resource: `${resource.arn.slice(0, -3)}*` }], undefined, now)
        .kind,
    ).toBe('exempt');
    expect(judgeExemption('r', functionResource('222222222222', 'eu-west-1', 'orders2'), [exemption], undefined, now).kind).toBe(
      'none',
    );
  });

  it('can be a tag, which must be readable', () => {
    expect(judgeExemption('r', resource, [], 'r until 2026-07-01 by ana@example.com: nightly batch', now)).toMatchObject({
      kind: 'exempt',
      exemption: { owner: 'ana@example.com', reason: 'nightly batch', expires: '2026-07-01' },
    });
    expect(judgeExemption('r', resource, [], 'other until 2026-07-01 by ana: x', now).kind).toBe('none');
    expect(judgeExemption('r', resource, [], 'r until 2026-05-01 by ana: x', now).kind).toBe('none');
    expect(judgeExemption('r', resource, [], 'please ignore', now).kind).toBe('unreadable');
    expect(judgeExemption('r', resource, [], 'r until 2026-13-77 by ana: x', now).kind).toBe('unreadable');
  });
});
