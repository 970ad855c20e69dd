import type { Config } from '../../shared/config/schema.ts';
import type { SlackInspector } from '../../shared/flows/doctor/slack-facts.ts';
import type { TellSelfCheckWorld } from '../../shared/flows/doctor/tell-self-check.ts';
import { EVENT_SCHEMAS } from '../../shared/flows/domain-event-schemas.ts';
import type { DomainEvent } from '../../shared/flows/domain-events.ts';
import type {
  AccountsMessage,
  ChangeMessage,
  CleanLayerMessage,
  LookMessage,
  NoticeMessage,
  PlaceMessage,
  WorkMessage,
} from '../../shared/flows/messages.ts';
import type {
  Card,
  Clock,
  ConfigHistory,
  Desk,
  LayerCleaner,
  LedgerFacts,
  Reader,
  SlackUser,
  StepRunner,
  World,
} from '../../shared/flows/ports.ts';
import { CinchError, TryAgain } from '../../shared/model/errors.ts';
import type { Resource } from '../../shared/model/resource.ts';
import type { MetricId } from '../../shared/names.ts';
import { EXAMPLE_SETTINGS } from '../../shared/rules/parts/example-context.ts';
import { SCOPES } from '../../shared/slack/scopes.ts';
import { CardGone } from '../../shared/slack/slack-errors.ts';

/** A World in memory, for the flows' unit tests. The ledger keeps the contract of ports.ts to the letter: versions, leases, claims. */
import { copy, type MemoryLedger, makeMemoryLedger, withHooks } from './memory-ledger.ts';

export interface MemoryWorld extends World, Pick<TellSelfCheckWorld, 'inspector' | 'countBroken'> {
  readonly clock: MemoryClock;
  readonly ledger: MemoryLedger;
  readonly desk: MemoryDesk;
  readonly sent: {
    readonly changes: ChangeMessage[];
    readonly looks: { message: LookMessage; group: string }[];
    readonly places: PlaceMessage[];
    readonly accounts: AccountsMessage[];
    readonly cleanings: { message: CleanLayerMessage; group: string }[];
    readonly work: { message: WorkMessage; group: string }[];
    readonly notices: { message: NoticeMessage; group: string }[];
  };
  readonly published: DomainEvent[];
  /** What the self-check's metric was told. */
  readonly counted: number[];
  readonly metrics: (readonly [id: MetricId, value: number, dimension?: string])[];
  readonly lines: { level: 'info' | 'error'; message: string; ids: Readonly<Record<string, string | number | null>> }[];
}

export interface MemoryClock extends Clock {
  /** Moves the time; `sleep` does it too, at once. */
  advance(ms: number): void;
}

export interface MemoryDesk extends Desk {
  readonly users: Map<string, SlackUser>;
  readonly groups: Map<string, string[]>;
  readonly messages: Map<string, { channel: string; ts: string; card: Card; updates: number }>;
  readonly whispers: { channel: string; userId: string; text: string }[];
  readonly replies: { channel: string; ts: string; text: string; broadcast: boolean }[];
  readonly views: Map<string, object>;
  readonly responses: { responseUrl: string; text: string }[];
  before: Partial<Record<keyof Desk, () => void | Promise<void>>>;
}

export interface MemoryWorldOptions {
  readonly configHistory?: Partial<ConfigHistory>;
  readonly config?: Config;
  /** ISO; the clock stands still unless advanced. */
  readonly now?: string;
  readonly users?: readonly SlackUser[];
  readonly reader?: Partial<Reader>;
  readonly steps?: Partial<StepRunner>;
  readonly listAccounts?: World['organization']['listAccounts'];
  readonly layers?: Partial<LayerCleaner>;
}

export const TEST_NOW = '2026-11-22T12:00:00.000Z';

/** A complete configuration; `slack` parts can be replaced. */
export function makeConfig(changes: Partial<Omit<Config, 'slack'>> & { slack?: Partial<Config['slack']> } = {}): Config {
  const { slack, ...rest } = changes;
  return {
    version: 1,
    hub: { account: '111111111111', region: 'eu-central-1', externalId: 'cinch-external-id-1' },
    members: [{ account: '222222222222', name: 'shop', regions: ['eu-central-1'] }],
    slack: {
      channel: 'C0CINCH',
      team: 'T0CINCH0001',
      approvers: { users: ['U0ALICE', 'U0BOB'], emails: [] },
      approvals: [],
      channels: [],
      mention: [],
      remindAfter: 0.5,
      breakGlass: false,
      digest: { from: 4, windowSeconds: 60 },
      people: {},
      approvalHours: 24,
      reportsFrom: 'low',
      asksFrom: 'low',
      ...slack,
    },
    mode: 'ask',
    rules: {},
    timeout: { ceilingSeconds: 900, floorSeconds: 3, headroom: 1.5 },
    allowedAccounts: [],
    alarms: { emails: [] },
    secrets: { maxVariables: 10, key: 'customer-managed', iamPropagationSeconds: 0, watchMinutes: 30 },
    require: EXAMPLE_SETTINGS.require,
    layerAccounts: [],
    ownerTags: ['owner'],
    days: EXAMPLE_SETTINGS.days,
    remedies: { secretStore: 'ssm', vpc: [], authorizers: {} },
    guard: { stopped: false, maxFixes: 25, minutes: 60 },
    exports: { securityHub: false },
    sweep: { hours: 6, callsPerSecond: 8, cleanLayers: false },
    overrides: [],
    exemptions: [],
    ...rest,
  };
}

export function makeWorld(options: MemoryWorldOptions = {}): MemoryWorld {
  const clock = makeClock(options.now ?? TEST_NOW);
  const sent: MemoryWorld['sent'] = { changes: [], looks: [], places: [], accounts: [], cleanings: [], work: [], notices: [] };
  const published: DomainEvent[] = [];
  const counted: number[] = [];
  const lines: MemoryWorld['lines'] = [];
  const metrics: MemoryWorld['metrics'] = [];
  const config = options.config ?? makeConfig();
  return {
    clock,
    sent,
    published,
    counted,
    countBroken: (count) => void counted.push(count),
    inspector: SOUND_SLACK,
    lines,
    metrics,
    log: {
      info: (message, ids) => void lines.push({ level: 'info', message, ids }),
      error: (message, ids) => void lines.push({ level: 'error', message, ids }),
      metric: (id, { value, dimension }) => void metrics.push(dimension === undefined ? [id, value] : [id, value, dimension]),
    },
    config: { read: async () => config },
    configHistory: { latest: async () => 0, versions: async () => [], ...options.configHistory },
    ledger: makeMemoryLedger(clock),
    queues: {
      sendChange: async (message) => void sent.changes.push(message),
      sendLooks: async (messages, group) => void sent.looks.push(...messages.map((message) => ({ message, group }))),
      sendPlace: async (message) => void sent.places.push(message),
      sendAccounts: async (message) => void sent.accounts.push(message),
      sendCleaning: async (message, group) => void sent.cleanings.push({ message, group }),
      sendWork: async (message, group) => void sent.work.push({ message, group }),
      sendNotice: async (message, group) => void sent.notices.push({ message, group }),
    },
    bus: {
      publish: async (...events) => {
        for (const event of events) checkEvent(event);
        published.push(...events);
      },
    },
    reader: { ...silentReader, ...options.reader },
    organization: { listAccounts: options.listAccounts ?? unexpected('listAccounts') },
    steps: { ...noSteps, ...options.steps },
    layers: { readCurrent: unexpected('readCurrent'), applyDeletion: unexpected('applyDeletion'), ...options.layers },
    vault: memoryVault,
    desk: makeDesk(options.users ?? []),
  };
}

/** Whatever a test makes Cinch tell is what docs/schemas/events/ says, and not a field more. */
function checkEvent({ type, detail }: DomainEvent): void {
  const known = EVENT_SCHEMAS[type].parse(detail);
  if (JSON.stringify(Object.keys(known).sort()) !== JSON.stringify(Object.keys(detail).sort()))
    throw new Error(`${type} has a field that its schema has not: ${Object.keys(detail).join(', ')}`);
}

/** A workspace of which nothing bad is to be said. */
const SOUND_SLACK: SlackInspector = {
  identity: async () => ({ teams: [makeConfig().slack.team], scopes: SCOPES.map(({ name }) => name) }),
  channel: async (id) => ({ name: id, isMember: true, isArchived: false }),
  validate: async () => [],
  takeBack: async () => {},
};

export function makeClock(start: string): MemoryClock {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    sleep: async (ms) => {
      time += ms;
    },
    advance: (ms) => {
      time += ms;
    },
  };
}

function makeDesk(initial: readonly SlackUser[]): MemoryDesk {
  const users = new Map(initial.map((user) => [user.id, user]));
  const groups = new Map<string, string[]>();
  const messages: MemoryDesk['messages'] = new Map();
  const whispers: MemoryDesk['whispers'] = [];
  const replies: MemoryDesk['replies'] = [];
  const views: MemoryDesk['views'] = new Map();
  const responses: MemoryDesk['responses'] = [];
  const before: MemoryDesk['before'] = {};
  let posted = 0;
  const calls: Desk = {
    post: async (channel, card) => {
      posted += 1;
      const ts = `1790000000.${String(posted).padStart(6, '0')}`;
      messages.set(`${channel} ${ts}`, { channel, ts, card: copy(card), updates: 0 });
      return { channel, ts };
    },
    update: async (channel, ts, card) => {
      const message = messages.get(`${channel} ${ts}`);
      if (!message) throw new CardGone('no such message');
      messages.set(`${channel} ${ts}`, { ...message, card: copy(card), updates: message.updates + 1 });
    },
    reply: async (channel, ts, text, broadcast = false) => void replies.push({ channel, ts, text, broadcast }),
    whisper: async (channel, userId, text) => void whispers.push({ channel, userId, text }),
    user: async (id) => users.get(id),
    userByEmail: async (email) => [...users.values()].find((user) => user.email?.toLowerCase() === email.toLowerCase()),
    membersOfGroup: async (id) => {
      const members = groups.get(id);
      if (!members) throw new TryAgain(`no group ${id}`);
      return [...members];
    },
    updateView: async (viewId, view) => void views.set(viewId, copy(view)),
    respond: async (responseUrl, text) => void responses.push({ responseUrl, text }),
  };
  return Object.assign(withHooks(calls, before), { users, groups, messages, whispers, replies, views, responses, before });
}

const memoryVault: World['vault'] = {
  seal: async (value, context) => Buffer.from(JSON.stringify({ value, context })).toString('base64'),
  open: async (sealed, context) => {
    const stored = JSON.parse(Buffer.from(sealed, 'base64').toString('utf8')) as { value: unknown; context: unknown };
    const sorted = (entries: unknown) => JSON.stringify(Object.entries(entries as object).sort());
    if (sorted(stored.context) !== sorted(context)) throw new CinchError('sealed-for-another', 'another context');
    return stored.value;
  },
};

const unexpected = (what: string) => async (): Promise<never> => {
  throw new Error(`the test did not expect ${what}`);
};

const silentReader: Reader = {
  readState: (_resource: Resource, _needs: readonly string[], _known: LedgerFacts) => unexpected('readState')(),
  readRolesOfPolicy: unexpected('readRolesOfPolicy'),
  listFunctions: async function* () {},
  readFunctionPage: async () => ({ items: [], next: null }),
  readUserPage: async () => ({ items: [], next: null }),
  readOwnLayers: async () => [],
  readLayerUsePage: unexpected('readLayerUsePage'),
  listApis: async function* () {},
  listUsers: async function* () {},
  readTraffic: unexpected('readTraffic'),
};

const noSteps: StepRunner = {
  capture: unexpected('capture'),
  apply: unexpected('apply'),
  verify: unexpected('verify'),
  undo: unexpected('undo'),
};
