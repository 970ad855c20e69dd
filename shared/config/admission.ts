import type { Admission } from '../grants/hub-bus.ts';
import { hasUnits, isOpen, namedMembers } from './members.ts';
import type { Config } from './schema.ts';

/** Whom the hub's bus admits, by the configuration. */
export function admissionOf(config: Config): Omit<Admission, 'partition' | 'hub'> {
  const { organization, hub } = config;
  const units = organization && hasUnits(config) ? organization.units : [];
  return {
    organizationId: hub.organizationId,
    accounts: units.length === 0 && isOpen(config) ? undefined : namedMembers(config).map(({ account }) => account),
    units,
    excludedAccounts: organization?.excludedAccounts ?? [],
  };
}

/** A pattern may hold 2,048 bytes: more accounts than this are left to the bus's policy and to the code. */
const MAX_ACCOUNTS_IN_PATTERN = 80;

/** Whose events the rule of the hub's bus takes by name; undefined for those of everybody that the bus admits. */
export function routedAccounts(config: Config): readonly string[] | undefined {
  const accounts = namedMembers(config).map(({ account }) => account);
  return config.hub.organizationId || accounts.length > MAX_ACCOUNTS_IN_PATTERN ? undefined : accounts;
}
