import { afterAll, beforeAll, describe, it } from 'vitest';
import type { StepRunner } from '../../../../shared/flows/ports.ts';
import { forthAndBack } from '../cloud/forth-and-back.ts';
import type { MemberCloud } from '../cloud/member-cloud.ts';
import { type Calls, noteCalls, stepsOf } from '../cloud/step-bench.ts';
import { API_SCENARIOS } from './scenarios/api.ts';
import { CLEANER_SCENARIOS } from './scenarios/cleaner.ts';
import { EXPOSURE_SCENARIOS } from './scenarios/exposure.ts';
import { FIRST_STEPS } from './scenarios/first-steps.ts';
import { ROLES_SCENARIOS } from './scenarios/roles.ts';
import { RUNTIME_SCENARIOS } from './scenarios/runtime.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SECRETS_SCENARIOS } from './scenarios/secrets.ts';
import { SOURCES_SCENARIOS } from './scenarios/sources.ts';
import { VERSIONS_SCENARIOS } from './scenarios/versions.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...FIRST_STEPS,
  ...API_SCENARIOS,
  ...CLEANER_SCENARIOS,
  ...RUNTIME_SCENARIOS,
  ...EXPOSURE_SCENARIOS,
  ...SOURCES_SCENARIOS,
  ...ROLES_SCENARIOS,
  ...SECRETS_SCENARIOS,
  ...VERSIONS_SCENARIOS,
];

/** Runs every kind of step forth and back: after undo AWS answers everything as before. */
export function describeEveryStep(
  where: string,
  start: () => Promise<MemberCloud>,
  scenarios: readonly Scenario[],
  /** What is known not to work there, and must be looked at again when it does. */
  isKnownToFail: (scenario: Scenario) => boolean = () => false,
  /** More tests on the same cloud. */
  more?: (cloud: () => MemberCloud, steps: () => StepRunner, calls: Calls) => void,
): void {
  describe(`forth and back on ${where}`, () => {
    let cloud: MemberCloud;
    let steps: StepRunner;
    const calls: Calls = new Map();
    beforeAll(async () => {
      cloud = await start();
      steps = noteCalls(cloud, stepsOf(cloud), calls);
    });
    afterAll(() => cloud?.stop());

    for (const scenario of scenarios) {
      const run = isKnownToFail(scenario) ? it.fails : it;
      run(`${scenario.kind} ${scenario.what}`.trim(), () => forthAndBack(cloud, steps, scenario));
    }
    more?.(
      () => cloud,
      () => steps,
      calls,
    );
  });
}
