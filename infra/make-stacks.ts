import {
  type App,
  BootstraplessSynthesizer,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Validations,
} from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Member, regionsOf, stackedApart } from '../shared/config/members.ts';
import type { Config } from '../shared/config/schema.ts';
import { memberRegions } from '../shared/events/regions.ts';
import { hubBusArn } from '../shared/grants/hub-bus.ts';
import { partitionOf } from '../shared/model/resource.ts';
import type { BotFunction } from '../shared/names.ts';
import { CATALOGUE, type Catalogue } from './catalogue.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack } from './member-stack.ts';
import { OrgStack, orgStackPlace } from './org-stack.ts';
import type { DeploySettings } from './settings.ts';

export interface AppProps {
  readonly config: Config;
  readonly settings: DeploySettings;
  readonly codeOf: (name: BotFunction) => Code;
  /** What the members' stacks allow and forward: this version's unless said. */
  readonly catalogue?: Catalogue;
}

export interface Stacks {
  readonly hub: HubStack;
  readonly members: readonly MemberStack[];
  readonly organization: OrgStack | undefined;
}

/** The hub, for each member account one stack a region, and the StackSets of an organization. */
export function makeStacks(app: App, { config, settings, codeOf, catalogue = CATALOGUE }: AppProps): Stacks {
  if (settings.checks === 'on') Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const own = settings.synthesizer === 'cli-credentials';
  const { account, region } = config.hub;
  const hub = new HubStack(app, 'CinchHub', {
    config,
    settings,
    codeOf,
    env: { account, region },
    ...(own ? { synthesizer: ownCredentials() } : {}),
  });
  const busArn = hubBusArn({ partition: partitionOf(region), hub: { account, region } });
  const told = {
    hubAccount: account,
    hubBusArn: busArn,
    externalId: config.hub.externalId,
    secretKey: config.secrets.key,
    catalogue,
  };
  const members = membersWithOwnStacks(config).flatMap((member) => {
    const [home, ...others] = memberRegions(member.regions).map(
      ({ region: at, watch }) =>
        new MemberStack(app, `CinchMember-${member.account}-${at}`, {
          ...told,
          homeRegion: member.regions[0] ?? at,
          watch,
          env: { account: member.account, region: at },
          synthesizer: memberSynthesizer(own),
        }),
    );
    // The home region's stack makes the role that the others' rules forward with.
    for (const other of others) if (home) other.addStackDependency(home);
    return home ? [home, ...others] : [];
  });
  const { organization } = config;
  if (!organization) return { hub, members, organization: undefined };
  const stack = new OrgStack(app, 'CinchOrganization', {
    config,
    organization,
    member: told,
    env: orgStackPlace(config, organization),
    ...(own ? { synthesizer: ownCredentials() } : {}),
  });
  return { hub, members, organization: stack };
}

/** Accounts that no StackSet reaches: those of the list, and the organization's management account. */
function membersWithOwnStacks({ members, organization }: Config): Member[] {
  if (!organization) return [...members];
  return [...members, ...stackedApart(organization).map((account) => ({ account, regions: regionsOf(organization) }))];
}

/** Member stacks have no assets: without the operator's own credentials they still need no bootstrap. */
function memberSynthesizer(own: boolean): IStackSynthesizer {
  return own ? ownCredentials() : (new BootstraplessSynthesizer() as IStackSynthesizer);
}

/** The CDK's own types disagree under exactOptionalPropertyTypes. */
const ownCredentials = (): IStackSynthesizer => new CliCredentialsStackSynthesizer() as IStackSynthesizer;
