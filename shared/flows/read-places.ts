import { hasUnits, isExcluded, type Member, namedMembers, regionsOf } from '../config/members.ts';
import { placesOf } from '../config/places.ts';
import type { Config } from '../config/schema.ts';
import type { Place } from '../model/place.ts';
import type { World } from './ports.ts';

/** Places of the members that the configuration names. */
export const namedPlaces = (config: Config): Place[] => placesOf(namedMembers(config));

/** Places of members by their unit, which only Organizations knows. @throws what Organizations answers, as AWS named it */
export const readUnitPlaces = async (world: Pick<World, 'organization'>, config: Config): Promise<Place[]> =>
  placesOf(await readUnitMembers(world, config));

/** Every member, by name and by unit. @throws what Organizations answers, as AWS named it */
export const readMembers = async (world: Pick<World, 'organization'>, config: Config): Promise<Member[]> => [
  ...namedMembers(config),
  ...(await readUnitMembers(world, config)),
];

/** Members by their unit, those left out that the configuration names. */
export async function readUnitMembers({ organization: port }: Pick<World, 'organization'>, config: Config): Promise<Member[]> {
  const { organization } = config;
  if (!organization?.listAccounts || !hasUnits(config)) return [];
  const isNamed = new Set(namedMembers(config).map(({ account }) => account));
  return (await port.listAccounts(organization.units))
    .filter((account) => !isNamed.has(account) && !isExcluded(organization, account))
    .map((account) => ({ account, regions: regionsOf(organization) }));
}
