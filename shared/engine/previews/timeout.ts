import type { TimeoutStep } from '../../model/steps/timeout.ts';
import type { Previews } from './words.ts';

export const TIMEOUT_PREVIEWS: Previews<TimeoutStep> = {
  'lower-timeout': (step) => ({
    title: `Timeout of ${step.target.name}`,
    before: `${step.fromSeconds} s`,
    after: `${step.toSeconds} s`,
  }),
};
