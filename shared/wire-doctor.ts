import { askFunction } from './aws/ask-function.ts';
import { makeConfigSource } from './aws/config-source.ts';
import { makeHubInspector } from './aws/hub-inspector.ts';
import { makeScanAccess, type ScanAccess } from './aws/scan-access.ts';
import type { CheckHubWorld } from './flows/doctor/check-hub.ts';
import type { CheckRequest } from './flows/doctor/request.ts';
import { type BotFunction, botFunctionName, CONFIG_PARAMETER } from './names.ts';
import { clock, retrying } from './wire-common.ts';

export interface DoctorWorld extends Pick<ScanAccess, 'whoAmI' | 'homeRegion'> {
  /** The hub in a region, looked at with the caller's own credentials. */
  hubIn(region: string, account: string): CheckHubWorld;
  /** What a function of the hub says of what only it can see, a page at a time. */
  ask(region: string, account: string, name: BotFunction, request: CheckRequest): Promise<unknown>;
}

/** The ports of `cinch doctor`: a person's own credentials in the hub's account. */
export function wireDoctor(options: { readonly profile?: string }): DoctorWorld {
  const access = makeScanAccess({ ...options, ...retrying, roleIn: () => undefined });
  const clientsIn = (region: string, account: string) => access.clients(account, region, 'read');
  return {
    whoAmI: access.whoAmI,
    homeRegion: access.homeRegion,
    hubIn: (region, account) => {
      const clients = clientsIn(region, account);
      return {
        config: makeConfigSource({ hub: clients.light, clock, parameter: CONFIG_PARAMETER }),
        hub: makeHubInspector({ clients, clock, account: async () => account }),
      };
    },
    ask: (region, account, name, request) =>
      askFunction({ region, credentials: clientsIn(region, account).credentials }, botFunctionName(name), request),
  };
}
