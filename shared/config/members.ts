import { IAM_REGION } from '../model/resource.ts';
import type { Organization } from './organization-schema.ts';
import type { Config } from './schema.ts';

/** An account that Cinch watches and where it runs functions; the first region is its home. */
export interface Member {
  readonly account: string;
  readonly regions: readonly string[];
}

/** Members by name: those of the list, those of a self-managed StackSet, and the management account, which StackSets skip. */
export function namedMembers({ members, organization }: Config): Member[] {
  if (!organization) return [...members];
  const listed = organization.mode === 'self-managed' ? organization.accounts : [];
  const regions = regionsOf(organization);
  const accounts = [...stackedApart(organization), ...listed].filter((account) => !isExcluded(organization, account));
  return [...members, ...accounts.map((account) => ({ account, regions }))];
}

/** Accounts of the organization that get member stacks of their own, because no StackSet reaches them. */
export const stackedApart = ({ managementAccount }: Organization): string[] => (managementAccount ? [managementAccount] : []);

/** The regions with functions, the home region first. */
export const regionsOf = ({ regions, homeRegion }: Organization): string[] => [
  ...new Set([homeRegion ?? regions[0] ?? IAM_REGION, ...regions]),
];

export const isExcluded = (organization: Organization | undefined, account: string): boolean =>
  organization?.excludedAccounts.includes(account) ?? false;

/** Whether the members are more than can be named: those that Organizations knows. */
export const hasUnits = ({ organization }: Config): boolean => organization?.mode === 'service-managed';

/** Whether any account of the organization may be a member, or of its units. */
export const isOpen = (config: Config): boolean =>
  config.organization ? hasUnits(config) : config.hub.organizationId !== undefined;

/** What people call the account. */
export const nameOf = (config: Config, account: string): string | undefined => said(config, account)?.name;

/** Its unit as the configuration names it, for approvals and channels. */
export const unitOf = (config: Config, account: string): string | undefined => said(config, account)?.unit;

const said = ({ members, organization }: Config, account: string) =>
  members.find((member) => member.account === account) ?? organization?.names[account];

export interface SaidAccount {
  readonly account: string;
  readonly name?: string | undefined;
  readonly unit?: string | undefined;
}

/** Every account of which the configuration says what people call it, or its unit. */
export const saidAccounts = ({ members, organization }: Config): SaidAccount[] => [
  ...members,
  ...Object.entries(organization?.names ?? {}).map(([account, words]) => ({ account, ...words })),
];

/** Every unit that some account is said to be in. */
export function unitsOf(config: Config): Set<string> {
  const units = saidAccounts(config).map(({ unit }) => unit);
  return new Set(units.filter((unit) => unit !== undefined));
}
