import {
  type App,
  BootstraplessSynthesizer,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Validations,
} from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Config } from '../shared/config/schema.ts';
import { memberRegions } from '../shared/events/regions.ts';
import { hubBusArn } from '../shared/grants/hub-bus.ts';
import { partitionOf } from '../shared/model/resource.ts';
import type { BotFunction } from '../shared/names.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack } from './member-stack.ts';
import type { DeploySettings } from './settings.ts';

export interface AppProps {
  readonly config: Config;
  readonly settings: DeploySettings;
  readonly codeOf: (name: BotFunction) => Code;
}

export interface Stacks {
  readonly hub: HubStack;
  readonly members: readonly MemberStack[];
}

/** The hub, and for each member account one stack a region. */
export function makeStacks(app: App, { config, settings, codeOf }: AppProps): Stacks {
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
  const members = config.members.flatMap((member) =>
    memberRegions(member.regions).map(
      ({ region: at, watch }) =>
        new MemberStack(app, `CinchMember-${member.account}-${at}`, {
          hubAccount: account,
          hubBusArn: busArn,
          externalId: config.hub.externalId,
          homeRegion: member.regions[0] ?? at,
          watch,
          env: { account: member.account, region: at },
          synthesizer: memberSynthesizer(own),
        }),
    ),
  );
  return { hub, members };
}

/** Member stacks have no assets: without the operator's own credentials they still need no bootstrap. */
function memberSynthesizer(own: boolean): IStackSynthesizer {
  return own ? ownCredentials() : (new BootstraplessSynthesizer() as IStackSynthesizer);
}

/** The CDK's own types disagree under exactOptionalPropertyTypes. */
const ownCredentials = (): IStackSynthesizer => new CliCredentialsStackSynthesizer() as IStackSynthesizer;
