import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { createExecutionRole, createFunction, invoke, openAccount } from './account.ts';

const repoRoot = fileURLToPath(new URL('../../..', import.meta.url));
const tellPid = 'exports.handler = async () => ({ pid: process.pid, folder: __dirname });';

const started: Cloud[] = [];
async function start(): Promise<Cloud> {
  const cloud = await startCloud();
  started.push(cloud);
  return cloud;
}
afterEach(async () => {
  for (const cloud of started.splice(0)) await cloud.stop();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 400 && isAlive(pid); tries++) await sleep(25);
  return !isAlive(pid);
}

async function startWorker(cloud: {
  endpoint: string;
  credentials: Cloud['credentials'];
}): Promise<{ pid: number; folder: string }> {
  const account = openAccount(cloud as Cloud, '222222222222');
  const role = await createExecutionRole(account, 'worker');
  await createFunction(account, 'worker', tellPid, { Role: role });
  return (await invoke(account, 'worker')).payload as { pid: number; folder: string };
}

test('two clouds side by side know nothing of each other, and each can be emptied', async () => {
  const [first, second] = await Promise.all([start(), start()]);
  expect(first.port).not.toBe(second.port);
  await Promise.all([startWorker(first), startWorker(second)]);
  await first.reset();
  const list = async (cloud: Cloud): Promise<(string | undefined)[]> => {
    const found = await openAccount(cloud, '222222222222').lambda.send(new ListFunctionsCommand({}));
    return (found.Functions ?? []).map((each) => each.FunctionName);
  };
  expect(await list(first)).toEqual([]);
  expect(await list(second)).toEqual(['worker']);
});

test('stop ends the emulator, its workers and their files', async () => {
  const cloud = await start();
  const worker = await startWorker(cloud);
  expect(isAlive(worker.pid)).toBe(true);
  await cloud.stop();
  expect(await untilGone(worker.pid)).toBe(true);
  expect(await untilGone(cloud.pid)).toBe(true);
  expect(existsSync(worker.folder)).toBe(false);
  await expect(fetch(`${cloud.endpoint}/_ministack/health`)).rejects.toThrow();
});

test('a parent that is killed hard leaves nothing behind', async () => {
  const script = `
    import { startCloud } from './local/cloud/start.ts';
    const cloud = await startCloud();
    console.log(JSON.stringify({ pid: cloud.pid, endpoint: cloud.endpoint }));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: repoRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => parent.stdout.once('data', (data) => resolve(String(data))));
  const { pid, endpoint } = JSON.parse(line) as { pid: number; endpoint: string };
  const worker = await startWorker({ endpoint, credentials: (id) => ({ accessKeyId: id, secretAccessKey: 'test' }) });
  parent.kill('SIGKILL');
  expect(await untilGone(worker.pid)).toBe(true);
  expect(await untilGone(pid)).toBe(true);
  expect(existsSync(worker.folder)).toBe(false);
});

test('a log file that can not be written is told before anything starts', async () => {
  await expect(startCloud({ logFile: join(repoRoot, 'no-such-folder', 'log') })).rejects.toThrow(/no-such-folder/);
});
