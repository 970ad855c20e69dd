import { afterAll, beforeAll, describe, it } from 'vitest';
import type { StepKind } from '../../../../shared/model/step.ts';
import { forthAndBack } from '../cloud/forth-and-back.ts';
import type { MemberCloud } from '../cloud/member-cloud.ts';
import { recordActions, stepsOf } from '../cloud/step-bench.ts';
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

const ROLES = ['write', 'undo'] as const;
/** What each kind of step called in its scenarios, by role. */
export type Calls = Map<StepKind, Readonly<Record<(typeof ROLES)[number], Set<string>>>>;

/** Runs every kind of step forth and back: after undo AWS answers everything as before. */
export function describeEveryStep(
  where: string,
  start: () => Promise<MemberCloud>,
  scenarios: readonly Scenario[],
  /** What is known not to work there, and must be looked at again when it does. */
  isKnownToFail: (scenario: Scenario) => boolean = () => false,
  /** More tests on the same cloud. */
  more?: (cloud: () => MemberCloud, calls: Calls) => void,
): void {
  describe(`forth and back on ${where}`, () => {
    let cloud: MemberCloud;
    let recorded: { readonly write: Set<string>; readonly undo: Set<string> };
    const calls: Calls = new Map();
    beforeAll(async () => {
      cloud = await start();
      recorded = { write: recordActions(cloud, 'write'), undo: recordActions(cloud, 'undo') };
    });
    afterAll(() => cloud?.stop());

    for (const scenario of scenarios) {
      const run = isKnownToFail(scenario) ? it.fails : it;
      run(`${scenario.kind} ${scenario.what}`.trim(), async () => {
        for (const role of ROLES) recorded[role].clear();
        await forthAndBack(cloud, stepsOf(cloud), scenario);
        const known = calls.get(scenario.kind) ?? { write: new Set(), undo: new Set() };
        calls.set(scenario.kind, known);
        for (const role of ROLES) for (const action of recorded[role]) known[role].add(action);
      });
    }
    more?.(() => cloud, calls);
  });
}
