import { makeLedger } from './aws/ledger.ts';
import { makeScanAccess, type ScanAccess, type ScanAccessOptions } from './aws/scan-access.ts';
import type { Clock, Ledger } from './flows/ports.ts';
import { clock, newId, retrying } from './wire-common.ts';

export interface FindingsWorld extends Pick<ScanAccess, 'whoAmI' | 'homeRegion'> {
  readonly clock: Clock;
  /** The hub's, as far as a list needs it. @throws AwsError */
  ledger(region: string, table: string): Pick<Ledger, 'findingsByStatus'>;
}

/** The ports of `cinch findings`: a person's own credentials, and nothing that writes. */
export function wireFindings(options: Pick<ScanAccessOptions, 'profile'>): FindingsWorld {
  const access = makeScanAccess({ ...options, ...retrying, roleIn: () => undefined });
  return {
    clock,
    whoAmI: access.whoAmI,
    homeRegion: access.homeRegion,
    ledger: (region, table) => {
      const { light } = access.clients('', region, 'read');
      const { findingsByStatus } = makeLedger({ ...retrying, hub: light, table, id: newId });
      return { findingsByStatus };
    },
  };
}
