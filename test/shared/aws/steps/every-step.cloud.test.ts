import { expect, it } from 'vitest';
import { STEP_ROWS } from '../../../../shared/model/step.ts';
import { startMemberCloud } from '../cloud/member-cloud.ts';
import { describeEveryStep, SCENARIOS } from './every-step.ts';

it('leaves out no kind of step', () => {
  expect([...new Set(SCENARIOS.map(({ kind }) => kind))].sort()).toEqual(Object.keys(STEP_ROWS).sort());
});

describeEveryStep('the local cloud', startMemberCloud, SCENARIOS);
