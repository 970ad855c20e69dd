import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DisableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { ChangeMessageVisibilityCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Developer, signIn } from '../../local/demo/workloads.ts';
import { HUB, MEMBER, type System, startSystem } from '../../local/system.ts';
import { findingId } from '../../shared/engine/fingerprint.ts';
import { functionResource } from '../../shared/model/resource.ts';
import { type BotFunction, botFunctionName } from '../../shared/names.ts';
import { type Cards, cardsOf, textOf } from './cards.ts';
import { type Fault, type FaultProxy, type ProxiedCall, sendThrough, startFaultProxy } from './fault-proxy.ts';
import { type HubView, viewHub } from './hub.ts';
import { type Queues, watchQueues } from './queues.ts';
import { scheduleOfSweep } from './schedule.ts';
import { keepTrail, type Trail } from './trail.ts';
import { pause, until } from './until.ts';

const POST_CARD = 'POST /api/chat.postMessage';

/** A moment at which a process ends: the nth call of that name that a function makes for one resource in one phase. */
export interface Point {
  readonly who: string;
  readonly what: string;
  readonly nth: number;
  readonly when: 'before' | 'after';
  /** A card was posted and the ledger does not have it: Slack knows no idempotency key, so it is posted again after two minutes. */
  readonly isPostUnknown: boolean;
}
export const describePoint = ({ who, what, nth, when }: Point): string => `${when} ${who} ${what} #${nth}`;

export interface Phase {
  readonly name: string;
  act(bench: FaultBench, name: string): Promise<unknown>;
  isDone(bench: FaultBench, name: string): Promise<boolean>;
}

export interface FaultStory {
  readonly name: string;
  readonly rule: string;
  readonly phases: readonly Phase[];
  /** What undo must give back. */
  seen(bench: FaultBench, name: string): Promise<object>;
}

export interface FaultBench {
  readonly system: System;
  readonly proxy: FaultProxy;
  readonly hub: HubView;
  readonly trail: Trail;
  readonly queues: Queues;
  readonly cards: Cards;
  readonly dana: Developer;
  config(name: string): Promise<FunctionConfiguration>;
  stop(): Promise<void>;
}

const CONFIG_FILE = join(dirname(fileURLToPath(import.meta.url)), 'faults.yaml');
const THROUGH: readonly BotFunction[] = ['on-change', 'apply', 'notify'];
/**
 * SQS hides a message for six times its function's timeout, longer than any run: what is shown again while a run goes on would be worked on
 * twice. Here that is shorter, and the message of a process that ended is shown at once.
 */
const HIDDEN_SECONDS = 120;
/** Longer than a change takes until its event is in a queue. */
const QUIET_MS = 2_000;
/** Until the emulator has seen that the process is gone. */
const ENDED_MS = 500;

export async function startFaultBench(): Promise<FaultBench> {
  const system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true });
  const proxy = await startFaultProxy();
  const stop = async () => {
    await Promise.all([proxy.stop(), system.stop()]);
  };
  try {
    const [hub, trail, dana] = await Promise.all([viewHub(system), keepTrail(system, MEMBER), signIn(system)]);
    const queues = watchQueues(system);
    await stopSweep(system);
    await oneByOne(system);
    await sendThrough(system, proxy, THROUGH);
    const config = (FunctionName: string) => dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return { system, proxy, hub, trail, queues, dana, cards: cardsOf(system), config, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What sweep would look at takes a second each, and none of it is told here. */
async function stopSweep(system: System): Promise<void> {
  const events = new EventBridgeClient(system.clientConfig(HUB.account, HUB.region));
  await events.send(new DisableRuleCommand({ Name: await scheduleOfSweep(events) }));
}

/** One message an invocation, so that a process that ends takes nobody else with it. */
async function oneByOne(system: System): Promise<void> {
  const settings = system.clientConfig(HUB.account, HUB.region);
  const lambda = new LambdaClient(settings);
  const sqs = new SQSClient(settings);
  for (const FunctionName of THROUGH.map(botFunctionName)) {
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
    for (const { UUID, EventSourceArn = '' } of EventSourceMappings) {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, BatchSize: 1 }));
      const Attributes = { VisibilityTimeout: String(HIDDEN_SECONDS) };
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queueUrlOf(system, EventSourceArn), Attributes }));
    }
  }
}

const queueUrlOf = ({ cloud }: System, arn: string): string =>
  `${cloud.endpoint}/${HUB.account}/${arn.slice(arn.lastIndexOf(':') + 1)}`;

/** The message that an ended process worked on is shown again: nobody waits until SQS would show it by itself. */
async function showAgain(system: System, { about }: ProxiedCall): Promise<void> {
  const ReceiptHandle = /"receiptHandle": ?"([^"]+)"/.exec(about)?.[1];
  const arn = /"eventSourceARN": ?"([^"]+)"/.exec(about)?.[1];
  if (!ReceiptHandle || !arn) throw new Error(`no message in ${about.slice(0, 200)}`);
  await pause(ENDED_MS);
  const sqs = new SQSClient(system.clientConfig(HUB.account, HUB.region));
  await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrlOf(system, arn), ReceiptHandle, VisibilityTimeout: 0 }));
}

/** A call that changes something, somewhere. */
const isWrite = ({ what }: ProxiedCall): boolean =>
  /^(Put(?!Events$)|PutEvents|Update|Delete|Send|Attach|Create|Add|Tag|PUT |POST |DELETE )/.test(what);

const isAbout = ({ about }: ProxiedCall, name: string, rule: string): boolean =>
  about.includes(name) || about.includes(findingId(rule, functionResource(MEMBER.account, MEMBER.region, name)));

/**
 * Every point of a phase as one undisturbed run shows it: before and after each write, and after each read. Before a read is the same as after
 * what came before it.
 * @param name of the function that was recorded
 * @param allReads whether reads count
 */
export function pointsOf(calls: readonly ProxiedCall[], name: string, allReads: boolean): Point[] {
  const seen = new Map<string, number>();
  let isUnknown = false;
  return calls.flatMap((call): Point[] => {
    const { who, what } = call;
    const key = `${who} ${what}`;
    const nth = (seen.get(key) ?? 0) + 1;
    seen.set(key, nth);
    const point = { who, what: what.replaceAll(name, 'NAME'), nth };
    // Others may call meanwhile, and their end leaves notify's alone.
    const isNotify = who === botFunctionName('notify');
    const isPostUnknown = isNotify && isUnknown;
    if (!isWrite(call)) return allReads ? [{ ...point, when: 'after', isPostUnknown }] : [];
    const before = { ...point, when: 'before', isPostUnknown } as const;
    if (isNotify) isUnknown = what === POST_CARD || (isUnknown && what !== 'PutItem');
    return [before, { ...point, when: 'after', isPostUnknown: isNotify && isUnknown }];
  });
}

/** Plays a story with one function for each entry, whose processes end once in each phase at the given points. */
export interface Played {
  readonly name: string;
  /** By phase; undefined where nothing ended. */
  readonly ended: (Point | undefined)[];
}

/** One function that nothing happens to: the calls of each phase. */
export async function record(bench: FaultBench, story: FaultStory, name: string): Promise<ProxiedCall[][]> {
  const phases: ProxiedCall[][] = [];
  for (const phase of story.phases) {
    bench.proxy.calls.length = 0;
    await phase.act(bench, name);
    await untilDone(bench, phase, [name]);
    await bench.queues.untilIdle(QUIET_MS);
    phases.push(bench.proxy.calls.filter((call) => isAbout(call, name, story.rule)));
  }
  return phases;
}

/**
 * What happens at a point. `end`: the process ends. `fail`: the call is answered with 503, or its answer is lost after it took effect. `hang`:
 * it does nothing and is never answered, or is answered late.
 */
export const HARMS = {
  end: { before: { kind: 'end', when: 'before' }, after: { kind: 'end', when: 'after' } },
  fail: { before: { kind: 'error', status: 503 }, after: { kind: 'lost' } },
  hang: { before: { kind: 'hang' }, after: { kind: 'delay', ms: 1_000 } },
} as const satisfies Readonly<Record<string, Readonly<Record<Point['when'], Fault>>>>;
export type Harm = keyof typeof HARMS;

/** Where only a call fails, whoever posted goes on, and knows it; but for the post itself. */
export const isPostedTwice = (harm: Harm, { isPostUnknown, what, when }: Point): boolean =>
  harm === 'end' ? isPostUnknown : harm === 'fail' && what === POST_CARD && when === 'after';

export async function playFaults(
  bench: FaultBench,
  story: FaultStory,
  points: readonly (readonly Point[])[],
  harm: Harm = 'end',
): Promise<Played[]> {
  const { proxy } = bench;
  const count = Math.max(...points.map((all) => all.length));
  const played = Array.from({ length: count }, (_, index): Played => ({ name: `${story.name}-${index}`, ended: [] }));
  for (const [index, phase] of story.phases.entries()) {
    const counts = new Map<string, number>();
    const shown: Promise<void>[] = [];
    const due = new Map(played.map(({ name }, at) => [name, points[index]?.[at]]));
    proxy.fault = (call) => {
      const one = played.find(({ name }) => isAbout(call, name, story.rule) && isWhole(call, name));
      const point = one && due.get(one.name);
      if (!one || !point || one.ended[index]) return undefined;
      const key = `${one.name} ${call.who} ${call.what}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (call.who !== point.who || call.what.replaceAll(one.name, 'NAME') !== point.what || counts.get(key) !== point.nth)
        return undefined;
      one.ended[index] = point;
      if (harm === 'end') shown.push(showAgain(bench.system, call));
      return HARMS[harm][point.when];
    };
    await Promise.all(played.map(({ name }) => phase.act(bench, name)));
    await untilDone(
      bench,
      phase,
      played.map(({ name }) => name),
    );
    await Promise.all(shown);
    await bench.queues.untilIdle(QUIET_MS);
    proxy.fault = () => undefined;
  }
  return played;
}

/** What is wrong with what is left of a function after all of this; empty when everything is as it must be. */
export async function problemsOf(bench: FaultBench, story: FaultStory, right: End, name: string): Promise<string[]> {
  const end = await endOf(bench, story, name);
  return (Object.keys(right) as (keyof End)[]).flatMap((key) =>
    JSON.stringify(end[key]) === JSON.stringify(right[key])
      ? []
      : [`${name}: ${key}: ${JSON.stringify(end[key])} in place of ${JSON.stringify(right[key])}`],
  );
}

export type End = Awaited<ReturnType<typeof endOf>>;

export async function endOf(bench: FaultBench, story: FaultStory, name: string) {
  const { hub, trail, cards } = bench;
  const findings = (await hub.findings()).filter(({ resource }) => resource.name === name);
  const plans = (await hub.plans()).filter(({ resource }) => resource.name === name);
  const entries = (await Promise.all(findings.map(({ id }) => hub.audit(id)))).flat();
  const ledger = await hub.ledgerText();
  return {
    findings: findings.map(({ status, timesFixed, card }) => `${status} ${timesFixed} ${card?.ts ? 'shown' : 'not shown'}`),
    plans: plans.map(({ kind, status }) => `${kind} ${status}`).sort(),
    entries: entries.map(({ what, by }) => `${what} by ${by}`).sort(),
    cards: cardsAbout(cards, name).length,
    writes: (await trail.writesOf(name)).sort(),
    isLeased: new RegExp(`LEASE#[^"]*:${name}"`).test(ledger),
    seen: JSON.stringify(await story.seen(bench, name)).replaceAll(name, 'NAME'),
    dead: (await Promise.all((['changes', 'work', 'notices', 'clicks'] as const).map((queue) => hub.dead(queue)))).flat(),
  };
}

/** `fix-1` is not `fix-12`. */
const isNamed = (text: string, name: string): boolean => new RegExp(`${name}(?!\\d)`).test(text);
const isWhole = ({ about }: ProxiedCall, name: string): boolean => !about.includes(name) || isNamed(about, name);

export const cardsAbout = (cards: Cards, name: string) => cards.all(name).filter((card) => isNamed(textOf(card), name));

async function untilDone(bench: FaultBench, phase: Phase, names: readonly string[]): Promise<void> {
  const left = new Set(names);
  await until(
    async () => {
      for (const name of left) if (await phase.isDone(bench, name)) left.delete(name);
      return [...left];
    },
    (still) => still.length === 0,
    `the end of ${phase.name}`,
    240_000,
  );
}
