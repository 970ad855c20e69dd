import { describe, expect, it } from 'vitest';
import { STEP_ROWS, type StepKind } from '../../../../shared/model/step.ts';
import { startMemberCloud } from '../cloud/member-cloud.ts';
import { declaredActions } from '../cloud/step-bench.ts';
import { type Calls, describeEveryStep, SCENARIOS } from './every-step.ts';
import { describeGuard } from './guard-cases.ts';
import { describeNoWider } from './no-wider-cases.ts';
import { EXPOSURE_SCENARIOS } from './scenarios/exposure.ts';
import { RUNTIME_SCENARIOS } from './scenarios/runtime.ts';
import { SOURCES_SCENARIOS } from './scenarios/sources.ts';

it('leaves out no kind of step', () => {
  expect([...new Set(SCENARIOS.map(({ kind }) => kind))].sort()).toEqual(Object.keys(STEP_ROWS).sort());
});

/** These run in the tests of their own families, which also hold what each calls against what it declares. */
const ELSEWHERE = new Set([...RUNTIME_SCENARIOS, ...EXPOSURE_SCENARIOS, ...SOURCES_SCENARIOS]);

/** Declared and called by no scenario. A reason for each, or the action goes. */
const UNCALLED: Partial<Record<StepKind, Readonly<Record<string, string>>>> = {};

function describePermissions(calls: Calls): void {
  describe('the permissions of each kind are what it calls', () => {
    const tables = { write: 'permissions', undo: 'undoPermissions' } as const;
    it.each(['write', 'undo'] as const)('as cinch-%s', (role) => {
      const called: Record<string, string[]> = {};
      const declared: Record<string, string[]> = {};
      for (const [kind, { [role]: actions }] of calls) {
        called[kind] = [...new Set([...actions, ...Object.keys(UNCALLED[kind] ?? {})])].sort();
        declared[kind] = [...declaredActions([kind], tables[role])].sort();
      }
      expect(called).toEqual(declared);
    });
  });
}

describeEveryStep(
  'the local cloud',
  startMemberCloud,
  SCENARIOS.filter((scenario) => !ELSEWHERE.has(scenario)),
  undefined,
  (cloud, calls) => {
    describePermissions(calls);
    describeNoWider(cloud);
    describeGuard(cloud);
  },
);
