import type { Place } from '../model/place.ts';
import type { Config } from './schema.ts';

/** Everywhere that a sweep goes: each region of each member, and once an account what is global. The one place that knows which accounts there are. */
export function placesOf(config: Pick<Config, 'members'>): Place[] {
  return config.members.flatMap(({ account, regions }): Place[] => [
    ...[...new Set(regions)].map((region) => ({ account, region })),
    { account, region: null },
  ]);
}
