import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FunctionConfiguration, GetFunctionConfigurationCommand, GetPolicyCommand } from '@aws-sdk/client-lambda';
import { type Developer, makeFunction, openToEverybody, signIn } from '../../local/demo/workloads.ts';
import { PEOPLE } from '../../local/people.ts';
import type { SlackUser, StoredMessage } from '../../local/slack/start.ts';
import { MEMBER, type System, startSystem } from '../../local/system.ts';
import type { AuditEntry } from '../../shared/flows/ports.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { BotFunction } from '../../shared/names.ts';
import { type Cards, cardsOf, textOf } from './cards.ts';
import { type HubView, viewHub } from './hub.ts';
import { keepTrail, type Trail, type TrailEvent } from './trail.ts';
import { until } from './until.ts';

/** The deployed system with everything to trouble it and to see what came of it. */
export interface Workbench {
  readonly system: System;
  readonly hub: HubView;
  readonly trail: Trail;
  readonly cards: Cards;
  readonly dana: Developer;
  config(name: string): Promise<FunctionConfiguration>;
  /** Null when the function has none. */
  policy(name: string): Promise<string | null>;
  /** Makes a function that anybody may invoke. */
  makePublic(name: string, developer?: Developer): Promise<void>;
  /** Makes one, and answers the card that asks about it. */
  asked(name: string, developer?: Developer): Promise<StoredMessage>;
  findingsOf(name: string): Promise<Finding[]>;
  plansOf(name: string, status?: Plan['status']): Promise<Plan[]>;
  /** The record of a call about a function. */
  eventOf(name: string, call: string): Promise<TrailEvent>;
  /** Waits until the timeout is what an API waits for. */
  isFixed(name: string): Promise<unknown>;
  /** Sends events and waits until on-change is through with each. */
  deliver(...bodies: string[]): Promise<void>;
  /** Waits until the card says it. */
  says(card: StoredMessage, words: string): Promise<unknown>;
  hasLogged(name: BotFunction, words: string): Promise<unknown>;
  /** The audit trail of a function's only finding. */
  audited(name: string, what: string): Promise<AuditEntry[]>;
}

export const CONFIG_FILE = join(dirname(fileURLToPath(import.meta.url)), 'bad-luck.yaml');
export const ALICE = PEOPLE.alice.id;
export const AMIR = PEOPLE.amir.id;
/** Named as an approver, but a guest. */
export const GUS = {
  id: 'U0GUS000001',
  name: 'gus',
  real_name: 'Gus Guest',
  profile: { email: 'gus@partner.example' },
  is_restricted: true,
} satisfies SlackUser;
/** Named as an approver, but she has left. */
export const LENA = {
  id: 'U0LENA00001',
  name: 'lena',
  real_name: 'Lena Left',
  profile: { email: 'lena@northwind.example' },
  deleted: true,
} satisfies SlackUser;

export async function startWorkbench(): Promise<Workbench> {
  const system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true, people: [GUS, LENA] });
  try {
    const [hub, trail, dana] = await Promise.all([viewHub(system), keepTrail(system, MEMBER), signIn(system)]);
    return makeWorkbench({ system, hub, trail, dana, cards: cardsOf(system) });
  } catch (error) {
    await system.stop();
    throw error;
  }
}

function makeWorkbench(base: Pick<Workbench, 'system' | 'hub' | 'trail' | 'cards' | 'dana'>): Workbench {
  const { hub, trail, cards, dana } = base;
  const config = (name: string) => dana.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const makePublic = async (name: string, developer = dana): Promise<void> => {
    await makeFunction(developer, { name });
    await openToEverybody(developer, name);
  };
  const findingsOf = async (name: string) => (await hub.findings()).filter(({ resource }) => resource.name === name);
  return {
    ...base,
    config,
    policy: (name) => readPolicy(dana, name),
    makePublic,
    asked: async (name, developer) => {
      await makePublic(name, developer);
      return cards.one(name, 'Remove the statement');
    },
    findingsOf,
    plansOf: async (name, status) =>
      (await hub.plans()).filter((plan) => plan.resource.name === name && (status === undefined || plan.status === status)),
    eventOf: (name, call) => findEvent(trail, name, call),
    isFixed: (name) => {
      const isFixed = (now: FunctionConfiguration) => now.Timeout === 29 && now.LastUpdateStatus === 'Successful';
      return until(() => config(name), isFixed, `the timeout of ${name}`);
    },
    deliver: async (...bodies) => {
      await hub.send('changes', bodies);
      for (const body of bodies) {
        const id = (JSON.parse(body) as TrailEvent).detail.eventID ?? '';
        const isHandled = () => hub.isHandled(id);
        await until(isHandled, (is) => is, `the end of event ${id}`);
      }
    },
    says: (card, words) => {
      const read = () => textOf(cards.now(card));
      return until(read, (text) => text.includes(words), `a card that says ${words}`);
    },
    hasLogged: (name, words) => {
      const isThere = async () => (await hub.logs(name)).some((line) => line.includes(words));
      return until(isThere, (is) => is, `${words} in the log of ${name}`);
    },
    audited: async (name, what) => {
      const [finding] = await findingsOf(name);
      return (await hub.audit(finding?.id ?? '')).filter((entry) => entry.what === what);
    },
  };
}

async function readPolicy(developer: Developer, name: string): Promise<string | null> {
  try {
    return (await developer.lambda.send(new GetPolicyCommand({ FunctionName: name }))).Policy ?? null;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
}

async function findEvent(trail: Trail, name: string, call: string): Promise<TrailEvent> {
  const isIt = ({ detail }: TrailEvent) => detail.eventName?.startsWith(call) && detail.requestParameters?.functionName === name;
  const find = async () => (await trail.read()).find(isIt);
  const found = await until(find, (event) => event !== undefined, `${call} of ${name}`);
  if (!found) throw new Error('no event');
  return found;
}
