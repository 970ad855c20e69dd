import { describe, expect, it } from 'vitest';
import rule from '../../../../shared/rules/lambda/timeout-excessive.ts';
import { approvalOf, judgeChanged, stepsOf, violationOf } from '../judge.ts';

const API = 'behind an API with 900 s';
const measured = (maximumMs: number, samples = 100) => ({ durations: { samples, maximumMs, p999Ms: maximumMs, days: 14 } });
const settings = (ceilingSeconds: number, floorSeconds = 3, headroom = 1.5) => ({
  timeout: { ceilingSeconds, floorSeconds, headroom },
});

describe('lambda-timeout-excessive', () => {
  it('lowers to what the API waits, at once', () => {
    const violation = violationOf(rule, API);
    expect(violation.summary).toBe('its timeout of 900 s is longer than the 29 s its API waits');
    expect(stepsOf(violation)).toMatchObject([{ kind: 'lower-timeout', fromSeconds: 900, toSeconds: 29 }]);
    expect(approvalOf(violation)).toBeUndefined();
  });

  it('takes the lowest of its limits', () => {
    const queues = [
      { queueArn: 'arn:aws:sqs:eu-central-1:222222222222:a', visibilityTimeoutSeconds: 120 },
      { queueArn: 'arn:aws:sqs:eu-central-1:222222222222:b', visibilityTimeoutSeconds: 40 },
    ];
    expect(stepsOf(judgeChanged(rule, 'longer than the account allows', { queues }))).toMatchObject([{ toSeconds: 40 }]);
    expect(stepsOf(judgeChanged(rule, 'longer than the account allows', {}, settings(20)))).toMatchObject([{ toSeconds: 20 }]);
    expect(stepsOf(judgeChanged(rule, API, {}, settings(20)))).toMatchObject([{ toSeconds: 20 }]);
  });

  it('never lowers below what was measured, with headroom, to the second', () => {
    // 29 s / 1.5 = 19,333 ms.
    expect(stepsOf(judgeChanged(rule, API, measured(19_333)))).toMatchObject([{ toSeconds: 29 }]);
    expect(judgeChanged(rule, API, measured(19_334))?.remedy.kind).toBe('manual');
    expect(stepsOf(judgeChanged(rule, API, measured(19_334), settings(900, 3, 1.4)))).toMatchObject([{ toSeconds: 29 }]);
  });

  it('never lowers below the floor', () => {
    expect(judgeChanged(rule, API, {}, settings(900, 29))?.remedy.kind).toBe('steps');
    expect(judgeChanged(rule, API, {}, settings(900, 30))?.remedy).toMatchObject({
      kind: 'manual',
      why: expect.stringContaining('30 s'),
    });
    expect(violationOf(rule, 'a queue that hands messages out again at once').remedy).toMatchObject({
      kind: 'manual',
      instructions: expect.stringContaining('visibility timeout'),
    });
  });

  it('asks for a function that nobody has seen running, unless it is a day old at most', () => {
    const never = measured(0, 0);
    const reason = 'it has not run in the last 14 days, so nothing shows what it needs';
    expect(approvalOf(judgeChanged(rule, API, { ...never, createdAt: null }))).toBe(reason);
    expect(approvalOf(judgeChanged(rule, API, { ...never, createdAt: '2026-03-01T11:00:00.000Z' }))).toBe(reason);
    expect(approvalOf(judgeChanged(rule, API, { ...never, createdAt: '2026-03-01T13:00:00.000Z' }))).toBeUndefined();
    expect(approvalOf(judgeChanged(rule, API, { ...measured(10), createdAt: null }))).toBeUndefined();
    expect(approvalOf(violationOf(rule, 'new, and longer than its queue waits'))).toContain('could be raised instead');
  });

  it('asks when it ran too seldom to show what it needs, unless it is new', () => {
    const seldom = { ...measured(10, 99), createdAt: null };
    expect(approvalOf(judgeChanged(rule, API, seldom))).toBe('it ran too seldom in the last 14 days to show what it needs');
    expect(approvalOf(judgeChanged(rule, API, { ...seldom, createdAt: '2026-03-02T08:00:00.000Z' }))).toBeUndefined();
  });

  it('asks to lower a timeout of more than ten times what many runs need', () => {
    const QUIET = 'no known caller, and the account allows it';
    const many = (maximumMs: number, change: object = {}) =>
      judgeChanged(rule, QUIET, { ...measured(maximumMs, 1000), ...change });
    const violation = many(4100);
    expect(violation?.summary).toBe(
      'its timeout of 900 s is longer than the 10 s that suffice for its longest run, with headroom, 10 times over',
    );
    expect(stepsOf(violation)).toMatchObject([{ kind: 'lower-timeout', fromSeconds: 900, toSeconds: 10 }]);
    expect(approvalOf(violation)).toContain('was not measured');
    // Rounded up, so that a slightly longer run makes no approval stale.
    expect(many(6600)?.remedy).toEqual(violation?.remedy);
    expect(stepsOf(many(6700))).toMatchObject([{ toSeconds: 15 }]);
    // Never below the floor, and nothing is said of what is not conclusive.
    expect(stepsOf(many(20))).toMatchObject([{ toSeconds: 3 }]);
    expect(many(60_000)).toBeUndefined();
    expect(many(4100, { timeoutSeconds: 100 })).toBeUndefined();
    expect(judgeChanged(rule, QUIET, measured(4100, 999))).toBeUndefined();
    expect(many(4100, { createdAt: '2026-02-17T12:00:00.000Z' })).toBeUndefined();
    expect(many(4100, { createdAt: '2026-02-16T12:00:00.000Z' })).toBeDefined();
  });

  it('tells every limit, and that a queue should wait six times as long', () => {
    expect(violationOf(rule, 'longer than its queue waits').advice?.[1]).toBe(
      'Limits: 900 s is the ceiling of its account, 60 s is the visibility timeout of its queue, which should be six times the timeout.',
    );
  });

  it('gives the measurement as advice, so that the next invocation makes no approval stale', () => {
    const one = judgeChanged(rule, API, measured(4000, 10));
    const other = judgeChanged(rule, API, measured(4100, 11));
    expect(one?.advice?.slice(0, 2)).toEqual([
      'Measured: 10 invocations in 14 days, the longest 4 s, 99.9 % within 4 s. With a headroom of 1.5 it needs 6 s. Cinch lowers no timeout below 3 s.',
      'Limits: 900 s is the ceiling of its account, 29 s is what its API waits.',
    ]);
    expect([one?.evidence, one?.remedy]).toEqual([other?.evidence, other?.remedy]);
    expect(judgeChanged(rule, API, measured(90_000))?.remedy).toEqual(judgeChanged(rule, API, measured(90_001))?.remedy);
  });

  it('says where the next deploy would take it from', () => {
    expect(violationOf(rule, 'longer than the account allows, and owned by a stack').advice?.at(-1)).toBe(
      'Its SAM stack orders would put the old value back with the next deploy: set the timeout to 300 s there too.',
    );
  });

  it('knows that a queue should wait six times as long', () => {
    expect(violationOf(rule, 'longer than its queue waits').evidence).toContainEqual({
      path: 'VisibilityTimeout of orders',
      found: '60 s',
      expected: 'at least six times the timeout of the function',
    });
  });
});
