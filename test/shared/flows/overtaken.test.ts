import { describe, expect, it } from 'vitest';
import { onChange } from '../../../shared/flows/on-change.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

/** Two changes of one function at once: what the first run read is old by the time that it writes. The last state must be what is told. */

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const [LONG, SHORT] = [900, 30];
const event = (id: string) =>
  ({ kind: 'event', event: lambdaEvent({ id, name: 'UpdateFunctionConfiguration20150331v2' }) }) as const;

/** Runs what is given right after the function has been read, once. */
function setUp(mode: 'report' | 'ask' | 'fix') {
  const account = makeTimeoutAccount();
  let between: (() => Promise<void>) | undefined;
  const world: MemoryWorld = makeWorld({
    config: makeConfig({ rules: { 'lambda-timeout-excessive': mode } }),
    steps: account.steps,
    reader: {
      ...account.reader,
      readState: async (...asked) => {
        const state = await account.reader.readState?.(...asked);
        const now = between;
        between = undefined;
        await now?.();
        return state;
      },
    },
  });
  /** As the queue does: what must be tried again is. */
  const run = async (id: string): Promise<void> => {
    for (let tries = 0; tries < 5; tries++)
      try {
        return void (await onChange(world, [TIMEOUT_RULE], event(id)));
      } catch (error) {
        if (!(error instanceof TryAgain)) throw error;
      }
  };
  const overtakeBy = (seconds: number | null, id: string): void => {
    between = async () => {
      if (seconds === null) account.timeouts.delete(ORDERS.arn);
      else account.timeouts.set(ORDERS.arn, seconds);
      await run(id);
    };
  };
  const put = (seconds: number): void => void account.timeouts.set(ORDERS.arn, seconds);
  const status = () => [...world.ledger.findings.values()].map((finding) => finding.status).join();
  const openPlans = () => [...world.ledger.plans.values()].filter((plan) => plan.status === 'asked' || plan.status === 'ready');
  return { world, run, overtakeBy, put, status, openPlans };
}

describe('a run that is overtaken by the run for a later change', () => {
  for (const mode of ['ask', 'report'] as const) {
    const open = mode === 'ask' ? 'asked' : 'reported';

    it(`in mode ${mode} does not close what the other has found`, async () => {
      const { run, overtakeBy, put, status } = setUp(mode);
      put(SHORT);
      overtakeBy(LONG, 'later');
      await run('earlier');
      expect(status()).toBe(open);
    });

    it(`in mode ${mode} does not leave open what is over`, async () => {
      const { run, overtakeBy, put, status, openPlans } = setUp(mode);
      put(LONG);
      overtakeBy(SHORT, 'later');
      await run('earlier');
      expect(status()).toBe('resolved');
      expect(openPlans()).toEqual([]);
    });

    it(`in mode ${mode} does not leave open what was deleted`, async () => {
      const { run, overtakeBy, put, status, openPlans } = setUp(mode);
      put(LONG);
      overtakeBy(null, 'later');
      await run('earlier');
      expect(status()).toBe('resolved');
      expect(openPlans()).toEqual([]);
    });

    it(`in mode ${mode} does not close what is there once more`, async () => {
      const { run, overtakeBy, put, status } = setUp(mode);
      put(LONG);
      await run('first');
      put(SHORT);
      overtakeBy(LONG, 'later');
      await run('earlier');
      expect(status()).toBe(open);
    });
  }

  it('leaves a fix to apply, which reads again before it writes', async () => {
    const { world, run, overtakeBy, put } = setUp('fix');
    put(SHORT);
    overtakeBy(LONG, 'later');
    await run('earlier');
    expect([...world.ledger.findings.values()].map((finding) => finding.status)).toEqual(['fixing']);
    expect(new Set(world.sent.work.map(({ message }) => message.planId)).size).toBe(1);
  });

  it('leaves no plan open that belongs to nothing', async () => {
    for (const mode of ['ask', 'fix'] as const) {
      const { world, run, put, openPlans } = setUp(mode);
      put(LONG);
      await run('first');
      put(LONG - 1);
      // Notify keeps a card, which is another version of the finding.
      world.ledger.before.writeFinding = async () => {
        delete world.ledger.before.writeFinding;
        const [finding] = [...world.ledger.findings.values()];
        if (finding) await world.ledger.writeFinding({ ...finding, card: { channel: 'C0CINCH', ts: '1', hash: '' } });
      };
      await run('second');
      const [finding] = [...world.ledger.findings.values()];
      expect(
        openPlans().map(({ id }) => id),
        mode,
      ).toEqual([finding?.planId]);
    }
  });

  it('keeps the plan that both have made', async () => {
    const { world, run, put, openPlans } = setUp('ask');
    put(LONG);
    world.ledger.before.writeFinding = async () => {
      delete world.ledger.before.writeFinding;
      await run('other');
    };
    await run('one');
    const [finding] = [...world.ledger.findings.values()];
    expect(openPlans().map(({ id }) => id)).toEqual([finding?.planId]);
    expect(world.ledger.plans.size).toBe(1);
  });
});
