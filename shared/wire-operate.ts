import { type DeadLetters, makeDeadLetters } from './aws/dead-letters.ts';
import { makeHubInspector } from './aws/hub-inspector.ts';
import { readFailures } from './aws/ledger/failures.ts';
import { readStory, type Traced } from './aws/ledger/story.ts';
import { makeTable } from './aws/ledger/table.ts';
import { makeScanAccess } from './aws/scan-access.ts';
import type { HubInspector } from './flows/doctor/hub-facts.ts';
import type { FailureNote } from './flows/ports.ts';
import { undoIdOf } from './slack/phase.ts';
import { clock, retrying } from './wire-common.ts';

export interface HubParts {
  readonly inspector: HubInspector;
  readonly deadLetters: DeadLetters;
  readStory(table: string, id: string): Promise<Traced>;
  readFailures(table: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, FailureNote>>;
}

export interface OperateWorld {
  /** The region of the profile or the environment; undefined when neither names one. */
  homeRegion(): Promise<string | undefined>;
  /** The hub in a region of the caller's account. @throws AccessRefused when AWS knows no caller */
  hubIn(region: string): Promise<HubParts>;
}

/** The ports of `cinch trace` and `cinch redrive`: a person's own credentials in the hub's account. */
export function wireOperate(options: { readonly profile?: string }): OperateWorld {
  const access = makeScanAccess({ ...options, ...retrying, roleIn: () => undefined });
  return {
    homeRegion: access.homeRegion,
    hubIn: async (region) => {
      const { account } = await access.whoAmI();
      const clients = access.clients(account, region, 'read');
      const tableOf = (name: string) => makeTable(clients.light, name, retrying);
      return {
        inspector: makeHubInspector({ clients, clock, account: async () => account }),
        deadLetters: makeDeadLetters({ hub: clients.light, clock }),
        readStory: (table, id) => readStory(tableOf(table), id, undoIdOf),
        readFailures: (table, ids) => readFailures(tableOf(table), ids),
      };
    },
  };
}
