import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { buildLayers } from '../layers/build-layers.ts';
import { ensureAssetsBucket } from './cloud/assets-bucket.ts';
import { cdkDeploy } from './cloud/cdk.ts';
import './cloud/loopback.cjs';
import { type Cloud, type Deliveries, startCloud } from './cloud/start.ts';
import { makeTrail } from './cloud/trail.ts';
import { CHANNEL, PEOPLE } from './people.ts';
import { ensureGo } from './setup/setup.mjs';
import { type SlackUser, type SlackWorkspace, startSlack } from './slack/start.ts';

export const HUB = { account: '111111111111', region: 'us-east-1' } as const;
export const MEMBER = { account: '222222222222', region: 'us-east-1' } as const;

export interface System {
  readonly cloud: Cloud;
  readonly slack: SlackWorkspace;
  readonly channel: string;
  /** For `cinch approvals --url`. */
  readonly approvalsUrl: string;
  /** For SDK clients of one account's root. */
  clientConfig(account: string, region?: string): ClientConfig;
  stop(): Promise<void>;
}

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** Stacks besides the hub's, deployed as the root of one account, in this order. */
export interface Extra {
  readonly account: string;
  /** Every region that one of the stacks is in. */
  readonly regions: readonly string[];
  readonly stacks: readonly string[];
}

export interface SystemOptions {
  readonly log?: (line: string) => void;
  /** Every line of the emulator and of the CDK. */
  readonly detail?: (line: string) => void;
  /** Default: local/cinch.yaml. */
  readonly configFile?: string;
  /** For a cloud that holds more than one member: makes what must be there before Cinch, and says what to deploy. */
  readonly prepare?: (cloud: Cloud) => Promise<{ readonly configFile: string; readonly extras: readonly Extra[] }>;
  readonly slackPort?: number;
  /** More people than those of people.ts. */
  readonly people?: readonly SlackUser[];
  /** For load: Slack without its rate limits. */
  readonly unlimitedSlack?: boolean;
  /** For load: CloudTrail's records twice, late and out of order. */
  readonly deliveries?: Deliveries;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const BOT_TOKEN = 'xoxb-local-cinch';
const SIGNING_SECRET = 'local-signing-secret-0123456789ab';

/** The whole product on this machine: an AWS with two accounts, a Slack workspace, and Cinch deployed into it by the real CDK. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const log = options.log ?? (() => undefined);
  log('starting the local cloud and the Slack workspace');
  const [cloud, slack] = await Promise.all([
    startCloud({
      hubAccount: HUB.account,
      ...(options.detail ? { log: options.detail } : {}),
      ...(options.deliveries ? { deliveries: options.deliveries } : {}),
    }),
    startSlack({
      botToken: BOT_TOKEN,
      signingSecret: SIGNING_SECRET,
      users: [...Object.values(PEOPLE), ...(options.people ?? [])],
      channels: [CHANNEL],
      ...(options.slackPort ? { port: options.slackPort } : {}),
      ...(options.unlimitedSlack ? { limits: { postIntervalMs: 0, tiers: false } } : {}),
    }),
  ]);
  const stop = async () => {
    await Promise.all([cloud.stop(), slack.stop()]);
  };
  let approvalsUrl: string;
  try {
    const given = { configFile: options.configFile ?? join(root, 'local', 'cinch.yaml'), extras: [ONE_MEMBER] };
    const { configFile, extras } = (await options.prepare?.(cloud)) ?? given;
    approvalsUrl = await deploy({ cloud, slack, configFile, extras, log, detail: options.detail });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    cloud,
    slack,
    channel: CHANNEL.id,
    approvalsUrl,
    clientConfig: (account, region = 'us-east-1') => ({
      endpoint: cloud.endpoint,
      region,
      credentials: cloud.credentials(account),
    }),
    stop,
  };
}

export const ONE_MEMBER: Extra = {
  account: MEMBER.account,
  regions: [MEMBER.region],
  stacks: [`CinchMember-${MEMBER.account}-${MEMBER.region}`],
};

interface Deployment {
  readonly cloud: Cloud;
  readonly slack: SlackWorkspace;
  readonly configFile: string;
  readonly extras: readonly Extra[];
  readonly log: (line: string) => void;
  readonly detail: ((line: string) => void) | undefined;
}

async function deploy({ cloud, slack, configFile, extras, log, detail }: Deployment): Promise<string> {
  await buildLayers({ goBinary: await ensureGo(), outDir: join(root, 'layers', 'dist'), log });
  mkdirSync(join(root, '.local'), { recursive: true });
  const folder = mkdtempSync(join(root, '.local', 'deploy-'));
  try {
    const outputsFile = join(folder, 'outputs.json');
    const context = {
      config: configFile,
      synthesizer: 'cli-credentials',
      slackApiUrl: slack.apiUrl,
      removalPolicy: 'destroy',
      checks: 'off',
    };
    const common = { context, ...(detail ? { log: detail } : {}) };
    log('deploying the hub into 111111111111 (cdk deploy)');
    await cdkDeploy(cloud, {
      ...common,
      ...HUB,
      app: 'npx tsx infra/app.ts',
      stacks: ['CinchHub'],
      outputsFile,
      outputFolder: join(folder, 'cdk.out'),
    });
    await makeTrail(cloud, MEMBER.account, MEMBER.region);
    for (const { account, regions, stacks } of extras) {
      log(`deploying ${stacks.join(', ')} into ${account} (cdk deploy)`);
      const [region = HUB.region, ...others] = regions;
      for (const other of others) await ensureAssetsBucket(cloud, account, other);
      await cdkDeploy(cloud, { ...common, account, region, app: join(folder, 'cdk.out'), stacks });
    }
    const outputs = readOutputs(outputsFile);
    await connectSlack(cloud, slack, outputs);
    return onThisMachine(cloud, outputs.ApprovalsUrl);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOutputs(file: string): Record<string, string> {
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, string>>;
  const outputs = all.CinchHub;
  if (!outputs) throw new Error('the hub stack has no outputs');
  return outputs;
}

/** What the operator does after the first deployment: fill the secret, and give Slack the address for clicks. */
async function connectSlack(cloud: Cloud, slack: SlackWorkspace, outputs: Record<string, string>): Promise<void> {
  const secretId = outputs.SlackSecretArn;
  const url = outputs.SlackRequestUrl;
  if (!secretId || !url) throw new Error('the hub stack must have the outputs SlackSecretArn and SlackRequestUrl');
  const secrets = new SecretsManagerClient({
    endpoint: cloud.endpoint,
    region: HUB.region,
    credentials: cloud.credentials(HUB.account),
  });
  await secrets.send(
    new PutSecretValueCommand({
      SecretId: secretId,
      SecretString: JSON.stringify({ signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN }),
    }),
  );
  slack.setRequestUrl(onThisMachine(cloud, url));
}

/** An API's address as AWS would have it, and where it is here. */
function onThisMachine(cloud: Cloud, url: string | undefined): string {
  const [, apiId, path] = /^https:\/\/([a-z0-9]+)\.execute-api[^/]*(\/.*)$/.exec(url ?? '') ?? [];
  if (!apiId) throw new Error(`no address of an API: ${url}`);
  return `http://${apiId}.execute-api.localhost:${cloud.port}${path}`;
}
