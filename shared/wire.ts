import { makeBus } from './aws/bus.ts';
import { makeCanary } from './aws/canary.ts';
import { makeConfigHistory } from './aws/config-history.ts';
import { makeConfigSource } from './aws/config-source.ts';
import { envCredentials } from './aws/credentials.ts';
import { type LightClient, makeHubClient } from './aws/hub-client.ts';
import { makeHubInspector } from './aws/hub-inspector.ts';
import { makeLayerCleaner } from './aws/layer-cleaner.ts';
import { makeLedger } from './aws/ledger.ts';
import { type MemberAccess, makeMemberAccess, makeMemberClients } from './aws/member.ts';
import { makeMemberInspector } from './aws/member-inspector.ts';
import { makeOrganization, ORGANIZATIONS_REGIONS } from './aws/organization.ts';
import { makePace, type Pace } from './aws/pace.ts';
import { makeQueues } from './aws/queues.ts';
import { makeReader } from './aws/reader.ts';
import { makeSlackSecret } from './aws/slack-secret.ts';
import { makeStepRunner } from './aws/steps/index.ts';
import { makeVault } from './aws/vault.ts';
import type { ApplyWorld } from './flows/apply.ts';
import type { CleanLayerWorld } from './flows/clean-layer.ts';
import type { CheckAccountsWorld } from './flows/doctor/check-account.ts';
import type { SelfCheckWorld } from './flows/doctor/self-check.ts';
import type { FullNotifyWorld } from './flows/notify.ts';
import type { OnChangeWorld } from './flows/on-change.ts';
import type { ConfigSource, World } from './flows/ports.ts';
import type { SweepWorld } from './flows/sweep.ts';
import { partitionOf } from './model/resource.ts';
import { type BotFunction, ENV, requireEnv } from './names.ts';
import { makeDesk } from './slack/desk.ts';
import { makeInspector } from './slack/inspector.ts';
import { clock, hubClient, log, newId, region, retrying } from './wire-common.ts';
import { consumer, type QueueConsumer } from './wire-consumer.ts';

/** The one place where real ports are made, once a process, from the function's environment. */

interface Hub {
  readonly hub: LightClient;
  readonly base: Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus'>;
}

function wireHub(): Hub {
  const hub = hubClient();
  const urls = {
    ...urlOf('changes', ENV.changesQueue),
    ...urlOf('work', ENV.workQueue),
    ...urlOf('notices', ENV.noticesQueue),
    ...urlOf('looks', ENV.looksQueue),
    ...urlOf('places', ENV.placesQueue),
  };
  return {
    hub,
    base: {
      clock,
      log,
      config: makeConfigSource({ hub, clock, parameter: requireEnv(ENV.configParameter) }),
      ledger: makeLedger({ ...retrying, hub, table: requireEnv(ENV.table), id: newId }),
      queues: makeQueues({ ...retrying, hub, urls, id: newId }),
      bus: makeBus({ region: region(), busName: requireEnv(ENV.bus) }),
    },
  };
}

/** A function is given the URLs of the queues it sends to, and no others. */
function urlOf<K extends string>(key: K, variable: string): { [P in K]?: string } {
  const url = process.env[variable];
  return (url ? { [key]: url } : {}) as { [P in K]?: string };
}

const membersFor = (name: BotFunction, config: ConfigSource, pace?: Pace): MemberAccess =>
  makeMemberAccess({ ...retrying, region: region(), config, session: `cinch-${name}`, ...(pace ? { pace } : {}) });

/** A round reads what functions share once in so long; what is to be changed is read again by apply. */
const SHARED_MS = 60_000;

/** Besides its world that of a sweep's looks, which leaves most of an account's rates to others. */
export function wireOnChange(): OnChangeWorld & QueueConsumer & { readonly patient: OnChangeWorld } {
  const { hub, base } = wireHub();
  const reader = makeReader({ ...retrying, members: membersFor('on-change', base.config) });
  const pace = makePace(clock, async () => (await base.config.read()).sweep.callsPerSecond);
  const slow = makeReader({ ...retrying, members: membersFor('on-change', base.config, pace), keepMs: SHARED_MS });
  return { ...base, reader, patient: { ...base, reader: slow }, ...consumer(hub) };
}

export function wireApply(): ApplyWorld & CleanLayerWorld & QueueConsumer {
  const { hub, base } = wireHub();
  const members = membersFor('apply', base.config);
  const layerFolder = requireEnv('LAMBDA_TASK_ROOT');
  const steps = makeStepRunner({
    ...retrying,
    members,
    config: base.config,
    id: newId,
    layerFolder,
    functionsOfRole: base.ledger.functionsOfRole,
  });
  const vault = makeVault({ hub, keyArn: requireEnv(ENV.key) });
  const layers = makeLayerCleaner({ members, layerFolder });
  return { ...base, reader: makeReader({ ...retrying, members }), steps, layers, vault, ...consumer(hub) };
}

export function wireNotify(): FullNotifyWorld & QueueConsumer {
  const { hub, base } = wireHub();
  const secret = makeSlackSecret({ hub, clock, arn: requireEnv(ENV.slackSecret) });
  return {
    ...base,
    inspector: makeInspector({ secret, ...apiUrl() }),
    countBroken: (value) => log.metric('broken', { value, words: { message: 'self-check told' } }),
    desk: makeDesk({ secret, clock, log, readTeam: async () => (await base.config.read()).slack.team, ...apiUrl() }),
    ...consumer(hub),
  };
}

const apiUrl = (): { apiUrl?: string } => {
  const url = process.env[ENV.slackApiUrl];
  return url ? { apiUrl: url } : {};
};

export function wireSweep(): SweepWorld & SelfCheckWorld & CheckAccountsWorld & QueueConsumer {
  const { hub, base } = wireHub();
  const members = membersFor('sweep', base.config);
  const own = makeMemberClients(retrying, region(), envCredentials, 'cinch-sweep');
  const organizationsAt = ORGANIZATIONS_REGIONS[partitionOf(region())] ?? region();
  return {
    ...base,
    reader: makeReader({ ...retrying, members }),
    organization: makeOrganization({ client: makeHubClient({ ...retrying, region: organizationsAt }), clock }),
    ...consumer(hub),
    configHistory: makeConfigHistory({ hub, parameter: requireEnv(ENV.configParameter) }),
    members: makeMemberInspector({ members }),
    canary: makeCanary({ members, clock }),
    hub: makeHubInspector({ clients: own, clock, account: async () => (await base.config.read()).hub.account }),
  };
}
