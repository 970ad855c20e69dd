import type { AsyncConfig } from '../../model/state.ts';

/** The configuration of asynchronous invocations that holds for one qualifier: an alias does not inherit the function's. */
export const asyncConfigOf = (configs: readonly AsyncConfig[], qualifier: string | null): AsyncConfig | undefined =>
  configs.find((config) => config.qualifier === qualifier);

/** What holds where nobody configured anything (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html). */
export const ASYNC_DEFAULTS = { maximumAgeSeconds: 6 * 3600, maximumRetries: 2 } as const;
