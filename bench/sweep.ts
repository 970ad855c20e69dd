import './quiet.ts';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand, paginateScan, QueryCommand } from '@aws-sdk/client-dynamodb';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { readConfigFile } from '../infra/read-config.ts';
import { zip } from '../local/demo/workloads.ts';
import { HUB, MEMBER, type System, startSystem } from '../local/system.ts';
import { placesOf } from '../shared/config/places.ts';
import { everyRead } from '../shared/grants/member-roles.ts';
import { allow } from '../shared/grants/statements.ts';
import { placeId } from '../shared/model/place.ts';
import { botFunctionName, botRoleName } from '../shared/names.ts';
import { type Call, type Recording, startRecording } from './loop-calls.ts';
import { errorLines } from './loop-errors.ts';

/**
 * A whole round over an organization on the local cloud: twelve accounts, three regions each, every rule on.
 *   npx tsx bench/sweep.ts [functions a place=20] [calls a second=1000] [--one-role]
 * Prints functions a second, AWS calls a function and by name, the most calls a second that one account's Lambda saw, what the next round
 * takes when nothing has changed, and how long an event's function waits to be known while a round is under way.
 * Every function has a role of its own, as the CDK and SAM make them; with `--one-role` those of an account share one.
 */

const [perPlace = 20, callsPerSecond = 1000] = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const isOneRole = process.argv.includes('--one-role');
const CONFIG_FILE = fileURLToPath(new URL('./sweep.yaml', import.meta.url));
const PARAMETER = '/cinch-hub/config';
const code = zip({ 'index.js': 'exports.handler = async () => 1;' });
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);

const trust = (principal: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

/** What the member stack gives the reader, without a deployment for each account. */
async function admitReader(system: System, account: string): Promise<void> {
  if (account === MEMBER.account) return;
  const iam = new IAMClient(system.clientConfig(account));
  const hub = ['on-change', 'sweep', 'apply'] as const;
  const AWS = hub.map((name) => `arn:aws:iam::${HUB.account}:role/${botRoleName(name)}`);
  await iam.send(new CreateRoleCommand({ RoleName: 'cinch-read', AssumeRolePolicyDocument: trust({ AWS }) }));
  const Statement = allow(everyRead(), { partition: 'aws', account });
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'cinch-read', PolicyName: 'read', PolicyDocument }));
}

async function makeRole(system: System, account: string, name: string): Promise<string> {
  const iam = new IAMClient(system.clientConfig(account));
  const AssumeRolePolicyDocument = trust({ Service: 'lambda.amazonaws.com' });
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  const Statement = [{ Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: `arn:aws:logs:*:${account}:log-group:/aws/*` }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'app', PolicyDocument }));
  return `arn:aws:iam::${account}:role/${name}`;
}

async function makeFunctions(system: System, account: string, regions: readonly string[]): Promise<void> {
  const shared = isOneRole ? await makeRole(system, account, 'bench-shared') : undefined;
  for (const region of regions) {
    const lambda = new LambdaClient(system.clientConfig(account, region));
    for (let index = 0; index < perPlace; index++) {
      const FunctionName = `bench-${index}`;
      const Role = shared ?? (await makeRole(system, account, `bench-${region}-${index}`));
      const input = { FunctionName, Role, Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: code } } as const;
      await lambda.send(new CreateFunctionCommand(input));
    }
  }
}

/** How many keys of the ledger begin with a text. Every page of the whole table is read: asked for once a round, since in the emulator that takes seconds. */
async function countItems(table: DynamoDBClient, name: string, prefix: string): Promise<number> {
  let count = 0;
  const pages = paginateScan(
    { client: table },
    {
      TableName: name,
      FilterExpression: 'begins_with(pk, :prefix)',
      ExpressionAttributeValues: { ':prefix': { S: prefix } },
      Select: 'COUNT',
    },
  );
  for await (const page of pages) count += page.Count ?? 0;
  return count;
}

interface Bench {
  readonly system: System;
  readonly hub: LambdaClient;
  readonly sqs: SQSClient;
  readonly looks: string;
  /** Items of one key of the ledger. */
  readonly items: (pk: string) => Promise<{ data: string }[]>;
  readonly count: (prefix: string) => Promise<number>;
  readonly places: readonly string[];
  readonly functions: number;
}

async function looksLeft({ sqs, looks }: Bench): Promise<number> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: looks, AttributeNames: ['All'] }));
  return Number(Attributes?.ApproximateNumberOfMessages) + Number(Attributes?.ApproximateNumberOfMessagesNotVisible);
}

/** A round from the wish until every function is judged: seconds. */
async function runRound(bench: Bench): Promise<number> {
  const { hub, items, count, places, functions } = bench;
  const start = Date.now();
  const Payload = JSON.stringify({ lookNow: true });
  await hub.send(new InvokeCommand({ FunctionName: botFunctionName('sweep'), Payload }));
  for (;;) {
    await sleep(2_000);
    const stored = (await Promise.all(places.map((place) => items(`ROUND#${place}`)))).flat();
    const rounds = stored.map(({ data }) => JSON.parse(data) as { round: string; stage: string | null });
    const ours = rounds.filter(({ round }) => Date.parse(round) >= start - 1_000);
    const listed = ours.filter(({ stage }) => stage === null).length;
    const left = await looksLeft(bench);
    const seconds = (Date.now() - start) / 1_000;
    note(`${seconds.toFixed(0)} s: ${listed} of ${places.length} places listed, ${left} looks left`);
    if (listed === places.length && left === 0) {
      const judged = await count(`HANDLED#look-${ours[0]?.round}-arn:aws:lambda`);
      if (judged >= functions) return seconds;
      note(`${judged} of ${functions} functions judged`);
    }
    if (seconds > 3_600) throw new Error('the round did not end within an hour');
  }
}

const HUB_CALLS =
  /^(GetItem|PutItem|UpdateItem|DeleteItem|Query|BatchGetItem|SendMessage|SendMessageBatch|ChangeMessage\w+|GetQueueUrl|GetParameter|PutEvents|AssumeRole)$/;

/** `GET /2015-03-31/functions/bench-1/aliases` -> `GET /functions/_/aliases`: one name for each kind of call. */
const kindOf = (what: string): string =>
  what
    .replace(/\?.*$/, '')
    .replace(/\/20\d\d-\d\d-\d\d/, '')
    .replace(/(functions|tags|layers|restapis|apis)\/[^/]+/, '$1/_');

function tell(calls: readonly Call[], functions: number): void {
  const member = calls.filter(({ what }) => !HUB_CALLS.test(what));
  const each = (number: number): string => (number / functions).toFixed(1);
  const lambda = member.filter(({ what }) => / \//.test(what));
  print(
    `AWS calls a function: ${each(calls.length)}; to the member account ${each(member.length)} (Lambda ${each(lambda.length)}), to the hub's own ${each(calls.length - member.length)}`,
  );
  const counted = new Map<string, number>();
  for (const { what } of calls) counted.set(kindOf(what), (counted.get(kindOf(what)) ?? 0) + 1);
  for (const [kind, number] of [...counted].sort((a, b) => b[1] - a[1]).slice(0, 24))
    print(`${each(number).padStart(7)}  ${kind}`);
}

async function setPace(system: System, perSecond: number): Promise<void> {
  const ssm = new SSMClient(system.clientConfig(HUB.account, HUB.region));
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: PARAMETER }));
  const config = JSON.parse(Parameter?.Value ?? '') as object;
  const Value = JSON.stringify({ ...config, sweep: { hours: 6, callsPerSecond: perSecond } });
  await ssm.send(new PutParameterCommand({ Name: PARAMETER, Value, Type: 'String', Overwrite: true }));
}

/** From CreateFunction in the member that sends events until the ledger has a finding of it, ms. */
async function eventLatency({ system, items }: Bench, name: string): Promise<number> {
  const Role = await makeRole(system, MEMBER.account, `${name}-role`);
  const lambda = new LambdaClient(system.clientConfig(MEMBER.account, MEMBER.region));
  const input = { FunctionName: name, Role, Runtime: 'nodejs22.x', Handler: 'index.handler', Code: { ZipFile: code } } as const;
  await lambda.send(new CreateFunctionCommand(input));
  const start = Date.now();
  const arn = `arn:aws:lambda:${MEMBER.region}:${MEMBER.account}:function:${name}`;
  while ((await items(`RESOURCE#${arn}`)).length === 0) await sleep(100);
  return Date.now() - start;
}

async function run(system: System, recording: Recording): Promise<void> {
  const config = readConfigFile(CONFIG_FILE);
  const table = new DynamoDBClient(system.clientConfig(HUB.account, HUB.region));
  const tableName = (await table.send(new ListTablesCommand({}))).TableNames?.[0] ?? '';
  await setPace(system, callsPerSecond);
  note('making the accounts');
  for (const { account, regions } of config.members) {
    await admitReader(system, account);
    await makeFunctions(system, account, regions);
  }
  const regions = config.members.reduce((sum, member) => sum + member.regions.length, 0);
  const sqs = new SQSClient(system.clientConfig(HUB.account, HUB.region));
  const bench: Bench = {
    system,
    hub: new LambdaClient(system.clientConfig(HUB.account, HUB.region)),
    sqs,
    looks:
      (await sqs.send(new ListQueuesCommand({}))).QueueUrls?.find((url) => /looks/i.test(url) && !/dead|dlq/i.test(url)) ?? '',
    items: async (pk) => {
      const found = await table.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
        }),
      );
      return (found.Items ?? []).map(({ data }) => ({ data: data?.S ?? '' }));
    },
    count: (prefix) => countItems(table, tableName, prefix),
    places: [...new Set(placesOf(config.members).map(placeId))],
    functions: regions * perPlace,
  };
  await sleep(5_000);
  const load = loadavg()[0]?.toFixed(2);
  print(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${load}`);
  print(
    `${config.members.length} accounts, ${regions} regions of them, ${bench.functions} functions, ${callsPerSecond} calls a second allowed`,
  );
  print(`an event on its own: ${await eventLatency(bench, 'bench-alone')} ms until its function is known`);
  for (const which of ['the first round, everything new', 'the next round, nothing changed']) {
    recording.clear();
    const round = runRound(bench);
    const latency = which.startsWith('the next') ? sleep(8_000).then(() => eventLatency(bench, 'bench-meanwhile')) : undefined;
    const seconds = await round;
    print(`\n${which}: ${seconds.toFixed(1)} s, ${(bench.functions / seconds).toFixed(1)} functions a second`);
    tell(recording.read(), bench.functions);
    if (latency) print(`an event during it: ${await latency} ms until its function is known`);
  }
  for (const [line, times] of await errorLines(system)) print(`logged ${times} times: ${line}`);
}

const system = await startSystem({ unlimitedSlack: true, configFile: CONFIG_FILE, log: note });
try {
  const recording = await startRecording(system, ['on-change', 'sweep']);
  try {
    await run(system, recording);
  } finally {
    recording.stop();
  }
} finally {
  await system.stop();
}
