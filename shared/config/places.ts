import type { Place } from '../model/place.ts';
import type { Member } from './members.ts';

/** Everywhere that a sweep goes: each region of each member, and once an account what is global. */
export function placesOf(members: readonly Member[]): Place[] {
  return members.flatMap(({ account, regions }): Place[] => [
    ...[...new Set(regions)].map((region) => ({ account, region })),
    { account, region: null },
  ]);
}
