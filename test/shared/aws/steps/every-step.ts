import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STEP_ROWS } from '../../../../shared/model/step.ts';
import type { MemberCloud } from '../cloud/member-cloud.ts';
import { stepsOf } from '../cloud/step-bench.ts';
import { API_SCENARIOS } from './scenarios/api.ts';
import { CLEANER_SCENARIOS } from './scenarios/cleaner.ts';
import { EXPOSURE_SCENARIOS } from './scenarios/exposure.ts';
import { FIRST_STEPS } from './scenarios/first-steps.ts';
import { LAYER_SCENARIOS } from './scenarios/layers.ts';
import { ROLES_SCENARIOS } from './scenarios/roles.ts';
import { RUNTIME_SCENARIOS } from './scenarios/runtime.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SOURCES_SCENARIOS } from './scenarios/sources.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...FIRST_STEPS,
  ...API_SCENARIOS,
  ...CLEANER_SCENARIOS,
  ...RUNTIME_SCENARIOS,
  ...EXPOSURE_SCENARIOS,
  ...SOURCES_SCENARIOS,
  ...ROLES_SCENARIOS,
  ...LAYER_SCENARIOS,
];

/** Runs every kind of step forth and back: after undo AWS answers everything as before. */
export function describeEveryStep(
  where: string,
  start: () => Promise<MemberCloud>,
  scenarios: readonly Scenario[],
  /** What is known not to work there, and must be looked at again when it does. */
  isKnownToFail: (scenario: Scenario) => boolean = () => false,
): void {
  describe(`forth and back on ${where}`, () => {
    let cloud: MemberCloud;
    beforeAll(async () => {
      cloud = await start();
    });
    afterAll(() => cloud?.stop());

    for (const scenario of scenarios) {
      const run = isKnownToFail(scenario) ? it.fails : it;
      run(`${scenario.kind} ${scenario.what}`.trim(), () => forthAndBack(cloud, scenario));
    }
  });
}

async function forthAndBack(cloud: MemberCloud, { kind, prepare }: Scenario): Promise<void> {
  const { step, look } = await prepare(cloud);
  const steps = stepsOf(cloud);
  const before = await look();

  const captured = await steps.capture(step);
  expect(await look()).toEqual(before);
  const receipt = await steps.apply(step, captured);
  expect(await steps.verify(step, captured, receipt)).toBeUndefined();
  const after = await look();
  expect(after).not.toEqual(before);

  // A run that was cut off is run again.
  await steps.apply(step, captured);
  expect(await look()).toEqual(after);

  const lines = await steps.undo(step, captured, receipt);
  if (STEP_ROWS[kind].irreversible) {
    expect(lines.length).toBeGreaterThan(0);
    return;
  }
  expect(lines).toEqual([]);
  expect(await look()).toEqual(before);
  expect(await steps.undo(step, captured, receipt)).toEqual([]);
  expect(await look()).toEqual(before);
}
