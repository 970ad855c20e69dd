import { admissionOf, routedAccounts } from '../../config/admission.ts';
import { hasUnits, namedMembers } from '../../config/members.ts';
import type { Config } from '../../config/schema.ts';
import { routePattern } from '../../events/patterns.ts';
import { hubBusPolicy } from '../../grants/hub-bus.ts';
import { partitionOf } from '../../model/resource.ts';
import { bothKnown, isUnknown, type Known, unknown } from '../../model/unknown.ts';
import { BOT_FUNCTIONS, type BotFunction, BUS_NAME, botFunctionName, ENV, HUB_QUEUES, type HubQueue } from '../../names.ts';
import { counted } from '../../rules/parts/words.ts';
import type { World } from '../ports.ts';
import { type Check, checked, factOf, fine, type Judgement, type Subject } from './check.ts';
import { DEPLOY_CONFIG, readConfiguration } from './check-slack.ts';
import * as hub from './hub-checks.ts';
import type { FunctionFacts, HubInspector } from './hub-facts.ts';

export type CheckHubWorld = Pick<World, 'config'> & { readonly hub: HubInspector };

const about = (id: string, title: string): Subject => ({ place: hub.HUB, id, title });
export const QUEUE_VARIABLES: Readonly<Record<HubQueue, readonly [BotFunction, string]>> = {
  changes: ['sweep', ENV.changesQueue],
  work: ['sweep', ENV.workQueue],
  notices: ['sweep', ENV.noticesQueue],
  clicks: ['on-slack', ENV.clicksQueue],
  looks: ['sweep', ENV.looksQueue],
  places: ['sweep', ENV.placesQueue],
  exports: ['export', ENV.exportsQueue],
};

type Functions = Readonly<Record<BotFunction, Known<FunctionFacts | null>>>;

/** Whether the hub is there, fed, and empties its queues. Reads only. */
export async function checkHub(world: CheckHubWorld): Promise<Check[]> {
  const config = await readConfiguration(world);
  const functions = await readFunctions(world.hub);
  // Where the configuration can't be read, nobody knows whether something is exported.
  const exporting = !isUnknown(config) && config.exports.securityHub;
  const queues = (Object.keys(HUB_QUEUES) as HubQueue[]).filter((name) => name !== 'exports' || exporting);
  return [
    checked(about('configuration', 'The configuration can be read and is valid'), config, DEPLOY_CONFIG, (is) =>
      fine(counted(namedMembers(is).length, 'member') + (hasUnits(is) ? ' by name, others by their unit' : '')),
    ),
    ...BOT_FUNCTIONS.filter((name) => name !== 'export' || exporting).map((name) =>
      checked(about(`function-${name}`, `The function ${botFunctionName(name)}`), functions[name], hub.MAY_READ, (found) =>
        hub.functionIs(name, found),
      ),
    ),
    ...(await Promise.all(queues.map((queue) => checkQueue(world.hub, functions, queue)))).flat(),
    ...(await checkBus(world.hub, functions, config)),
    ...(await checkStore(world.hub, functions)),
    ...(await checkSweep(world.hub, functions)),
    await checkAlarms(world.hub, functions),
  ];
}

async function readFunctions(inspector: HubInspector): Promise<Functions> {
  const read = async (name: BotFunction) =>
    [name, await factOf(botFunctionName(name), () => inspector.readFunction(name))] as const;
  return Object.fromEntries(await Promise.all(BOT_FUNCTIONS.map(read))) as Functions;
}

async function checkQueue(inspector: HubInspector, functions: Functions, queue: HubQueue): Promise<Check[]> {
  const [namer, variable] = QUEUE_VARIABLES[queue];
  const url = hub.namedBy(functions[namer], namer, variable);
  const { consumer } = HUB_QUEUES[queue];
  const found = await after(url, (is) => factOf(`the queue ${queue}`, () => inspector.readQueue(is)));
  const mappings = await factOf(`what feeds ${botFunctionName(consumer)}`, () => inspector.readMappings(consumer));
  const oldest = await after(url, (is) => factOf('the age of the oldest', () => inspector.readOldest(nameOf(is))));
  const arn = isUnknown(found) ? found : (found?.arn ?? unknown('the queue is not there'));
  const deadUrl =
    isUnknown(url) || isUnknown(found) || !found?.deadArn
      ? unknown('it has no dead-letter queue')
      : siblingOf(url, found.deadArn);
  return [
    checked(about(`queue-${queue}`, `The queue ${queue} drains`), found, hub.MAY_READ, (is) => hub.drains(queue, is, oldest)),
    checked(about(`feed-${queue}`, `The queue ${queue} is read`), bothKnown(arn, mappings), hub.MAY_READ, ([is, list]) =>
      hub.feedIs(is, consumer, list),
    ),
    await checkDead(inspector, `dead-${queue}`, `The dead-letter queue of ${queue} is empty`, deadUrl),
  ];
}

async function checkDead(inspector: HubInspector, id: string, title: string, url: Known<string>): Promise<Check> {
  const found = await after(url, (is) => factOf('the dead-letter queue', () => inspector.readQueue(is)));
  return checked(about(id, title), bothKnown(url, found), hub.DEPLOY_HUB, ([is, queue]) => hub.deadIs(is, queue));
}

async function checkBus(inspector: HubInspector, functions: Functions, config: Known<Config>): Promise<Check[]> {
  const policy = await factOf('the policy of the bus', () => inspector.readBusPolicy(BUS_NAME));
  const url = hub.namedBy(functions.sweep, 'sweep', ENV.changesQueue);
  const queue = await after(url, (is) => factOf('the queue changes', () => inspector.readQueue(is)));
  const arn = isUnknown(queue) ? queue : (queue?.arn ?? unknown('the queue changes is not there'));
  const rules = await after(arn, (is) => factOf('the rules of the bus', () => inspector.readRulesTo(is, BUS_NAME)));
  const dead = isUnknown(rules)
    ? rules
    : (rules[0]?.targets.find(({ deadArn }) => deadArn)?.deadArn ?? unknown('no rule names it'));
  return [
    checked(about('bus', 'The bus admits every member'), bothKnown(config, policy), hub.MAY_READ, ([is, text]) =>
      hub.admits(hubBusPolicy({ partition: partitionOf(is.hub.region), hub: is.hub, ...admissionOf(is) }), text),
    ),
    checked(
      about('route', 'What the bus gets is queued'),
      bothKnown(bothKnown(config, arn), rules),
      hub.MAY_READ,
      ([[is, target], list]) => hub.routes(routePattern(routedAccounts(is)), target, list),
    ),
    await checkDead(
      inspector,
      'dead-undelivered',
      'Nothing was lost between bus and queue',
      isUnknown(url) ? url : isUnknown(dead) ? dead : siblingOf(url, dead),
    ),
  ];
}

async function checkStore(inspector: HubInspector, functions: Functions): Promise<Check[]> {
  const table = hub.namedBy(functions.sweep, 'sweep', ENV.table);
  const key = hub.namedBy(functions.apply, 'apply', ENV.key);
  const state = async (
    title: Subject,
    name: Known<string>,
    read: (is: string) => Promise<string | null>,
    judge: (state: string | null) => Judgement,
  ) => checked(title, await after(name, (is) => factOf(title.title, () => read(is))), hub.MAY_READ, judge);
  return [
    await state(about('ledger', 'The ledger’s table'), table, inspector.readTableState, (is) =>
      hub.stateIs(
        'ACTIVE',
        'the table',
        'docs/runbook.md; restore it from its point-in-time backup, and deploy the hub again',
        is,
      ),
    ),
    await state(about('key', 'The hub’s key'), key, inspector.readKeyState, (is) =>
      hub.stateIs(
        'Enabled',
        'the key',
        `aws kms cancel-key-deletion, then: aws kms enable-key --key-id ${isUnknown(key) ? 'alias/cinch-hub' : key}`,
        is,
      ),
    ),
  ];
}

async function checkSweep(inspector: HubInspector, functions: Functions): Promise<Check[]> {
  const { sweep } = functions;
  const arn = isUnknown(sweep) ? sweep : (sweep?.arn ?? unknown('cinch-sweep is not there'));
  const rules = await after(arn, (is) => factOf('the schedule', () => inspector.readRulesTo(is)));
  const traffic = await factOf('the runs of cinch-sweep', () => inspector.readRuns('sweep', hub.RUN_MINUTES));
  return [
    checked(about('schedule', 'Sweep is scheduled'), rules, hub.MAY_READ, hub.isScheduled),
    checked(about('sweep-runs', 'Sweep runs'), traffic, hub.MAY_READ, hub.runs),
  ];
}

async function checkAlarms(inspector: HubInspector, { sweep }: Functions): Promise<Check> {
  const topic = hub.namedBy(sweep, 'sweep', ENV.alarmTopic);
  const told = await after(topic, (arn) => factOf('who is told', () => inspector.readSubscriptions(arn)));
  return checked(about('alarms', 'Alarms reach somebody'), told, hub.MAY_READ, hub.reaches);
}

async function after<T, R>(fact: Known<T>, read: (value: T) => Promise<Known<R>>): Promise<Known<R>> {
  return isUnknown(fact) ? fact : read(fact);
}

const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);
/** A queue of the same account and region, by its ARN. */
export const siblingOf = (url: string, arn: string): string =>
  `${url.slice(0, url.lastIndexOf('/') + 1)}${arn.slice(arn.lastIndexOf(':') + 1)}`;
