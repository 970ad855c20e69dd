import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';
import { deployedFunctions } from '../../infra/exporting.ts';
import { makeStacks } from '../../infra/make-stacks.ts';
import { readConfigFile } from '../../infra/read-config.ts';
import { cdkDeploy } from '../../local/cloud/cdk.ts';
import { type Developer, makeFunction, signIn } from '../../local/demo/workloads.ts';
import { HUB, MEMBER, type System, startSystem } from '../../local/system.ts';
import { botFunctionName } from '../../shared/names.ts';
import { settingsFor } from '../infra/stacks.ts';
import { cardsOf, textOf } from './cards.ts';
import { type HubView, QUEUES, viewHub } from './hub.ts';
import { type Queues, watchQueues } from './queues.ts';
import { keepTrail, type Trail } from './trail.ts';
import { pause, untilTaken } from './until.ts';
import { ALICE } from './workbench.ts';

/** The hub is deployed again with other code while changes come in: before, during and after. */

const CONFIG_FILE = fileURLToPath(new URL('./faults.yaml', import.meta.url));
const CONFIG = readConfigFile(CONFIG_FILE);
const FUNCTIONS = deployedFunctions(CONFIG);
const TOO_LONG = 900;
const CEILING = 60;
const QUIET_MS = 2_000;
const BETWEEN_MS = 150;

let system: System;
let hub: HubView;
let trail: Trail;
let queues: Queues;
let dana: Developer;
let next: string;
const folder = mkdtempSync(fileURLToPath(new URL('../../.local/upgrade-', import.meta.url)));

beforeAll(async () => {
  system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true });
  [hub, trail, dana] = await Promise.all([viewHub(system), keepTrail(system, MEMBER), signIn(system)]);
  queues = watchQueues(system);
  next = await nextVersion();
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await system?.stop();
});

/** Synthesizes a next version, in which every function's code is another. */
async function nextVersion(): Promise<string> {
  await bundleFunctions(folder, FUNCTIONS);
  for (const name of FUNCTIONS) appendFileSync(join(folder, name, 'index.js'), '\n// the next version\n');
  const outdir = join(folder, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  makeStacks(app, {
    config: CONFIG,
    settings: settingsFor({
      synthesizer: 'cli-credentials',
      slackApiUrl: system.slack.apiUrl,
      removal: RemovalPolicy.DESTROY,
    }),
    codeOf: (name) => Code.fromAsset(join(folder, name)),
  });
  app.synth();
  return outdir;
}

async function codeHashes(): Promise<(string | undefined)[]> {
  const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
  return Promise.all(
    FUNCTIONS.map(botFunctionName).map(
      async (FunctionName) => (await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).CodeSha256,
    ),
  );
}

async function queueUrls(): Promise<string[]> {
  const { QueueUrls = [] } = await new SQSClient(system.clientConfig(HUB.account, HUB.region)).send(new ListQueuesCommand({}));
  return QueueUrls.toSorted();
}

it('an upgrade loses no message, does nothing twice, and what was asked and done before it can still be answered', {
  timeout: 240_000,
}, async () => {
  const cards = cardsOf(system);
  const ready = Array.from({ length: 24 }, (_, index) => `quick-${index}`);
  await Promise.all(ready.map((name) => makeFunction(dana, { name, timeout: CEILING })));
  const names: string[] = [];
  const change = async (): Promise<void> => {
    const FunctionName = ready.shift();
    await pause(BETWEEN_MS);
    if (FunctionName === undefined) return;
    names.push(FunctionName);
    await untilTaken(() => dana.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: TOO_LONG })));
  };
  await change();
  await makeFunction(dana, { name: 'asked', environment: { DB_PASSWORD: 'pq7-Zk2mT9wXv4Lr8sNd', STAGE: 'test' } });
  await queues.untilIdle(QUIET_MS);
  const before = { hashes: await codeHashes(), urls: await queueUrls() };
  await hub.setConsumed('work', false);
  for (let count = 0; count < 5; count++) await change();

  let isDeployed = false;
  const deployed = cdkDeploy(system.cloud, { ...HUB, app: next, stacks: ['CinchHub'] }).finally(() => {
    isDeployed = true;
  });
  while (!isDeployed) await change();
  await deployed;
  expect(names.length).toBeGreaterThan(6 + 3);
  await makeFunction(dana, { name: 'after', timeout: TOO_LONG });
  names.push('after');
  await hub.setConsumed('work', true);
  await queues.untilIdle(QUIET_MS);

  const hashes = await codeHashes();
  for (const [index, hash] of hashes.entries()) expect(hash).not.toBe(before.hashes[index]);
  expect(await queueUrls()).toEqual(before.urls);

  const findings = await hub.findings();
  for (const name of names) {
    const config = await dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    const found = findings.filter(({ resource }) => resource.name === name).map(({ status, timesFixed }) => [status, timesFixed]);
    expect({ name, timeout: config.Timeout, found, writes: await trail.writesOf(name) }).toEqual({
      name,
      timeout: CEILING,
      found: [['fixed', 1]],
      writes: ['UpdateFunctionConfiguration'],
    });
  }
  for (const queue of QUEUES) expect(await hub.dead(queue)).toEqual([]);

  await cards.press(await cards.one('timeout of quick-0'), 'undo', ALICE);
  await cards.press(await cards.one('asked'), 'approve', ALICE);
  await expect.poll(async () => textOf(await cards.one('timeout of quick-0'))).toContain('Undone.');
  await expect.poll(async () => textOf(await cards.one('asked'))).toContain('Done and checked');
});
