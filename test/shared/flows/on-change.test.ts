import { describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import { AccessRefused, MalformedInput, TryAgain } from '../../../shared/model/errors.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];
const event = (changes: Parameters<typeof lambdaEvent>[0] = {}) => ({ kind: 'event', event: lambdaEvent(changes) }) as const;

function setUp(mode: 'off' | 'report' | 'ask' | 'fix' = 'fix', seconds = 900) {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, seconds);
  const world = makeWorld({
    config: makeConfig({ rules: { 'lambda-timeout-excessive': mode } }),
    reader: account.reader,
    steps: account.steps,
  });
  const finding = () => [...world.ledger.findings.values()][0];
  const plan = () => [...world.ledger.plans.values()].at(-1);
  return { account, world, finding, plan };
}

describe('a violating change', () => {
  it('in mode fix becomes one finding, one ready plan and one piece of work, and writes nothing', async () => {
    const { account, world, finding, plan } = setUp();
    expect(await onChange(world, rules, event())).toEqual({ kind: 'judged', resources: 1, violations: 1 });
    expect(finding()).toMatchObject({ status: 'fixing', ruleId: 'lambda-timeout-excessive', planId: plan()?.id });
    expect(plan()).toMatchObject({
      status: 'ready',
      previews: [{ before: '900 s', after: '60 s' }],
      author: { session: 'dave@example.com' },
    });
    const cause = plan()?.cause;
    expect(cause).toMatch(/\w/);
    expect(world.sent.work).toEqual([{ message: { kind: 'apply', planId: plan()?.id, cause }, group: ORDERS.arn }]);
    expect(world.metrics).toEqual([
      ['decided', 1, 'fix'],
      ['seen', 1],
    ]);
    expect(world.ledger.causes).toMatchObject([
      { cause, name: 'CreateFunction', findingId: finding()?.id, decision: 'fix', planId: plan()?.id },
    ]);
    expect(world.lines).toContainEqual(
      expect.objectContaining({ message: 'decided', ids: expect.objectContaining({ cause, plan: plan()?.id }) }),
    );
    expect(world.sent.notices).toEqual([]);
    expect(account.writes).toEqual([]);
  });

  it('in mode ask becomes a plan that waits, with an expiry, and a card', async () => {
    const { world, finding, plan } = setUp('ask');
    await onChange(world, rules, event());
    expect(finding()).toMatchObject({ status: 'asked' });
    expect(plan()).toMatchObject({ status: 'asked', expiresAt: '2026-11-23T12:00:00.000Z' });
    expect(world.sent.work).toEqual([]);
    expect(world.sent.notices).toHaveLength(1);
    expect(world.published).toMatchObject([{ type: 'FindingChanged', detail: { status: 'asked', account: '222222222222' } }]);
  });

  it('in mode report is only told; in mode off not even looked at', async () => {
    const { world, finding, plan } = setUp('report');
    await onChange(world, rules, event());
    expect(finding()).toMatchObject({ status: 'reported', planId: null });
    expect(plan()).toBeUndefined();
    const off = setUp('off');
    expect(await onChange(off.world, rules, event())).toMatchObject({ violations: 0 });
    expect(off.finding()).toBeUndefined();
  });

  it('remembers birth and role for later', async () => {
    const { world } = setUp();
    await onChange(world, rules, event());
    expect(await world.ledger.readNote(ORDERS)).toMatchObject({
      createdAt: '2026-11-22T11:59:50.000Z',
      roleArn: 'arn:aws:iam::222222222222:role/app',
    });
    expect(await world.ledger.functionsOfRole('arn:aws:iam::222222222222:role/app')).toMatchObject([{ name: 'orders' }]);
  });

  it('is exempt by a tag that says so, and only reported when the tag cannot be read', async () => {
    const { account, world, finding } = setUp();
    account.tags.set(ORDERS.arn, { 'cinch:exempt': '* until 2027-01-31 by ana: batch job' });
    await onChange(world, rules, event());
    expect(finding()).toMatchObject({ status: 'exempt', reason: 'exempt until 2027-01-31 by ana: batch job' });
    expect(world.sent.work).toEqual([]);
    const other = setUp();
    other.account.tags.set(ORDERS.arn, { 'cinch:exempt': 'yes please' });
    await onChange(other.world, rules, event());
    expect(other.finding()).toMatchObject({ status: 'reported', planId: null });
  });
});

describe('what comes twice, late or broken', () => {
  it('handles one event id once', async () => {
    const { world } = setUp();
    await onChange(world, rules, event());
    expect(await onChange(world, rules, event())).toEqual({ kind: 'ignored', reason: 'handled before' });
    expect(world.sent.work).toHaveLength(1);
  });

  it('makes the same plan again when the first run was cut off before its end, whatever call it was cut off at', async () => {
    for (const call of ['writePlan', 'writeFinding', 'markHandled', 'writeNote'] as const) {
      const { world, plan } = setUp();
      world.ledger.before[call] = () => {
        throw new TryAgain('cut off');
      };
      await expect(onChange(world, rules, event())).rejects.toThrow(TryAgain);
      delete world.ledger.before[call];
      await onChange(world, rules, event());
      expect(world.ledger.plans.size, call).toBe(1);
      expect(world.ledger.findings.size, call).toBe(1);
      expect(
        world.sent.work.every(({ message }) => message.planId === plan()?.id),
        call,
      ).toBe(true);
      expect(world.sent.work.length, call).toBeGreaterThanOrEqual(1);
    }
  });

  it('sends the work when the queue failed after the ledger was written', async () => {
    const { world } = setUp();
    const send = world.queues.sendWork;
    let down = true;
    const broken = {
      ...world,
      queues: {
        ...world.queues,
        sendWork: async (...args: Parameters<typeof send>) => (down ? Promise.reject(new TryAgain('SQS')) : send(...args)),
      },
    };
    await expect(onChange(broken, rules, event())).rejects.toThrow(TryAgain);
    down = false;
    await onChange(broken, rules, event());
    expect(world.sent.work).toHaveLength(1);
    expect(world.ledger.plans.size).toBe(1);
  });

  it('judges the live state, whatever order events come in', async () => {
    const { account, world, finding } = setUp();
    account.timeouts.set(ORDERS.arn, 30);
    await onChange(
      world,
      rules,
      event({ id: 'late', name: 'UpdateFunctionConfiguration20150331v2', time: '2026-11-20T00:00:00Z' }),
    );
    expect(finding()).toBeUndefined();
  });

  it('resolves what was put right by hand and withdraws its buttons', async () => {
    const { account, world, finding, plan } = setUp('ask');
    await onChange(world, rules, event());
    account.timeouts.set(ORDERS.arn, 30);
    await onChange(world, rules, event({ id: 'e2' }));
    expect(finding()).toMatchObject({ status: 'resolved', reason: 'the resource now passes' });
    expect(plan()).toMatchObject({ status: 'stale' });
  });

  it('closes everything of a function that was deleted meanwhile', async () => {
    const { account, world, finding } = setUp('ask');
    await onChange(world, rules, event());
    account.timeouts.delete(ORDERS.arn);
    expect(await onChange(world, rules, event({ id: 'e2', name: 'DeleteFunction20150331' }))).toMatchObject({ violations: 0 });
    expect(finding()).toMatchObject({ status: 'resolved', reason: 'the resource no longer exists' });
    expect(await world.ledger.readNote(ORDERS)).toBeUndefined();
  });

  it('replaces a plan whose resource moved', async () => {
    const { account, world, finding } = setUp('ask');
    await onChange(world, rules, event());
    const first = finding()?.planId;
    account.timeouts.set(ORDERS.arn, 800);
    await onChange(world, rules, event({ id: 'e2' }));
    expect(world.ledger.plans.get(first ?? '')).toMatchObject({ status: 'stale' });
    expect(finding()?.planId).not.toBe(first);
    expect(world.ledger.plans.get(finding()?.planId ?? '')).toMatchObject({ status: 'asked', previews: [{ before: '800 s' }] });
  });

  it('refuses what it cannot read and lets the queue keep it', async () => {
    const { world } = setUp();
    await expect(
      onChange(world, rules, {
        kind: 'event',
        event: { 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.lambda', detail: 7 },
      }),
    ).rejects.toThrow(MalformedInput);
    await expect(onChange(world, rules, { kind: 'look', id: 'x', resourceArn: 'arn:aws:s3:::bucket' })).rejects.toThrow(
      MalformedInput,
    );
  });

  it('lets an account that refuses its role come again', async () => {
    const { world } = setUp();
    const refused = {
      ...world,
      reader: { ...world.reader, readState: () => Promise.reject(new AccessRefused('no cinch-read')) },
    };
    await expect(onChange(refused, rules, event())).rejects.toThrow(AccessRefused);
    expect(await world.ledger.isHandled('e1')).toBe(false);
  });
});

describe('what is none of its business', () => {
  it.each([
    ['its own change', { issuer: 'cinch-write' }, 'its own change'],
    ['its own undo', { issuer: 'cinch-undo' }, 'its own change'],
    ['a stranger account', { account: '333333333333' }, 'account 333333333333 is no member'],
  ])('ignores %s', async (_, changes, reason) => {
    const { world } = setUp();
    expect(await onChange(world, rules, event(changes))).toEqual({ kind: 'ignored', reason });
    expect(world.ledger.findings.size).toBe(0);
  });

  it('ignores failed calls', async () => {
    const { world } = setUp();
    expect(await onChange(world, rules, event({ errorCode: 'AccessDenied' }))).toMatchObject({ kind: 'ignored' });
  });

  it('reports what cannot be judged, as unknown, and writes nothing', async () => {
    const { world, finding } = setUp();
    const blind = {
      ...world,
      reader: {
        ...world.reader,
        readState: async () => ({ timeoutSeconds: { unknown: 'access denied' }, tags: {}, roleArn: 'r' }) as never,
      },
    };
    await onChange(blind, rules, event());
    expect(finding()).toMatchObject({
      status: 'reported',
      summary: 'could not be judged: timeoutSeconds: access denied',
      planId: null,
    });
    expect(world.sent.work).toEqual([]);
  });
});

describe('words that the fingerprint does not cover', () => {
  it('are brought up to date on the same card, with the same plan', async () => {
    const { world, finding, plan } = setUp('ask');
    await onChange(world, rules, event());
    const before = plan();
    const wordy = {
      ...TIMEOUT_RULE,
      evaluate: (...args: Parameters<typeof TIMEOUT_RULE.evaluate>) => withAdvice(TIMEOUT_RULE.evaluate(...args)),
    };
    await onChange(world, [wordy], event({ id: 'e2' }));
    expect(finding()).toMatchObject({ status: 'asked', planId: before?.id, advice: ['measured: 3 invocations'] });
    expect(world.ledger.plans.size).toBe(1);
    expect(world.sent.notices).toHaveLength(2);
    await onChange(world, [wordy], event({ id: 'e3' }));
    expect(world.ledger.plans.size).toBe(1);
  });
});

function withAdvice(violation: ReturnType<typeof TIMEOUT_RULE.evaluate>): ReturnType<typeof TIMEOUT_RULE.evaluate> {
  return violation && { ...violation, advice: ['measured: 3 invocations'] };
}

describe('who puts it back', () => {
  const TERRAFORM = 'APN/1.0 HashiCorp/1.0 Terraform/1.9.8 (+https://www.terraform.io) terraform-provider-aws/5.80.0';
  const byTerraform = (id: string) => {
    const made = lambdaEvent({ id, name: 'UpdateFunctionConfiguration20150331v2' }) as { detail: object };
    return { kind: 'event', event: { ...made, detail: { ...made.detail, userAgent: TERRAFORM } } } as const;
  };

  it('is named on the card, with what its source must say, and may be overruled by a person', async () => {
    const { account, world, finding, plan } = setUp();
    for (const round of [1, 2, 3]) {
      account.timeouts.set(ORDERS.arn, 900);
      // Resolved in between by somebody, which changes nothing.
      if (round === 3) {
        account.timeouts.set(ORDERS.arn, 30);
        await onChange(world, rules, event({ id: 'by-hand' }));
        world.clock.advance(20 * 86_400_000);
        account.timeouts.set(ORDERS.arn, 900);
      }
      await onChange(world, rules, byTerraform(`t${round}`));
      if (round < 3) await apply(world, rules, plan()?.id ?? '');
    }
    expect(account.writes).toEqual(['orders=60', 'orders=60']);
    expect(finding()).toMatchObject({
      status: 'asked',
      reason: 'it was fixed 2 times and put back each time, by its Terraform definition as it seems: change it there',
      advice: [
        'Its Terraform definition would put the old value back with the next deploy. Change it there too:',
        expect.stringMatching(/: 60 s$/),
      ],
    });
    const asked = plan();
    if (!asked) throw new Error('no plan');
    const by = { userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() };
    await world.ledger.writePlan({ ...asked, status: 'approved', approvals: [by] });
    expect(await apply(world, rules, asked.id)).toBe('applied');
    account.timeouts.set(ORDERS.arn, 900);
    await onChange(world, rules, byTerraform('t4'));
    expect(finding()).toMatchObject({ status: 'asked', timesFixed: 2 });
  });

  it('counts for thirty days', async () => {
    const { account, world, finding, plan } = setUp();
    for (const round of [1, 2, 3]) {
      account.timeouts.set(ORDERS.arn, 900);
      await onChange(world, rules, event({ id: `e${round}` }));
      await apply(world, rules, plan()?.id ?? '');
      world.clock.advance(31 * 86_400_000);
    }
    expect(account.writes).toHaveLength(3);
    expect(finding()).toMatchObject({ status: 'fixed', timesFixed: 3, fixedAt: [expect.any(String)] });
  });

  it('is asked before a function of a stack is fixed, unless fix is set for the rule itself', async () => {
    for (const named of [false, true]) {
      const account = makeTimeoutAccount();
      account.timeouts.set(ORDERS.arn, 900);
      account.tags.set(ORDERS.arn, { 'aws:cloudformation:stack-name': 'shop', 'lambda:createdBy': 'SAM' });
      const config = makeConfig(named ? { rules: { 'lambda-timeout-excessive': 'fix' } } : { mode: 'fix' });
      const world = makeWorld({ config, reader: account.reader, steps: account.steps });
      await onChange(world, rules, event());
      expect([...world.ledger.findings.values()][0]).toMatchObject(
        named
          ? { status: 'fixing' }
          : { status: 'asked', reason: 'its SAM stack shop owns it and would put the old value back with the next deploy' },
      );
    }
  });
});
