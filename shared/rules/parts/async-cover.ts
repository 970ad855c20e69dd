import type { AsyncConfig } from '../../model/state.ts';

/** The configuration of asynchronous invocations that holds for one qualifier: an alias does not inherit the function's. */
export const asyncConfigOf = (configs: readonly AsyncConfig[], qualifier: string | null): AsyncConfig | undefined =>
  configs.find((config) => config.qualifier === qualifier);
