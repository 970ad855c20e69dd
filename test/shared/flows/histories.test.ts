import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sendWorkFor } from '../../../shared/flows/announce.ts';
import { apply } from '../../../shared/flows/apply.ts';
import { undoPlan } from '../../../shared/flows/click-undo.ts';
import type { DomainEvent } from '../../../shared/flows/domain-events.ts';
import { readHalts, resetAccount, resumeAll, stopAll } from '../../../shared/flows/halts.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import type { Ledger, StepRunner } from '../../../shared/flows/ports.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import { CinchError, StateMoved } from '../../../shared/model/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import type { StepOf } from '../../../shared/model/step.ts';
import { TIMEOUT_RULE } from '../../support/account.ts';
import { type Driver, histories, type Mishap, type Moment, play, problemsOf, type Write } from '../../support/histories.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const MEMBER = '222222222222';
const ORDERS = functionResource(MEMBER, 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];
const FIRST = 900;
const FIXED = 60;

class Killed extends Error {}

/** A function whose writes are guarded by a revision, as Lambda's are. */
function makeFunction(onFix: () => void) {
  const writes: Write[] = [];
  let value = FIRST;
  let revision = 0;
  /** Called in the middle of Cinch's own calls. */
  const during: Partial<Record<Moment, () => void>> = {};
  const write = (by: Write['by'], seconds: number) => {
    writes.push({ by, before: value, after: seconds });
    value = seconds;
    revision += 1;
  };
  /** Reads, decides and writes; somebody may write in between, and then AWS refuses and all of it is done again. */
  const guarded = (by: 'fix' | 'undo', decide: (found: number) => number | undefined) => {
    for (;;) {
      const seen = revision;
      const next = decide(value);
      if (next === undefined) return;
      during.read?.();
      if (seen !== revision) continue;
      if (by === 'fix') onFix();
      return write(by, next);
    }
  };
  const stepOf = (step: unknown) => step as StepOf<'lower-timeout'>;
  const steps: StepRunner = {
    capture: async (step) => {
      during.capture?.();
      if (value !== stepOf(step).fromSeconds) throw new StateMoved('the timeout has changed');
      return { seconds: value };
    },
    apply: async (step) => {
      during.apply?.();
      const { fromSeconds, toSeconds } = stepOf(step);
      guarded('fix', (found) => {
        if (found === toSeconds) return undefined;
        if (found !== fromSeconds) throw new StateMoved('the timeout has changed');
        return toSeconds;
      });
      return { toSeconds };
    },
    verify: async (step) => {
      during.verify?.();
      return value === stepOf(step).toSeconds ? undefined : `the timeout is ${value} s`;
    },
    undo: async (step, captured) => {
      during.undo?.();
      const { seconds } = captured as { seconds: number };
      const left: string[] = [];
      guarded('undo', (found) => {
        if (found === seconds) return undefined;
        if (found === stepOf(step).toSeconds) return seconds;
        left.push(`the timeout is ${found} s`);
        return undefined;
      });
      return left;
    },
  };
  return { writes, during, steps, write, value: () => value };
}

const LEDGER_CALLS = ['readPlan', 'writePlan', 'readFinding', 'writeFinding', 'takeLease', 'releaseLease'] as const;
const GUARD_CALLS = ['audit', 'readHalts', 'noteFix', 'fixesSince', 'writeHalt'] as const satisfies readonly (keyof Ledger)[];

function makeDriver() {
  const unlawful: string[] = [];
  let isStopped = false;
  let fails = false;
  const target = makeFunction(() => {
    if (isStopped) unlawful.push('a fix while stopped');
    const applying = [...world.ledger.plans.values()].filter(({ status }) => status === 'applying');
    if (!applying.some(({ snapshots }) => snapshots.length > 0)) unlawful.push('a write before its intent');
  });
  const world = makeWorld({
    config: makeConfig({ rules: { 'lambda-timeout-excessive': 'fix' }, guard: { stopped: false, maxFixes: 3, minutes: 60 } }),
    reader: {
      readState: async () =>
        ({ timeoutSeconds: target.value(), roleArn: 'arn:aws:iam::222222222222:role/app', tags: {} }) as never,
      readTraffic: async (_, __, until) => ({
        invocations: 9,
        errors: fails && until === undefined && target.value() === FIXED ? 9 : 0,
      }),
    },
    steps: target.steps,
  });
  const by = () => ({ userId: 'U0ALICE', userName: 'alice', at: world.clock.now().toISOString() });
  const plan = (): Plan | undefined => {
    const finding = [...world.ledger.findings.values()][0];
    return world.ledger.plans.get(finding?.planId ?? '');
  };
  const prepare = (mishap: Mishap | null) => {
    if (mishap?.kind === 'human') target.during[mishap.moment] = once(() => target.write('human', mishap.seconds));
    if (mishap?.kind !== 'crash') return;
    let calls = 0;
    for (const call of [...LEDGER_CALLS, ...GUARD_CALLS])
      world.ledger.before[call] = () => {
        calls += 1;
        if (calls >= mishap.atCall) throw new Killed();
      };
  };
  const clear = () => {
    for (const moment of Object.keys(target.during) as Moment[]) delete target.during[moment];
    for (const call of [...LEDGER_CALLS, ...GUARD_CALLS]) delete world.ledger.before[call];
  };
  /** Like the queue: what fails comes again, after the lease of a dead run is over. */
  const run = async (planId: string): Promise<void> => {
    try {
      await apply(world, rules, planId);
    } catch (error) {
      if (!(error instanceof CinchError || error instanceof Killed)) throw error;
      world.sent.work.push({ message: { kind: 'apply', planId }, group: ORDERS.arn });
    }
  };
  const look = async (id: string) => {
    try {
      await onChange(world, rules, { kind: 'look', id, resourceArn: ORDERS.arn });
    } catch (error) {
      if (!(error instanceof CinchError)) throw error;
    }
  };
  const driver: Driver = {
    human: async (seconds) => target.write('human', seconds),
    look: async () => {
      world.sent.changes.length = 0;
      await look('look');
    },
    work: async (twice, mishap) => {
      const next = world.sent.work.shift();
      if (!next) return;
      prepare(mishap);
      const { planId } = next.message;
      await Promise.all(twice ? [run(planId), run(planId)] : [run(planId)]);
      clear();
      world.clock.advance(400_000);
    },
    approve: async () => {
      const asked = plan();
      if (asked?.status !== 'asked') return;
      const written = await world.ledger.writePlan({ ...asked, status: 'approved', approvals: [by()], updatedAt: by().at });
      if (written) await sendWorkFor(world, written);
    },
    undo: async () => {
      const original = plan();
      if (original?.status !== 'applied') return;
      const written = await world.ledger.writePlan(undoPlan(original, 0, by(), by().at));
      if (written) await sendWorkFor(world, written);
    },
    sweep: async () => {
      world.clock.advance(11 * 60_000);
      await sweep(world);
    },
    failures: async () => {
      fails = true;
    },
    stop: async () => {
      await stopAll(world, 'U0ALICE', 'an incident');
      isStopped = true;
    },
    resume: async () => {
      isStopped = false;
      await resumeAll(world, 'U0ALICE');
      await resetAccount(world, MEMBER, 'U0ALICE');
    },
  };
  /** All messages come to their end. */
  const settle = async () => {
    await driver.resume();
    for (let round = 0; round < 40 && (world.sent.work.length > 0 || round < 3); round++) {
      await driver.sweep();
      await driver.work(false, null);
    }
  };
  return { world, target, driver, unlawful, settle };
}

/** The bus tells each status in the end, whatever was cut off: other lists follow it. */
const statuses = (findings: ReadonlyMap<string, Finding>) =>
  Object.fromEntries([...findings.values()].map(({ id, status }) => [id, status]));
const lastTold = (published: readonly DomainEvent[]) =>
  Object.fromEntries(
    published.flatMap((event) => (event.type === 'FindingChanged' ? [[event.detail.findingId, event.detail.status]] : [])),
  );

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) act();
    isDone = true;
  };
}

describe('whatever people, crashes and bad moments do', () => {
  it('loses no person’s change, writes nothing from a stale read, and comes to an end', async () => {
    const seen = { fix: 0, undo: 0, human: 0, stopped: 0 };
    await fc.assert(
      fc.asyncProperty(histories(30), async (history) => {
        const { world, target, driver, unlawful, settle } = makeDriver();
        await driver.look();
        await play(driver, history);
        seen.stopped += (await readHalts(world)).stopped ? 1 : 0;
        await settle();
        expect(unlawful).toEqual([]);
        expect(problemsOf(target.writes, FIRST, target.value(), FIXED)).toEqual([]);
        const open = [...world.ledger.plans.values()].filter(({ status }) => ['ready', 'approved', 'applying'].includes(status));
        expect(open).toEqual([]);
        expect(lastTold(world.published)).toEqual(statuses(world.ledger.findings));
        for (const { by } of target.writes) seen[by] += 1;
      }),
      { numRuns: 4_000 },
    );
    // The histories are worth something only if all of it happens in them.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  }, 60_000);

  it('is told from a history that loses a change', () => {
    const human = { by: 'human', before: 900, after: 700 } as const;
    expect(problemsOf([human, { by: 'fix', before: 900, after: 60 }], 900, 60, FIXED)).not.toEqual([]);
    expect(problemsOf([human, { by: 'undo', before: 700, after: 900 }], 900, 900, FIXED)).not.toEqual([]);
    expect(problemsOf([{ by: 'fix', before: 45, after: 60 }], 45, 60, FIXED)).not.toEqual([]);
    expect(problemsOf([human, { by: 'fix', before: 700, after: 60 }], 900, 60, FIXED)).toEqual([]);
  });
});
