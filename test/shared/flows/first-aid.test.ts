import { beforeEach, describe, expect, it } from 'vitest';
import { apply } from '../../../shared/flows/apply.ts';
import type { StepRunner } from '../../../shared/flows/ports.ts';
import { StateMoved, TryAgain } from '../../../shared/model/errors.ts';
import type { StepOf } from '../../../shared/model/step.ts';
import { unknown } from '../../../shared/model/unknown.ts';
import { cardOf, click, makeClickWorld } from '../../support/click-bench.ts';
import type { MemoryWorld } from '../../support/world.ts';

/** From the click on Quarantine to the function that no longer runs, and back. The function is one number here; the step itself has its own tests. */

const AID = 'f1-aid1';
let world: MemoryWorld;
let reserved: number | null;
let isGone: boolean;

beforeEach(async () => {
  reserved = 7;
  isGone = false;
  world = await makeClickWorld();
  Object.assign(world.reader, {
    readState: async () => (isGone ? undefined : { reservedConcurrency: reserved, tags: {} }),
  });
  const steps: StepRunner = {
    capture: async (step) => {
      if ((step as StepOf<'set-concurrency'>).from !== reserved) throw new StateMoved('the reserved concurrency has changed');
      return reserved;
    },
    apply: async (step) => {
      reserved = (step as StepOf<'set-concurrency'>).to;
      return reserved;
    },
    verify: async () => (reserved === 0 ? undefined : 'it still runs'),
    undo: async (_, captured) => {
      reserved = captured as number | null;
      return [];
    },
  };
  Object.assign(world.steps, steps);
});
const quarantine = () => click(world, { action: 'quarantine', planId: AID });
const run = (id = AID) => apply(world, [], id);
const redraw = () => click(world, { action: 'snooze', hours: 4 });

describe('first aid', () => {
  it('is carried out for what is there, judged by no rule, told on the card, and gives back to the number what was there', async () => {
    await quarantine();
    expect(await run()).toBe('applied');
    expect(reserved).toBe(0);
    expect(world.ledger.plans.get(AID)).toMatchObject({ steps: [{ from: 7, to: 0 }], watchUntil: null });
    expect(world.sent.notices.at(-1)?.message).toEqual({ kind: 'card', findingId: 'f1' });
    expect(world.ledger.findings.get('f1')).toMatchObject({ status: 'asked', planId: 'f1-p1' });
    await redraw();
    expect(cardOf(world)).toContain('Quarantined: every call of it is refused');
    await click(world, { action: 'undo', planId: AID });
    expect(await run(`${AID}-undo`)).toBe('applied');
    expect(reserved).toBe(7);
    expect(world.sent.notices.at(-1)?.message).toEqual({ kind: 'card', findingId: 'f1' });
    await redraw();
    expect(cardOf(world)).toContain('Quarantine lifted');
  });

  it('that is there already is not done again, and not undone by its undo', async () => {
    reserved = 0;
    await quarantine();
    expect(await run()).toBe('failed');
    expect(world.ledger.plans.get(AID)?.outcome).toEqual(['it is quarantined already']);
    await click(world, { action: 'undo', planId: AID });
    expect(world.ledger.plans.has(`${AID}-undo`)).toBe(false);
  });

  it('is not done where what is there can’t be read, or nothing is there', async () => {
    Object.assign(world.reader, { readState: async () => ({ reservedConcurrency: unknown('access denied') }) });
    await quarantine();
    expect(await run()).toBe('failed');
    expect(world.ledger.plans.get(AID)?.outcome[0]).toContain('access denied');
    expect(reserved).toBe(7);
    isGone = true;
    await click(world, { action: 'quarantine', planId: 'f1-aid2' });
    Object.assign(world.reader, { readState: async () => undefined });
    expect(await run('f1-aid2')).toBe('failed');
    expect(reserved).toBe(7);
  });

  it('that was cut off after its write goes on with what was there before it', async () => {
    await quarantine();
    const verify = world.steps.verify;
    Object.assign(world.steps, {
      verify: async () => {
        throw new TryAgain('cut off');
      },
    });
    await expect(run()).rejects.toThrow(TryAgain);
    expect(reserved).toBe(0);
    Object.assign(world.steps, { verify });
    expect(await run()).toBe('applied');
    await click(world, { action: 'undo', planId: AID });
    await run(`${AID}-undo`);
    expect(reserved).toBe(7);
  });

  it('that does not hold is taken back and says so on the card', async () => {
    Object.assign(world.steps, { verify: async () => 'it still runs' });
    await quarantine();
    expect(await run()).toBe('failed');
    expect(reserved).toBe(7);
    await redraw();
    expect(cardOf(world)).toContain('Quarantine could not be put in place');
  });
});
