import './quiet.ts';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Developer, makeRole, signIn, zip } from '../local/demo/workloads.ts';
import { HUB, type System, startSystem } from '../local/system.ts';
import { botFunctionName } from '../shared/names.ts';
import { breakdown, callList, callsPerLoop, type Loop, type Recording, startRecording, untilQuiet } from './loop-calls.ts';
import { errorLines } from './loop-errors.ts';
import { quantile } from './quantiles.ts';

/**
 * The local loop: from the return of CreateFunction (timeout 900 s behind the policy's ceiling) to the fix's verified end, as the ledger says.
 *   npx tsx bench/loop.ts [one after another=200] [at once=200] [recorded=20] [--one-role] [--workers=<n>] [--calls]
 * Prints minimum, median, p99 and maximum for functions created one after another; the time until the last of many created at once; and,
 * from a few more whose every AWS call is recorded, where the time goes and how many calls it takes. `--calls` lists those of one.
 * Every function has a role of its own, as the CDK and SAM make them; with `--one-role` all have the same.
 * `--workers` sets how many on-change and apply may run at once, instead of what is deployed.
 */

const [serial = 200, burst = 200, recorded = 20] = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const isOneRole = process.argv.includes('--one-role');
const workers = Number(process.argv.find((arg) => arg.startsWith('--workers='))?.split('=')[1] ?? 0);
const listsCalls = process.argv.includes('--calls');
const code = zip({ 'index.js': 'exports.handler = async () => 1;' });
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const ms = (value: number): string => `${Math.round(value)} ms`;

interface Bench {
  readonly developer: Developer;
  /** Function name -> the role that it is to have. */
  readonly roles: Map<string, string>;
  /** Resolves when no message waits in any of Cinch's queues. */
  readonly untilIdle: () => Promise<void>;
  /** Function name -> time its plan was applied and verified. */
  readonly times: () => Promise<Map<string, number>>;
}

/** Answers when CreateFunction returned. */
async function createFunction({ developer, roles }: Bench, name: string): Promise<number> {
  const input = {
    FunctionName: name,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: roles.get(name) ?? '',
    Code: { ZipFile: code },
    Timeout: 900,
  } as const;
  await developer.lambda.send(new CreateFunctionCommand(input));
  return Date.now();
}

/** Makes the roles ahead, and waits until Cinch has looked at them: they are not what is measured. */
async function makeRoles(bench: Bench, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const shared = isOneRole ? [...bench.roles.values()][0] : undefined;
    bench.roles.set(name, shared ?? (await makeRole(bench.developer, `${name}-role`)));
  }
  await bench.untilIdle();
}

async function idle(sqs: SQSClient): Promise<void> {
  const { QueueUrls: urls = [] } = await sqs.send(new ListQueuesCommand({}));
  for (let quiet = 0; quiet < 3; ) {
    const waiting = await Promise.all(urls.map((url) => messagesIn(sqs, url)));
    quiet = waiting.every((number) => number === 0) ? quiet + 1 : 0;
    await sleep(300);
  }
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }));
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

async function appliedTimes(table: DynamoDBClient, tableName: string): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  let start: Record<string, never> | undefined;
  do {
    const page = await table.send(new ScanCommand({ TableName: tableName, ...(start ? { ExclusiveStartKey: start } : {}) }));
    for (const item of page.Items ?? []) {
      const plan = JSON.parse(item.data?.S ?? '{}') as { appliedAt?: string; resource?: { name: string } };
      if (plan.appliedAt && plan.resource) times.set(plan.resource.name, Date.parse(plan.appliedAt));
    }
    start = page.LastEvaluatedKey as typeof start;
  } while (start);
  return times;
}

/** Scans seldom: whoever asks uses the processors that are measured. */
async function until({ times }: Bench, names: readonly string[], timeoutMs: number): Promise<Map<string, number>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await times();
    const missing = names.filter((name) => !found.has(name));
    if (missing.length === 0) return found;
    if (Date.now() > deadline) throw new Error(`${missing.length} of ${names.length} were not fixed in time, e.g. ${missing[0]}`);
    await sleep(2_000);
  }
}

/** Waits until the timeout is down and everything about it is done, so that one loop does not slow the next. */
async function untilDone({ developer }: Bench, name: string): Promise<void> {
  await sleep(300);
  for (;;) {
    const { Timeout } = await developer.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    if (Timeout !== 900) break;
    await sleep(50);
  }
  await sleep(600);
}

function reportSpread(label: string, values: readonly number[]): void {
  const [least, middle, p99, most] = [0, 0.5, 0.99, 1].map((share) => ms(quantile(values, share)));
  print(`${label}: minimum ${least}, median ${middle}, p99 ${p99}, maximum ${most}`);
}

async function oneAfterAnother(bench: Bench): Promise<void> {
  const created = new Map<string, number>();
  const names = Array.from({ length: serial }, (_, index) => `bench-serial-${index}`);
  await makeRoles(bench, names);
  for (const name of names) {
    created.set(name, await createFunction(bench, name));
    await untilDone(bench, name);
  }
  const applied = await until(bench, [...created.keys()], 120_000);
  reportSpread(
    `${serial} one after another`,
    [...created].map(([name, at]) => (applied.get(name) ?? Number.NaN) - at),
  );
}

async function allAtOnce(bench: Bench): Promise<void> {
  const names = Array.from({ length: burst }, (_, index) => `bench-burst-${index}`);
  await makeRoles(bench, names);
  const start = Date.now();
  const created = await Promise.all(names.map((name) => createFunction(bench, name)));
  const applied = await until(bench, names, 600_000);
  const waits = names.map((name, index) => (applied.get(name) ?? Number.NaN) - (created[index] ?? Number.NaN));
  const last = Math.max(...names.map((name) => applied.get(name) ?? Number.NaN));
  print(
    `${burst} at once: created within ${ms(Math.max(...created) - start)}, the last one put right ${ms(last - start)} after the first call`,
  );
  reportSpread('  each', waits);
}

async function recordLoops(bench: Bench, recording: Recording): Promise<Loop[]> {
  const loops: Omit<Loop, 'applied'>[] = [];
  // The first one starts the functions again, with the recorder.
  const names = Array.from({ length: recorded + 1 }, (_, index) => `bench-recorded-${index}`);
  await makeRoles(bench, names);
  for (const name of names) {
    recording.clear();
    const created = await createFunction(bench, name);
    await untilDone(bench, name);
    loops.push({ created, calls: await untilQuiet(recording) });
  }
  const applied = await until(bench, names, 120_000);
  return loops.map((loop, index) => ({ ...loop, applied: applied.get(names[index] ?? '') ?? Number.NaN })).slice(1);
}

async function whereTimeGoes(bench: Bench, system: System): Promise<void> {
  // The functions start anew: what they are at would be lost until its message is visible again.
  await bench.untilIdle();
  const recording = await startRecording(system);
  try {
    const loops = await recordLoops(bench, recording);
    print(`\nwhere the time goes, median of ${recorded} with every call recorded:`);
    for (const [part, value] of breakdown(loops)) print(`${ms(value).padStart(8)}  ${part}`);
    const calls = callsPerLoop(loops);
    print(`AWS calls for one created function and its fix: ${calls.map(([name, number]) => `${name} ${number}`).join(', ')}`);
    const last = loops.at(-1);
    if (listsCalls && last) for (const line of callList(last)) print(line);
  } finally {
    recording.stop();
  }
}

async function setWorkers(system: System): Promise<void> {
  const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
  for (const FunctionName of [botFunctionName('on-change'), botFunctionName('apply')]) {
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
    for (const { UUID } of EventSourceMappings)
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, ScalingConfig: { MaximumConcurrency: workers } }));
  }
}

async function run(system: System): Promise<void> {
  if (workers > 0) await setWorkers(system);
  const table = new DynamoDBClient(system.clientConfig(HUB.account, HUB.region));
  const tableName = (await table.send(new ListTablesCommand({}))).TableNames?.[0] ?? '';
  const developer = await signIn(system);
  const sqs = new SQSClient(system.clientConfig(HUB.account, HUB.region));
  const bench: Bench = {
    developer,
    roles: new Map(),
    untilIdle: () => idle(sqs),
    times: () => appliedTimes(table, tableName),
  };
  await makeRoles(bench, ['bench-warm-up']);
  await createFunction(bench, 'bench-warm-up');
  await until(bench, ['bench-warm-up'], 120_000);
  await sleep(1_000);
  print(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(2)}`);
  if (serial > 0) await oneAfterAnother(bench);
  if (burst > 0) await allAtOnce(bench);
  if (recorded > 0) await whereTimeGoes(bench, system);
  for (const [line, times] of await errorLines(system)) print(`logged ${times} times: ${line}`);
}

const system = await startSystem({
  unlimitedSlack: true,
  configFile: new URL('./loop.yaml', import.meta.url).pathname,
  log: (line) => process.stderr.write(`${line}\n`),
});
try {
  await run(system);
} finally {
  await system.stop();
}
