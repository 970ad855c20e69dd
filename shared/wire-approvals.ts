import { type HubApi, type HubApiOptions, makeHubApi } from './aws/hub-api.ts';
import type { Clock } from './flows/ports.ts';
import { clock } from './wire-common.ts';

/** The ports of `cinch approvals`. */
export const wireApprovals = (options: HubApiOptions): { readonly api: HubApi; readonly clock: Clock } => ({
  api: makeHubApi(options),
  clock,
});
