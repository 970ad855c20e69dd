import { describe, expect, it } from 'vitest';
import { formatProblem, parseConfig, readConfig } from '../../../shared/config/load.ts';
import { namedMembers, nameOf, regionsOf, unitOf, unitsOf } from '../../../shared/config/members.ts';
import { isMember } from '../../../shared/config/resolve.ts';

const BASE = `version: 1
hub: { account: "111111111111", region: eu-central-1, externalId: an-external-id-0001, organizationId: o-abcdefghij }
slack: { channel: C0123456789, team: T0123456789, approvers: { users: [U0123456789] } }
`;
const UNITS = `${BASE}organization:
  managementAccount: "999999999999"
  units: [ou-abcd-11111111]
  excludedAccounts: ["444444444444"]
  regions: [eu-west-1, eu-central-1]
  homeRegion: eu-central-1
  names: { "333333333333": { name: shop, unit: payments } }
`;
const BY_ROLES = `${BASE}organization:
  mode: self-managed
  accounts: ["333333333333", "444444444444"]
  excludedAccounts: ["444444444444"]
  regions: [eu-west-1]
`;

const parse = (text: string) => parseConfig(text, 'cinch.yaml', []);
const problemsOf = (text: string): string[] => {
  const result = readConfig(text, []);
  return 'problems' in result ? result.problems.map((problem) => formatProblem('cinch.yaml', problem)) : [];
};

describe('an organization', () => {
  it('takes the place of a list of members', () => {
    const config = parse(UNITS);
    expect(namedMembers(config)).toEqual([{ account: '999999999999', regions: ['eu-central-1', 'eu-west-1'] }]);
    expect(isMember(config, '333333333333')).toBe(true);
    expect(isMember(config, '999999999999')).toBe(true);
    expect(isMember(config, '444444444444')).toBe(false);
    expect(config.organization && regionsOf(config.organization)).toEqual(['eu-central-1', 'eu-west-1']);
  });

  it('of named accounts has these members and no others', () => {
    const config = parse(BY_ROLES);
    expect(namedMembers(config).map(({ account }) => account)).toEqual(['333333333333']);
    expect(isMember(config, '333333333333')).toBe(true);
    expect(isMember(config, '444444444444')).toBe(false);
    expect(isMember(config, '555555555555')).toBe(false);
  });

  it('may say what its accounts are called, and which unit approvals and channels know them by', () => {
    const config = parse(UNITS);
    expect([nameOf(config, '333333333333'), unitOf(config, '333333333333')]).toEqual(['shop', 'payments']);
    expect(unitsOf(config)).toEqual(new Set(['payments']));
    expect(nameOf(config, '555555555555')).toBeUndefined();
  });

  it('may have listed members besides', () => {
    const config = parse(`${UNITS}members:\n  - { account: "444444444444", regions: [us-west-2] }\n`);
    expect(namedMembers(config).map(({ account }) => account)).toEqual(['444444444444', '999999999999']);
    expect(isMember(config, '444444444444')).toBe(true);
  });
});

describe('what could not work is refused with its place', () => {
  it.each([
    ['nobody to watch', BASE, 'cinch.yaml:1:1: members: name at least one member account, or describe your organization'],
    [
      'no organization id',
      UNITS.replace(', organizationId: o-abcdefghij', ''),
      'cinch.yaml:2:1: hub.organizationId: is missing: the bus admits its accounts by it',
    ],
    [
      'no management account',
      UNITS.replace('  managementAccount: "999999999999"\n', ''),
      'cinch.yaml:4:1: organization.managementAccount: is missing: StackSets skip it, so it gets stacks of its own',
    ],
    [
      'no unit',
      UNITS.replace('[ou-abcd-11111111]', '[]'),
      'cinch.yaml:6:3: organization.units: name at least one unit, or the root',
    ],
    [
      'a unit’s name for its id',
      UNITS.replace('ou-abcd-11111111', 'payments'),
      'cinch.yaml:6:11: organization.units.0: a unit is ou-... or the root r-...',
    ],
    [
      'a home without functions',
      UNITS.replace('homeRegion: eu-central-1', 'homeRegion: us-west-2'),
      'cinch.yaml:9:3: organization.homeRegion: is not one of the regions',
    ],
    [
      'accounts for units',
      UNITS.replace('units: [ou-abcd-11111111]', 'units: [r-abcd]\n  accounts: ["333333333333"]'),
      'cinch.yaml:7:3: organization.accounts: are for self-managed StackSets; name units here',
    ],
    [
      'units for accounts',
      `${BY_ROLES}  units: [r-abcd]\n`,
      'cinch.yaml:9:3: organization.units: are for service-managed StackSets; name accounts here',
    ],
    [
      'the management account left out',
      UNITS.replace('"444444444444"', '"444444444444", "999999999999"'),
      'cinch.yaml:7:38: organization.excludedAccounts.1: the management account gets its stacks in any case',
    ],
    [
      'a member twice',
      `${UNITS}members:\n  - { account: "999999999999", regions: [us-west-2] }\n`,
      'cinch.yaml:12:7: members.0.account: account 999999999999 is a member by the organization already',
    ],
    [
      'the management account as its own delegate',
      UNITS.replace('"999999999999"', '"111111111111"\n  callAs: delegated-admin'),
      'cinch.yaml:6:3: organization.callAs: the management account can’t be its own delegated administrator',
    ],
  ])('%s', (_what, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });
});
