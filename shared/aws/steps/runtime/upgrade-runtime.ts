import type { Runtime } from '@aws-sdk/client-lambda';
import { Refused } from '../../../model/errors.ts';
import type { StepOf } from '../../../model/step.ts';
import { configStep } from '../field-step.ts';
import type { StepHandler } from '../handler.ts';

const runtime = configStep<'upgrade-runtime', string | null>({
  name: (step) => `the runtime of ${step.target.name}`,
  from: (step) => step.from,
  to: (step) => step.to,
  shown: (name) => name ?? 'none',
  pick: (config, step) => {
    if (config.PackageType === 'Image') throw new Refused(`${step.target.name} is an image, which brings its own runtime`);
    return config.Runtime ?? null;
  },
  change: (name) => ({ Runtime: name as Runtime }),
});

/** A runtime that AWS no longer takes could not be put back. */
function requireUndoable({ from, undoableUntil }: StepOf<'upgrade-runtime'>, now: Date): void {
  if (undoableUntil !== null && now.toISOString().slice(0, 10) >= undoableUntil)
    throw new Refused(`from ${undoableUntil} on AWS does not take ${from} any more, so this could not be undone`);
}

export const upgradeRuntime: StepHandler<'upgrade-runtime', { value: string | null }, { value: string | null }> = {
  ...runtime,
  capture: async (deps, step) => {
    requireUndoable(step, deps.clock.now());
    return runtime.capture(deps, step);
  },
};
