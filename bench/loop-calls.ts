import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { HUB, type System } from '../local/system.ts';
import { type BotFunction, botFunctionName } from '../shared/names.ts';
import { median } from './quantiles.ts';

/** One request that a function made; times in ms since 1970. */
export interface Call {
  readonly who: string;
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

export interface Recording {
  clear(): void;
  read(): Call[];
  stop(): void;
}

const RECORDED: readonly BotFunction[] = ['on-change', 'apply', 'notify'];
const recorder = fileURLToPath(new URL('./record-calls.cjs', import.meta.url));

/** From now on the functions write down every request they make. They start cold once more. */
export async function startRecording(system: System, recorded: readonly BotFunction[] = RECORDED): Promise<Recording> {
  const folder = mkdtempSync(fileURLToPath(new URL('../.local/calls-', import.meta.url)));
  const file = join(folder, 'calls.jsonl');
  writeFileSync(file, '');
  const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
  for (const name of recorded.map(botFunctionName)) {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    const Variables = { ...Environment?.Variables, CINCH_BENCH_CALLS: file, NODE_OPTIONS: `--require=${recorder}` };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables } }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 30, minDelay: 1 }, { FunctionName: name });
  }
  return {
    clear: () => writeFileSync(file, ''),
    read: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Call),
    stop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What happened to one function: when it was there, when its fix was verified, and the calls that were made for it. */
export interface Loop {
  readonly created: number;
  readonly applied: number;
  readonly calls: readonly Call[];
}

/** Waits until nobody has called for a while: then everything about the last change is done. */
export async function untilQuiet(recording: Recording): Promise<Call[]> {
  for (;;) {
    const calls = recording.read();
    const last = Math.max(...calls.map((call) => call.end));
    if (Date.now() - last > 400) return calls;
    await sleep(100);
  }
}

/** The marks of one loop in order, each with what ends at it. */
function marksOf({ created, applied, calls }: Loop): [part: string, at: number][] {
  const sorted = [...calls].sort((a, b) => a.start - b.start);
  const of = (name: BotFunction) => sorted.filter(({ who }) => who === botFunctionName(name));
  const onChange = of('on-change');
  const apply = of('apply');
  const sent = onChange.find(({ what }) => what === 'SendMessage');
  const sealed = apply.find(({ what }) => what === 'GenerateDataKey');
  const written = apply.find(({ what }) => what.startsWith('PUT '));
  const readings = onChange.filter(({ what, end }) => / \//.test(what) && end <= (sent?.start ?? 0)).map(({ end }) => end);
  return [
    ['event to on-change (CloudTrail record, two buses, queue)', onChange[0]?.start ?? Number.NaN],
    ['on-change: reads the function', Math.max(...readings)],
    ['on-change: judges, records, queues', sent?.end ?? Number.NaN],
    ['queue to apply', apply[0]?.start ?? Number.NaN],
    ['apply: lease, re-reads, re-judges, waits until settled', sealed?.start ?? Number.NaN],
    ['apply: seals, writes the intent, reads the revision', written?.start ?? Number.NaN],
    ['apply: the write', written?.end ?? Number.NaN],
    ['apply: waits until settled, verifies, judges again', applied],
    ['in all, from the call to the verified end', created],
    ['then: finding, audit, plan and announcements written', apply.at(-1)?.end ?? Number.NaN],
  ];
}

/** Median ms of each part of the way. */
export function breakdown(loops: readonly Loop[]): [part: string, ms: number][] {
  const parts = new Map<string, number[]>();
  for (const loop of loops) {
    let before = loop.created;
    for (const [part, at] of marksOf(loop)) {
      const isTotal = at === loop.created;
      const ms = isTotal ? loop.applied - loop.created : at - before;
      parts.set(part, [...(parts.get(part) ?? []), ms]);
      if (!isTotal) before = at;
    }
  }
  return [...parts].map(([part, all]) => [part, median(all)]);
}

/** Median number of calls a loop makes, by function. */
export const callsPerLoop = (loops: readonly Loop[]): [name: BotFunction, calls: number][] =>
  RECORDED.map((name) => [
    name,
    median(loops.map(({ calls }) => calls.filter(({ who }) => who === botFunctionName(name)).length)),
  ]);

/** The calls of one loop by function and name, in order of their beginning. */
export function callList({ created, calls }: Loop): string[] {
  return [...calls]
    .sort((a, b) => a.start - b.start)
    .map(
      ({ who, what, start, end }) =>
        `${String(start - created).padStart(6)} +${String(end - start).padEnd(4)} ${who.padEnd(16)} ${what}`,
    );
}
