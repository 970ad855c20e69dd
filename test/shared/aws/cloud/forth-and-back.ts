import { expect } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { CinchError } from '../../../../shared/model/errors.ts';
import { STEP_ROWS } from '../../../../shared/model/step.ts';
import type { Scenario } from '../steps/scenarios/scenario.ts';
import type { MemberCloud } from './member-cloud.ts';

/** Runs a step, again as after a cut, and back: after undo AWS answers everything as before. */
export async function forthAndBack(cloud: MemberCloud, steps: StepRunner, { kind, prepare }: Scenario): Promise<void> {
  const { step, look } = await prepare(cloud);
  const before = await look();

  const captured = await steps.capture(step);
  expect(await look()).toEqual(before);
  const receipt = await steps.apply(step, captured);
  expect(await steps.verify(step, captured, receipt)).toBeUndefined();
  const after = await look();
  expect(after).not.toEqual(before);

  // A run that was cut off is run again; a new plan has nothing left to do.
  expect(await steps.apply(step, captured)).toEqual(receipt);
  expect(await look()).toEqual(after);
  await expect(steps.capture(step)).rejects.toBeInstanceOf(CinchError);

  const lines = await steps.undo(step, captured, receipt);
  if (STEP_ROWS[kind].irreversible) {
    expect(lines.length).toBeGreaterThan(0);
    return;
  }
  expect(lines).toEqual([]);
  expect(await look()).toEqual(before);
  expect(await steps.undo(step, captured, undefined)).toEqual([]);
  expect(await look()).toEqual(before);
}
