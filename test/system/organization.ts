import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { RegisterDelegatedAdministratorCommand } from '@aws-sdk/client-organizations';
import type { Cloud } from '../../local/cloud/start.ts';
import { HUB, type System, startSystem } from '../../local/system.ts';
import { createExecutionRole, createFunction, openAccount } from '../local/cloud/account.ts';
import { makeOrganization, type Organization } from '../local/cloud/organization.ts';

/** An organization of this size with Cinch in it, deployed by StackSets into three units and three regions. */

export const MANAGEMENT = '999999999999';
export const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'] as const;
export const STACK_SETS = ['cinch-member-home', 'cinch-member'] as const;
/** Above the ceiling that the configuration sets. */
export const TOO_LONG = 900;
export const CEILING = 60;

export interface Company {
  readonly system: System;
  readonly organization: Organization;
  readonly units: { readonly shop: string; readonly payments: string; readonly platform: string; readonly sandbox: string };
  /** Twelve, the hub's among them; four in each of three units. */
  readonly members: readonly string[];
  /** In one of the units, and excluded by the configuration. */
  readonly excluded: string;
  /** In a unit of no concern. */
  readonly outside: string;
  /** `account region status` of every stack of the two StackSets. */
  instances(): Promise<string[]>;
  hasReadRole(account: string): Promise<boolean>;
  makeSlow(account: string, region: string, name: string): Promise<void>;
  timeoutOf(account: string, region: string, name: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

type Made = Omit<Company, 'system' | 'instances' | 'hasReadRole' | 'makeSlow' | 'timeoutOf' | 'stop'>;

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export async function startCompany(): Promise<Company> {
  mkdirSync(join(repository, '.local'), { recursive: true });
  const folder = mkdtempSync(join(repository, '.local', 'organization-'));
  let made: Made | undefined;
  try {
    const system = await startSystem({
      unlimitedSlack: true,
      prepare: async (cloud) => {
        made = await makeCompany(cloud);
        const configFile = join(folder, 'cinch.yaml');
        writeFileSync(configFile, configurationOf(made));
        const management = REGIONS.map((region) => `CinchMember-${MANAGEMENT}-${region}`);
        return {
          configFile,
          extras: [
            { account: HUB.account, regions: [HUB.region], stacks: ['CinchOrganization'] },
            { account: MANAGEMENT, regions: REGIONS, stacks: management },
          ],
        };
      },
    });
    if (!made) throw new Error('no organization was made');
    return { ...made, system, ...viewOf(system) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeCompany(cloud: Cloud): Promise<Made> {
  const organization = await makeOrganization(cloud, MANAGEMENT);
  const units = {
    shop: await organization.makeUnit('shop'),
    payments: await organization.makeUnit('payments'),
    platform: await organization.makeUnit('platform'),
    sandbox: await organization.makeUnit('sandbox'),
  };
  await organization.join(HUB.account, units.platform);
  const ServicePrincipal = 'member.org.stacksets.cloudformation.amazonaws.com';
  await organization.client.send(new RegisterDelegatedAdministratorCommand({ AccountId: HUB.account, ServicePrincipal }));
  const make = async (unit: string, count: number): Promise<string[]> => {
    const made: string[] = [];
    for (let n = 0; n < count; n++) made.push(await organization.makeAccount(`${unit}-${n}`, unit));
    return made;
  };
  const members = [
    HUB.account,
    ...(await make(units.platform, 3)),
    ...(await make(units.shop, 4)),
    ...(await make(units.payments, 4)),
  ];
  const [excluded = ''] = await make(units.shop, 1);
  const [outside = ''] = await make(units.sandbox, 1);
  return { organization, units, members, excluded, outside };
}

const configurationOf = ({ organization, units, excluded }: Made): string => `version: 1
hub:
  account: "${HUB.account}"
  region: ${HUB.region}
  organizationId: ${organization.id}
  externalId: local-cinch-external-id
organization:
  managementAccount: "${MANAGEMENT}"
  callAs: delegated-admin
  units: [${units.shop}, ${units.payments}, ${units.platform}]
  excludedAccounts: ["${excluded}"]
  regions: [${REGIONS.join(', ')}]
  onLeaving: retain
  failureTolerancePercent: 0
slack:
  channel: C0CLOUDSEC1
  team: T0CINCH0001
  approvers: { users: [U0ALICE0001] }
  digest: { from: 100 }
  reportsFrom: critical
mode: "off"
rules: { lambda-timeout-excessive: fix }
timeout: { ceilingSeconds: ${CEILING} }
guard: { maxFixes: 100 }
`;

function viewOf(system: System) {
  const { cloud } = system;
  return {
    instances: async () => {
      const client = new CloudFormationClient(system.clientConfig(HUB.account, HUB.region));
      const all = STACK_SETS.map(async (StackSetName) => {
        const asked = new ListStackInstancesCommand({ StackSetName, CallAs: 'DELEGATED_ADMIN' });
        const { Summaries = [] } = await client.send(asked);
        return Summaries.map(({ Account, Region, Status }) => `${Account} ${Region} ${Status}`);
      });
      return (await Promise.all(all)).flat().sort();
    },
    hasReadRole: async (account: string) => {
      try {
        await openAccount(cloud, account).iam.send(new GetRoleCommand({ RoleName: 'cinch-read' }));
        return true;
      } catch (error) {
        if ((error as Error).name === 'NoSuchEntityException') return false;
        throw error;
      }
    },
    makeSlow: async (account: string, region: string, name: string) => {
      const place = openAccount(cloud, account, region);
      const Role = await createExecutionRole(place, `${name}-role`);
      await createFunction(place, name, 'exports.handler = async () => 1;', { Role, Timeout: TOO_LONG });
    },
    timeoutOf: async (account: string, region: string, name: string) => {
      const { lambda } = openAccount(cloud, account, region);
      return (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Timeout;
    },
    stop: () => system.stop(),
  };
}
