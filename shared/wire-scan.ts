import { makeReader } from './aws/reader.ts';
import { makeScanAccess, type ScanAccess, type ScanAccessOptions } from './aws/scan-access.ts';
import type { Clock, Reader } from './flows/ports.ts';
import { clock, retrying } from './wire-common.ts';

export interface ScanWorld extends Pick<ScanAccess, 'whoAmI' | 'homeRegion'> {
  readonly clock: Clock;
  readonly reader: Reader;
}

/** The ports of `cinch scan`: a person's own credentials, and nothing that writes. */
export function wireScan(options: Omit<ScanAccessOptions, 'clock' | 'random'>): ScanWorld {
  const members = makeScanAccess({ ...options, ...retrying });
  return { clock, reader: makeReader({ ...retrying, members }), whoAmI: members.whoAmI, homeRegion: members.homeRegion };
}
