import { isExcluded, namedMembers, unitOf } from '../../shared/config/members.ts';
import type { Config } from '../../shared/config/schema.ts';
import type { AccountInOrganization } from '../../shared/model/organization.ts';
import { isUnknown, type Known } from '../../shared/model/unknown.ts';

/** What Organizations says of the account: null when it has no such account, undefined when it was not asked. */
export type Asked = Known<AccountInOrganization | null> | undefined;

/** Whether the account is a member by its unit, which only Organizations knows, and what the bot does not go by. Pure. */
export function organizationNotes(config: Config, account: string, asked: Asked): string[] {
  const { organization } = config;
  if (asked === undefined || !organization) return [];
  if (isUnknown(asked))
    return [
      `Which unit ${account} is in is not known here: ${asked.unknown}. Organizations answers the management account and delegated administrators (--profile).`,
    ];
  if (asked === null) return [`Organizations has no account ${account}: it is no member by its unit.`];
  const path = asked.units.map(({ id, name }) => `${name} (${id})`).join(', in ');
  return [
    `Organizations has ${account} as ${asked.name}, ${asked.isActive ? 'active' : 'not active'}, in ${path}.`,
    membership(config, account, asked),
    ...(unitOf(config, account) === undefined
      ? [
          `Lines with \`units\` go by what cinch.yaml calls the unit of an account: organization.names."${account}".unit sets it. Now none of them applies.`,
        ]
      : []),
  ];
}

function membership(config: Config, account: string, { isActive, units }: AccountInOrganization): string {
  const { organization } = config;
  if (namedMembers(config).some((one) => one.account === account)) return 'It is a member by name.';
  if (isExcluded(organization, account)) return 'It is in organization.excludedAccounts: the bot ignores what happens there.';
  const unit = units.find(({ id }) => organization?.units.includes(id));
  if (!unit) return 'It is in none of organization.units: the bot ignores what happens there.';
  return isActive ? `It is a member by ${unit.id}.` : `It is in ${unit.id}, but not active: the bot does not look at it.`;
}
