import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateEventSourceMappingCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { type Account, createExecutionRole, createFunction, createQueue, openAccount, queueArn, receive } from './account.ts';
import { type ZipEntry, zip } from './zip.ts';

// Tells what it got by sending it on, so that the test sees the order in which batches were worked on.
const relay = `
const { appendFileSync } = require('node:fs');
exports.handler = async (event) => {
  const failures = [];
  for (const record of event.Records) {
    const body = JSON.parse(record.body);
    if (body.slow) await new Promise((resolve) => setTimeout(resolve, body.slow));
    appendFileSync(process.env.OUT, JSON.stringify({ ...body, at: Date.now(), pid: process.pid, tries: Number(record.attributes.ApproximateReceiveCount) }) + '\\n');
    if (body.fail) failures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures: failures };
};`;

// Not /tmp, of which each worker has its own.
const shared = existsSync('/var/tmp') ? '/var/tmp' : tmpdir();

interface Line {
  n: number;
  group: string;
  pid: number;
  at: number;
  tries: number;
}

let cloud: Cloud;
let account: Account;
let role: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(shared, 'cinch-queues-'));
  cloud = await startCloud();
  account = openAccount(cloud, '111111111111');
  role = await createExecutionRole(account, 'worker', { Action: 'sqs:*', Resource: '*' });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function connect(
  name: string,
  attributes: Record<string, string>,
  ...files: ZipEntry[]
): Promise<{ url: string; lines: () => Line[] }> {
  const queue = attributes.FifoQueue === 'true' ? `${name}.fifo` : name;
  const url = await createQueue(account, queue, attributes);
  const out = join(folder, `${name}.txt`);
  await createFunction(account, name, relay, {
    Role: role,
    Timeout: 20,
    Environment: { Variables: { OUT: out } },
    Code: { ZipFile: zip({ name: 'index.js', text: relay }, ...files) },
  });
  await account.lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: name,
      EventSourceArn: queueArn(account, queue),
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    }),
  );
  const lines = (): Line[] => {
    if (!existsSync(out)) return [];
    const text = readFileSync(out, 'utf8').trim();
    return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Line);
  };
  return { url, lines };
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1200 && !(await reached()); tries++) await sleep(25);
}

async function waiting(url: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes = {} } = await account.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
}

test('a FIFO queue: groups side by side, each in its order, every message once', async () => {
  const { url, lines } = await connect('groups', { FifoQueue: 'true', VisibilityTimeout: '60' });
  const groups = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (let n = 0; n < 10; n++) {
    const Entries = groups.map((group) => ({
      Id: group,
      MessageBody: JSON.stringify({ group, n, slow: 5 }),
      MessageGroupId: group,
      MessageDeduplicationId: `${group}${n}`,
    }));
    await account.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  }
  await until(async () => (await waiting(url)) === 0);
  const got = lines();
  expect(got).toHaveLength(60);
  for (const group of groups) {
    expect(got.filter((line) => line.group === group).map((line) => line.n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  expect(new Set(got.map((line) => line.pid)).size).toBeGreaterThan(1);
});

test('a standard queue: 200 messages, each once, several workers at a time', async () => {
  const { url, lines } = await connect('many', { VisibilityTimeout: '60' });
  for (let batch = 0; batch < 20; batch++) {
    const Entries = Array.from({ length: 10 }, (_, i) => ({
      Id: String(i),
      MessageBody: JSON.stringify({ n: batch * 10 + i, slow: 10 }),
    }));
    await account.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  }
  await until(async () => (await waiting(url)) === 0);
  const got = lines();
  expect(got.map((line) => line.n).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(new Set(got.map((line) => line.pid)).size).toBeGreaterThan(1);
});

test('a reported failure comes back after the visibility timeout and ends in the dead-letter queue; its batch does not', async () => {
  const dead = await createQueue(account, 'dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn(account, 'dead'), maxReceiveCount: 2 });
  const { url, lines } = await connect('partial', { VisibilityTimeout: '1', RedrivePolicy });
  const Entries = [0, 1, 2].map((n) => ({ Id: String(n), MessageBody: JSON.stringify({ n, fail: n === 1 }) }));
  await account.sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  const [lost] = await receive(account, dead, 1, 10);
  expect(JSON.parse(lost ?? '{}')).toMatchObject({ n: 1 });
  expect(
    lines()
      .filter((line) => line.n === 1)
      .map((line) => line.tries),
  ).toEqual([1, 2]);
  expect(lines().filter((line) => line.n !== 1)).toHaveLength(2);
  expect(await waiting(url)).toBe(0);
});

test('a message that keeps failing holds up its own group only', async () => {
  const { url, lines } = await connect('stuck', { FifoQueue: 'true', VisibilityTimeout: '30' });
  const send = (group: string, n: number, fail: boolean): Promise<unknown> =>
    account.sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: JSON.stringify({ group, n, fail }),
        MessageGroupId: group,
        MessageDeduplicationId: `${group}${n}`,
      }),
    );
  await send('bad', 0, true);
  await until(() => lines().length === 1);
  await send('bad', 1, false);
  await send('good', 0, false);
  await until(() => lines().length === 2);
  expect(lines().map((line) => line.group)).toEqual(['bad', 'good']);
});

test('what is worked on while the function is changed ends on the old version, and no message waits', async () => {
  const { url, lines } = await connect('changed', { VisibilityTimeout: '120' });
  const send = (n: number, slow = 0) =>
    account.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify({ n, slow }) }));
  await send(1, 2_000);
  await taken(url);
  await account.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'changed', MemorySize: 256 }));
  await expect.poll(() => lines().map(({ n, tries }) => [n, tries])).toEqual([[1, 1]]);
  await send(2);
  await expect.poll(() => lines().length).toBe(2);
  const [old, young] = lines();
  expect(young?.pid).not.toBe(old?.pid);
  await expect.poll(() => isRunning(old?.pid)).toBe(false);
});

test('what has been taken for a function that is changed before its process has started is worked on all the same', async () => {
  // So much to unpack that the change comes first.
  const { url, lines } = await connect('early', { VisibilityTimeout: '120' }, { name: 'data.txt', text: 'x'.repeat(40_000_000) });
  await account.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify({ n: 1 }) }));
  await taken(url);
  await account.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'early', MemorySize: 256 }));
  await expect.poll(() => lines().map(({ n, tries }) => [n, tries])).toEqual([[1, 1]]);
});

/** Waits until no message of the queue is left to be taken. */
async function taken(QueueUrl: string): Promise<void> {
  const visible = async (): Promise<string | undefined> => {
    const AttributeNames = ['ApproximateNumberOfMessages' as const];
    const { Attributes } = await account.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
    return Attributes?.ApproximateNumberOfMessages;
  };
  await expect.poll(visible, { interval: 5 }).toBe('0');
}

function isRunning(pid = 0): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
