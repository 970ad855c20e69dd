import { makeConfigHistory } from './aws/config-history.ts';
import { applyConfig } from './aws/config-write.ts';
import { makeHubClient } from './aws/hub-client.ts';
import { ownCredentials } from './aws/own-credentials.ts';
import type { ConfigHistory } from './flows/ports.ts';
import { CONFIG_PARAMETER } from './names.ts';
import { retrying } from './wire-common.ts';

export interface ConfigWorld extends ConfigHistory {
  /** Writes the next version and answers its number. */
  push(text: string): Promise<number>;
}

/** The ports of `cinch config`: the one parameter of the hub, with a person's credentials. */
export function wireConfig({ region, profile }: { readonly region: string; readonly profile: string | undefined }): ConfigWorld {
  const hub = makeHubClient({ ...retrying, region, credentials: ownCredentials(profile) });
  const deps = { hub, parameter: CONFIG_PARAMETER };
  return { ...makeConfigHistory(deps), push: (text) => applyConfig(deps, text) };
}
