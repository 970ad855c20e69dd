import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishVersionCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLayerCleaner } from '../../../shared/aws/layer-cleaner.ts';
import { makeReader } from '../../../shared/aws/reader.ts';
import { applyLayer } from '../../../shared/aws/steps/secrets/layer.ts';
import { oldVersions } from '../../../shared/engine/old-layers.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import {
  createExecutionRole,
  createFunction,
  MEMBER,
  type MemberCloud,
  REGION,
  realClock,
  startMemberCloud,
} from './cloud/member-cloud.ts';

let cloud: MemberCloud;
let reader: Reader;
let folder: string;

beforeAll(async () => {
  cloud = await startMemberCloud();
  reader = makeReader({ clock: realClock, random: Math.random, members: cloud.members });
  folder = mkdtempSync(join(tmpdir(), 'cinch-layers-'));
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What an installation of Cinch has to publish, of some content. */
function install(content: string): void {
  const zip = zipSync({ 'cinch/program': new TextEncoder().encode(content) });
  for (const program of ['secret-resolver', 'tmp-cleaner'])
    for (const architecture of ['x86_64', 'arm64']) writeFileSync(join(folder, `${program}-${architecture}.zip`), zip);
}
const publish = () => applyLayer(cloud.members.clients(MEMBER, REGION, 'write'), folder, 'arm64');

async function usedLayers(): Promise<string[]> {
  const used: string[] = [];
  let from: string | null = null;
  do {
    const page: Awaited<ReturnType<Reader['readLayerUsePage']>> = await reader.readLayerUsePage(MEMBER, REGION, from);
    used.push(...page.items);
    from = page.next;
  } while (from !== null);
  return used;
}

it('a layer is published once for each content; its old version is told, with who uses it, and deleted as cinch-write', async () => {
  expect(await reader.readOwnLayers(MEMBER, REGION)).toEqual([]);
  install('one');
  const first = await publish();
  expect(await publish()).toBe(first);
  install('two');
  const second = await publish();
  // Two that publish at the same time may both do it; from then on everybody takes the same one.
  install('three');
  await Promise.all([publish(), publish()]);
  const third = await publish();
  expect(await publish()).toBe(third);
  const own = await reader.readOwnLayers(MEMBER, REGION);
  expect(own.find(({ arn }) => arn === third)?.version).toBe(Math.max(...own.map(({ version }) => version)));
  expect(oldVersions(own).map(({ arn }) => arn)).toEqual(expect.arrayContaining([first, second]));
  expect(oldVersions(own).map(({ arn }) => arn)).not.toContain(third);

  const cleaner = makeLayerCleaner({ members: cloud.members, layerFolder: folder });
  const current = await cleaner.readCurrent();
  expect(current).toContain(own.find(({ arn }) => arn === third)?.description);
  expect(current).not.toContain(own.find(({ arn }) => arn === second)?.description);

  // The function moves on, but a version of it was published before: that one keeps the old layer for good.
  const role = await createExecutionRole(cloud, 'layered');
  const { name: FunctionName } = await createFunction(cloud, 'layered', role, { Architectures: ['arm64'], Layers: [second] });
  await cloud.lambda.send(new PublishVersionCommand({ FunctionName }));
  await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Layers: [third] }));
  await waitUntilFunctionUpdatedV2({ client: cloud.lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName });
  expect((await usedLayers()).sort()).toEqual([second, third].sort());

  const gone = own.find(({ arn }) => arn === first);
  if (!gone) throw new Error('not listed');
  await cleaner.applyDeletion(MEMBER, REGION, gone);
  await cleaner.applyDeletion(MEMBER, REGION, gone);
  expect((await reader.readOwnLayers(MEMBER, REGION)).map(({ arn }) => arn)).not.toContain(first);
});
