import type { SQSRecord } from 'aws-lambda';
import { makeBus } from './aws/bus.ts';
import { makeCanary } from './aws/canary.ts';
import { makeConfigSource } from './aws/config-source.ts';
import { envCredentials } from './aws/credentials.ts';
import type { LightClient } from './aws/hub-client.ts';
import { makeHubInspector } from './aws/hub-inspector.ts';
import { makeLedger } from './aws/ledger.ts';
import { type MemberAccess, makeMemberAccess, makeMemberClients } from './aws/member.ts';
import { makeMemberInspector } from './aws/member-inspector.ts';
import { makeQueues } from './aws/queues.ts';
import { makeReader } from './aws/reader.ts';
import { makeSlackSecret } from './aws/slack-secret.ts';
import { makeStepRunner } from './aws/steps/index.ts';
import { makeVault } from './aws/vault.ts';
import type { ApplyWorld } from './flows/apply.ts';
import { brokenLine } from './flows/doctor/metric.ts';
import type { SelfCheckWorld } from './flows/doctor/self-check.ts';
import type { FullNotifyWorld } from './flows/notify.ts';
import type { OnChangeWorld } from './flows/on-change.ts';
import type { ConfigSource, World } from './flows/ports.ts';
import type { SweepWorld } from './flows/sweep.ts';
import { type BotFunction, ENV, requireEnv } from './names.ts';
import { makeDesk } from './slack/desk.ts';
import { makeInspector } from './slack/inspector.ts';
import { clock, hubClient, log, newId, region, retrying } from './wire-common.ts';

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
  };
  return {
    hub,
    base: {
      clock,
      log,
      config: makeConfigSource({ hub, clock, parameter: requireEnv(ENV.configParameter) }),
      ledger: makeLedger({ ...retrying, hub, table: requireEnv(ENV.table), id: newId }),
      queues: makeQueues({ hub, urls, id: newId }),
      bus: makeBus({ region: region(), busName: requireEnv(ENV.bus) }),
    },
  };
}

/** A function is given the URLs of the queues it sends to, and no others. */
function urlOf<K extends string>(key: K, variable: string): { [P in K]?: string } {
  const url = process.env[variable];
  return (url ? { [key]: url } : {}) as { [P in K]?: string };
}

const membersFor = (name: BotFunction, config: ConfigSource): MemberAccess =>
  makeMemberAccess({ ...retrying, region: region(), config, session: `cinch-${name}` });

export interface QueueConsumer {
  retryIn(record: SQSRecord, seconds: number): Promise<void>;
}

/** A failed message's next try, set by hand: the queue's own visibility timeout is as long as the longest run. */
function consumer(hub: LightClient): QueueConsumer {
  return {
    retryIn: async (record, seconds) => {
      const [, , , , account, name] = record.eventSourceARN.split(':');
      const QueueUrl = await queueUrl(hub, account, name);
      await hub.call('sqs', 'ChangeMessageVisibility', {
        QueueUrl,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      });
    },
  };
}

async function queueUrl(hub: LightClient, account: string | undefined, name: string | undefined): Promise<string> {
  const answer = await hub.call('sqs', 'GetQueueUrl', { QueueName: name, QueueOwnerAWSAccountId: account });
  return String(answer.QueueUrl);
}

export function wireOnChange(): OnChangeWorld & QueueConsumer {
  const { hub, base } = wireHub();
  const reader = makeReader({ ...retrying, members: membersFor('on-change', base.config) });
  return { ...base, reader, ...consumer(hub) };
}

export function wireApply(): ApplyWorld & QueueConsumer {
  const { hub, base } = wireHub();
  const members = membersFor('apply', base.config);
  const steps = makeStepRunner({
    ...retrying,
    members,
    config: base.config,
    id: newId,
    layerFolder: requireEnv('LAMBDA_TASK_ROOT'),
    functionsOfRole: base.ledger.functionsOfRole,
  });
  const vault = makeVault({ hub, keyArn: requireEnv(ENV.key) });
  return { ...base, reader: makeReader({ ...retrying, members }), steps, vault, ...consumer(hub) };
}

export function wireNotify(): FullNotifyWorld & QueueConsumer {
  const { hub, base } = wireHub();
  const secret = makeSlackSecret({ hub, clock, arn: requireEnv(ENV.slackSecret) });
  return {
    ...base,
    inspector: makeInspector({ secret, ...apiUrl() }),
    countBroken: (count) => process.stdout.write(`${brokenLine(count, clock.now())}\n`),
    desk: makeDesk({ secret, clock, log, readTeam: async () => (await base.config.read()).slack.team, ...apiUrl() }),
    ...consumer(hub),
  };
}

const apiUrl = (): { apiUrl?: string } => {
  const url = process.env[ENV.slackApiUrl];
  return url ? { apiUrl: url } : {};
};

export function wireSweep(): SweepWorld & SelfCheckWorld {
  const { base } = wireHub();
  const members = membersFor('sweep', base.config);
  const own = makeMemberClients(retrying, region(), envCredentials, 'cinch-sweep');
  return {
    ...base,
    reader: makeReader({ ...retrying, members }),
    members: makeMemberInspector({ members }),
    canary: makeCanary({ members, clock }),
    hub: makeHubInspector({ clients: own, clock, account: async () => (await base.config.read()).hub.account }),
  };
}
