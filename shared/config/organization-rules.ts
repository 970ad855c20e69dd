import { hasUnits } from './members.ts';
import type { Config } from './schema.ts';

/** What of the members and the organization could never work. The path starts at the document. */
export function memberContradictions(config: Config): [PropertyKey[], string][] {
  const { members, organization } = config;
  const found: [PropertyKey[], string][] = [];
  if (members.length === 0 && !organization)
    found.push([['members'], 'name at least one member account, or describe your organization']);
  const accounts = members.map((member) => member.account);
  accounts.forEach((account, index) => {
    if (accounts.indexOf(account) !== index) found.push([['members', index, 'account'], `account ${account} is named twice`]);
  });
  return [...found, ...(organization ? organizationContradictions(config, organization) : [])];
}

function organizationContradictions(
  config: Config,
  organization: NonNullable<Config['organization']>,
): [PropertyKey[], string][] {
  const { managementAccount, homeRegion, regions, units, accounts, excludedAccounts, callAs } = organization;
  const found: [PropertyKey[], string][] = [];
  const wrong = (field: keyof typeof organization, message: string, ...more: PropertyKey[]) =>
    found.push([['organization', field, ...more], message]);
  if (hasUnits(config)) {
    if (!config.hub.organizationId) found.push([['hub', 'organizationId'], 'is missing: the bus admits its accounts by it']);
    if (!managementAccount) wrong('managementAccount', 'is missing: StackSets skip it, so it gets stacks of its own');
    if (units.length === 0) wrong('units', 'name at least one unit, or the root');
    if (accounts.length > 0) wrong('accounts', 'are for self-managed StackSets; name units here');
    if (callAs === 'delegated-admin' && managementAccount === config.hub.account)
      wrong('callAs', 'the management account can’t be its own delegated administrator');
  } else {
    if (accounts.length === 0) wrong('accounts', 'name the accounts of a self-managed StackSet');
    if (units.length > 0) wrong('units', 'are for service-managed StackSets; name accounts here');
    if (callAs !== 'self') wrong('callAs', 'is for service-managed StackSets');
  }
  if (homeRegion && !regions.includes(homeRegion)) wrong('homeRegion', 'is not one of the regions');
  if (managementAccount && excludedAccounts.includes(managementAccount))
    wrong('excludedAccounts', 'the management account gets its stacks in any case', excludedAccounts.indexOf(managementAccount));
  config.members.forEach(({ account }, index) => {
    if (account === managementAccount || accounts.includes(account))
      found.push([['members', index, 'account'], `account ${account} is a member by the organization already`]);
  });
  return found;
}
