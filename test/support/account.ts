import type { Reader, StepRunner } from '../../shared/flows/ports.ts';
import { StateMoved } from '../../shared/model/errors.ts';
import { type Resource, resourceId } from '../../shared/model/resource.ts';
import { defineRule } from '../../shared/model/rule.ts';
import type { Step } from '../../shared/model/step.ts';

/** A member account that holds nothing but functions and their timeouts: enough to drive the flows through every turn. */
export interface TimeoutAccount {
  readonly timeouts: Map<string, number>;
  readonly roles: Map<string, string>;
  readonly tags: Map<string, Record<string, string>>;
  /** Every write, in order. */
  readonly writes: string[];
  readonly reader: Partial<Reader>;
  readonly steps: StepRunner;
  /** Runs before each call of a step; throw in it to break the call. */
  before: Partial<Record<keyof StepRunner, (step: Step) => void>>;
}

export function makeTimeoutAccount(): TimeoutAccount {
  const timeouts = new Map<string, number>();
  const roles = new Map<string, string>();
  const tags = new Map<string, Record<string, string>>();
  const writes: string[] = [];
  const before: TimeoutAccount['before'] = {};
  const current = (step: Step): number => timeouts.get(resourceId(step.target)) ?? Number.NaN;
  const set = (step: Step, seconds: number): void => {
    timeouts.set(resourceId(step.target), seconds);
    writes.push(`${step.target.name}=${seconds}`);
  };
  const lower = (step: Step) => {
    if (step.kind !== 'lower-timeout') throw new Error(`unexpected ${step.kind}`);
    return step;
  };
  return {
    timeouts,
    roles,
    tags,
    writes,
    before,
    reader: {
      readState: async (resource: Resource) => {
        const timeoutSeconds = timeouts.get(resourceId(resource));
        if (timeoutSeconds === undefined) return undefined;
        const roleArn = roles.get(resourceId(resource)) ?? 'arn:aws:iam::222222222222:role/app';
        return { timeoutSeconds, roleArn, tags: tags.get(resourceId(resource)) ?? {} } as never;
      },
    },
    steps: {
      capture: async (step) => {
        before.capture?.(step);
        if (current(step) !== lower(step).fromSeconds) throw new StateMoved('the timeout has changed');
        return { seconds: current(step) };
      },
      apply: async (step) => {
        before.apply?.(step);
        const { fromSeconds, toSeconds } = lower(step);
        if (current(step) === toSeconds) return { toSeconds };
        if (current(step) !== fromSeconds) throw new StateMoved('the timeout has changed');
        set(step, toSeconds);
        return { toSeconds };
      },
      verify: async (step) => {
        before.verify?.(step);
        return current(step) === lower(step).toSeconds ? undefined : `the timeout is ${current(step)} s`;
      },
      undo: async (step, captured) => {
        before.undo?.(step);
        const { fromSeconds, toSeconds } = lower(step);
        if (current(step) === fromSeconds) return [];
        if (current(step) !== toSeconds) return [`the timeout is ${current(step)} s, set by somebody else`];
        set(step, (captured as { seconds: number }).seconds);
        return [];
      },
    },
  };
}

/** Fixable: over 60 s becomes 60 s. */
export const TIMEOUT_RULE = defineRule({
  id: 'lambda-timeout-excessive',
  title: 'A timeout is short',
  severity: 'medium',
  resource: 'function',
  checklist: [],
  needs: ['timeoutSeconds'],
  examples: { passes: [], violates: [] },
  evaluate: ({ timeoutSeconds }, { resource }) =>
    timeoutSeconds <= 60
      ? undefined
      : {
          summary: `its timeout of ${timeoutSeconds} s is too long`,
          evidence: [{ path: 'timeoutSeconds', found: `${timeoutSeconds} s`, expected: '60 s' }],
          remedy: {
            kind: 'steps',
            steps: [{ kind: 'lower-timeout', target: resource, fromSeconds: timeoutSeconds, toSeconds: 60 }],
          },
        },
});
