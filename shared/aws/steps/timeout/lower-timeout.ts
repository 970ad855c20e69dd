import { configStep } from '../field-step.ts';

export const lowerTimeout = configStep<'lower-timeout', number | undefined>({
  name: (step) => `the timeout of ${step.target.name}`,
  from: (step) => step.fromSeconds,
  to: (step) => step.toSeconds,
  pick: (config) => config.Timeout,
  shown: (seconds) => `${seconds} s`,
  change: (seconds) => ({ Timeout: seconds }),
});
