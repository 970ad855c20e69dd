import { expect, it } from 'vitest';
import { STEP_ROWS } from '../../../../shared/model/step.ts';
import { startMemberCloud } from '../cloud/member-cloud.ts';
import { describeEveryStep, SCENARIOS } from './every-step.ts';
import { EXPOSURE_SCENARIOS } from './scenarios/exposure.ts';
import { RUNTIME_SCENARIOS } from './scenarios/runtime.ts';
import { SOURCES_SCENARIOS } from './scenarios/sources.ts';

it('leaves out no kind of step', () => {
  expect([...new Set(SCENARIOS.map(({ kind }) => kind))].sort()).toEqual(Object.keys(STEP_ROWS).sort());
});

/** These run in the tests of their own families, which also hold what each calls against what it declares. */
const ELSEWHERE = new Set([...RUNTIME_SCENARIOS, ...EXPOSURE_SCENARIOS, ...SOURCES_SCENARIOS]);

describeEveryStep(
  'the local cloud',
  startMemberCloud,
  SCENARIOS.filter((scenario) => !ELSEWHERE.has(scenario)),
);
