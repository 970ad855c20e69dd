import './quiet.ts';
import { rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { costOf, DEFAULTS } from '../cli/cost/model.ts';
import { figureOf } from '../cli/cost/usage.ts';
import { HUB, type System, startSystem } from '../local/system.ts';
import { botFunctionName } from '../shared/names.ts';
import { type Depths, type Queues, watchQueues } from '../test/system/queues.ts';
import { keepTrail, type Trail } from '../test/system/trail.ts';
import { type Between, standBetween } from './load-faults.ts';
import { readLedger } from './load-ledger.ts';
import { accountsOf, makeMembers, REGION, writeConfig } from './load-members.ts';
import { type Memory, memoryLine, readMemory } from './load-memory.ts';
import { type Stage, setStage } from './load-play.ts';
import { type Recount, recount } from './load-recount.ts';
import { randomFrom, type Script, writeScript } from './load-script.ts';
import { errorLines } from './loop-errors.ts';

/**
 * A load on the whole system in the local cloud, under enforced IAM: changes by ordinary AWS calls in many member accounts, one in ten of them
 * of functions, as fast as this machine takes them; a tenth of CloudTrail's records comes two or three times, a tenth late and out of order,
 * and some of Cinch's own calls are throttled, refused or their replies lost.
 *   npx tsx bench/load.ts [changes=10000] [accounts=50] [rounds=1] [--seed=1] [--faults=0.01] [--at-once=8]
 * Every round has new functions in the same cloud, so that what grows in a function's process is seen. After each, ledger, functions and
 * CloudTrail's records of Cinch's writes are compared with an independent recount; every difference is printed, and the exit code is 1.
 */

const [changes = 10_000, accountCount = 50, rounds = 1] = process.argv
  .slice(2)
  .filter((arg) => /^\d+$/.test(arg))
  .map(Number);
const option = (name: string, fallback: number): number =>
  Number(process.argv.find((arg) => arg.startsWith(`--${name}=`))?.split('=')[1] ?? fallback);
const seed = option('seed', 1);
const faultShare = option('faults', 0.01);
const atOnce = option('at-once', 8);
/** CloudTrail's worst delay here. */
const MAX_DELAY_SECONDS = 5;
/** So long without a message, and no more will come. */
const QUIET_MS = (MAX_DELAY_SECONDS + 2) * 1000;
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** What the emulator says of records that came badly. */
const badly = { again: 0, late: 0 };
function hear(line: string): void {
  const [, times = '1', after = '0'] = /arrives (\d+) times, the first after ([\d.]+) s/.exec(line) ?? [];
  badly.again += Number(times) > 1 ? 1 : 0;
  badly.late += Number(after) > 0 ? 1 : 0;
}

interface Bench {
  readonly system: System;
  readonly accounts: readonly string[];
  readonly trails: readonly Trail[];
  readonly stage: Stage;
  readonly queues: Queues;
  readonly between: Between;
}

async function runRound(bench: Bench, round: number, before: ReadonlySet<string>): Promise<Script & Recount> {
  const { system, accounts, stage, queues, between, trails } = bench;
  const script = writeScript(accounts, changes, round, randomFrom(seed * 1000 + round));
  await stage.makeRoles(script.acts);
  await queues.untilIdle(QUIET_MS);
  const known = new Set((await recordsOf(trails)).map(({ id }) => id));
  between.clear();
  Object.assign(badly, { again: 0, late: 0 });
  const samples: Memory[] = [readMemory(system)];
  const timer = setInterval(() => samples.push(readMemory(system)), 5_000);
  const start = Date.now();
  await stage.play(script.acts);
  const played = Date.now() - start;
  note(`round ${round}: ${changes} changes were made in ${seconds(played)}`);
  const { dead } = await queues.untilIdle(QUIET_MS, tellDepths(start));
  const done = Date.now() - start - QUIET_MS;
  clearInterval(timer);
  samples.push(readMemory(system));
  const records = (await recordsOf(trails)).filter(({ id }) => !known.has(id));
  const counted = await recount(system, script.acts, records, await readLedger(system, before));
  const undelivered = await queues.undelivered(accounts);
  tellRound(round, script, counted, { played, done, between, samples });
  const lost = [
    ...(dead > 0 ? [`${dead} messages are in dead-letter queues`] : []),
    ...(undelivered > 0 ? [`${undelivered} events were not forwarded`] : []),
  ];
  const differences = [...counted.differences, ...lost];
  print(differences.length === 0 ? '  no difference' : `  ${differences.length} DIFFERENCES`);
  for (const line of differences) print(`    ${line}`);
  return { ...script, ...counted, differences };
}

/** Every ten seconds. */
function tellDepths(start: number): (depths: Depths) => void {
  let told = 0;
  return ({ waiting, dead, where }) => {
    if (Date.now() - told < 10_000) return;
    told = Date.now();
    note(`${seconds(told - start)}: ${waiting} messages wait, ${dead} are dead: ${where}`);
  };
}

const recordsOf = async (trails: readonly Trail[]) => (await Promise.all(trails.map((trail) => trail.read()))).flat();

interface Run {
  /** ms */
  readonly played: number;
  readonly done: number;
  readonly between: Between;
  readonly samples: readonly Memory[];
}

function tellRound(round: number, script: Script, counted: Recount, { played, done, between, samples }: Run): void {
  const rate = (number: number): string => (number / (done / 1000)).toFixed(1);
  print(`\nround ${round}: ${changes} changes in ${seconds(played)}, everything done after ${seconds(done)}`);
  print(`  ${rate(changes)} changes a second, ${rate(script.relevant)} of functions, ${rate(counted.watched)} watched`);
  print(`  ${counted.watched} watched calls handled, ${badly.again} records came two or three times, ${badly.late} late`);
  print(`  ${counted.findings} findings, ${counted.plans} plans, ${counted.writes} writes by Cinch`);
  const all = [...between.calls].sort((a, b) => b[1] - a[1]);
  const each = (whose: string): string =>
    (all.reduce((sum, [kind, number]) => sum + (kind.startsWith(whose) ? number : 0), 0) / counted.watched).toFixed(1);
  print(
    `  AWS calls for each watched one: ${each('member')} to the member, ${each('hub')} to the hub's own; ${each('slack')} to Slack`,
  );
  for (const [kind, number] of all.slice(0, 12)) print(`    ${String(number).padStart(7)} ${kind}`);
  print(`  made to fail: ${[...between.faults].map(([fault, number]) => `${number} ${fault}`).join(', ') || 'none'}`);
  const middle = samples[Math.floor(samples.length / 2)];
  for (const [when, sample] of [
    ['before', samples[0]],
    ['midway', middle],
    ['after', samples.at(-1)],
  ] as const)
    if (sample) print(`  memory ${when}: ${memoryLine(sample)}`);
}

/** What AWS asks for one change and for one watched one, at the list prices of docs/cost.md. */
function tellCost(made: number, watched: number, findings: number, writes: number): void {
  const input = { ...DEFAULTS, accounts: accountCount, functions: 0, changesPerDay: made };
  const shares = { relevantShare: watched / made, findingShare: findings / watched, fixShare: writes / Math.max(1, findings) };
  const month = costOf({ ...input, ...shares }).usd - costOf({ ...input, ...shares, changesPerDay: 0 }).usd;
  const usd = month / figureOf('daysAMonth').value;
  print(
    `\ncost of so many changes: ${usd.toFixed(4)} USD; ${((usd / made) * 1e6).toFixed(1)} USD a million, ${((usd / watched) * 1e6).toFixed(1)} USD a million watched`,
  );
}

async function run(system: System, accounts: readonly string[]): Promise<boolean> {
  note(`making ${accounts.length} accounts`);
  await makeMembers(system, accounts);
  const trails: Trail[] = [];
  for (const account of accounts) trails.push(await keepTrail(system, { account, region: REGION }));
  const queues = watchQueues(system);
  const stage = setStage(system, atOnce);
  const between = await standBetween(system, faultShare, randomFrom(seed));
  try {
    note('the first look at every place');
    // The first look at every place is not what is measured, and would hide what the events do not bring.
    const hub = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
    await hub.send(new InvokeCommand({ FunctionName: botFunctionName('sweep'), Payload: '{}' }));
    await queues.untilIdle(5_000, tellDepths(Date.now()));
    const load = loadavg()[0]?.toFixed(2);
    print(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, load ${load}`);
    print(
      `${accounts.length} accounts, ${rounds} rounds of ${changes} changes, seed ${seed}, ${faultShare * 100} % of the calls fail`,
    );
    const total = { watched: 0, findings: 0, writes: 0, differences: 0 };
    const before = new Set<string>();
    for (let round = 1; round <= rounds; round++) {
      const result = await runRound({ system, accounts, trails, stage, queues, between }, round, before);
      for (const act of result.acts) before.add(`arn:aws:lambda:${REGION}:${act.account}:function:${act.name}`);
      total.watched += result.watched;
      total.findings += result.findings;
      total.writes += result.writes;
      total.differences += result.differences.length;
    }
    tellCost(changes * rounds, total.watched, total.findings, total.writes);
    for (const [line, times] of await errorLines(system)) print(`logged ${times} times: ${line}`);
    print(`${rounds} rounds, ${total.differences} differences`);
    return total.differences === 0;
  } finally {
    await between.stop();
  }
}

const accounts = accountsOf(accountCount);
const configFile = writeConfig(accounts);
const deliveries = { seed, again: 0.1, late: 0.1, maxDelaySeconds: MAX_DELAY_SECONDS };
const system = await startSystem({ unlimitedSlack: true, configFile, deliveries, log: note, detail: hear });
try {
  process.exitCode = (await run(system, accounts)) ? 0 : 1;
} finally {
  await system.stop();
  rmSync(dirname(configFile), { recursive: true, force: true });
}
