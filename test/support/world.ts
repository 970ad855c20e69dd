import type { Config } from '../../shared/config/schema.ts';
import type { SelfCheck } from '../../shared/flows/doctor/self-check-record.ts';
import type { SlackInspector } from '../../shared/flows/doctor/slack-facts.ts';
import type { TellSelfCheckWorld } from '../../shared/flows/doctor/tell-self-check.ts';
import type { ChangeMessage, NoticeMessage, WorkMessage } from '../../shared/flows/messages.ts';
import type {
  AuditEntry,
  Card,
  Clock,
  Desk,
  DomainEvent,
  Ledger,
  LedgerFacts,
  Reader,
  ResourceNote,
  SlackUser,
  StepRunner,
  World,
} from '../../shared/flows/ports.ts';
import type { Digest, Storm } from '../../shared/model/digest.ts';
import { CinchError, TryAgain } from '../../shared/model/errors.ts';
import type { Exemption, Finding } from '../../shared/model/finding.ts';
import type { Halt } from '../../shared/model/halt.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { type Resource, resourceId } from '../../shared/model/resource.ts';
import { EXAMPLE_SETTINGS } from '../../shared/rules/parts/example-context.ts';
import { SCOPES } from '../../shared/slack/scopes.ts';
import { CardGone } from '../../shared/slack/slack-errors.ts';

/** A World in memory, for the flows' unit tests. The ledger keeps the contract of ports.ts to the letter: versions, leases, claims. */
export interface MemoryWorld extends World, Pick<TellSelfCheckWorld, 'inspector' | 'countBroken'> {
  readonly clock: MemoryClock;
  readonly ledger: MemoryLedger;
  readonly desk: MemoryDesk;
  readonly sent: {
    readonly changes: ChangeMessage[];
    readonly work: { message: WorkMessage; group: string }[];
    readonly notices: { message: NoticeMessage; group: string }[];
  };
  readonly published: DomainEvent[];
  /** What the self-check's metric was told. */
  readonly counted: number[];
  readonly lines: { level: 'info' | 'error'; message: string; ids: Readonly<Record<string, string | number | null>> }[];
}

export interface MemoryClock extends Clock {
  /** Moves the time; `sleep` does it too, at once. */
  advance(ms: number): void;
}

export interface MemoryLedger extends Ledger {
  readonly findings: Map<string, Finding>;
  readonly plans: Map<string, Plan>;
  readonly digests: Map<string, Digest>;
  readonly exemptions: Exemption[];
  readonly entries: AuditEntry[];
  /** Runs before each call of that name; throw in it to break the call, or write in it to win a race. */
  before: Partial<Record<keyof Ledger, () => void | Promise<void>>>;
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
  readonly config?: Config;
  /** ISO; the clock stands still unless advanced. */
  readonly now?: string;
  readonly users?: readonly SlackUser[];
  readonly reader?: Partial<Reader>;
  readonly steps?: Partial<StepRunner>;
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
    secrets: { maxVariables: 10, iamPropagationSeconds: 0, watchMinutes: 30 },
    require: EXAMPLE_SETTINGS.require,
    layerAccounts: [],
    ownerTags: ['owner'],
    days: EXAMPLE_SETTINGS.days,
    remedies: { secretStore: 'ssm', vpc: [], authorizers: {} },
    guard: { stopped: false, maxFixes: 25, minutes: 60 },
    overrides: [],
    exemptions: [],
    ...rest,
  };
}

export function makeWorld(options: MemoryWorldOptions = {}): MemoryWorld {
  const clock = makeClock(options.now ?? TEST_NOW);
  const sent: MemoryWorld['sent'] = { changes: [], work: [], notices: [] };
  const published: DomainEvent[] = [];
  const counted: number[] = [];
  const lines: MemoryWorld['lines'] = [];
  const config = options.config ?? makeConfig();
  return {
    clock,
    sent,
    published,
    counted,
    countBroken: (count) => void counted.push(count),
    inspector: SOUND_SLACK,
    lines,
    log: {
      info: (message, ids) => void lines.push({ level: 'info', message, ids }),
      error: (message, ids) => void lines.push({ level: 'error', message, ids }),
    },
    config: { read: async () => config },
    ledger: makeMemoryLedger(clock),
    queues: {
      sendChange: async (message) => void sent.changes.push(message),
      sendWork: async (message, group) => void sent.work.push({ message, group }),
      sendNotice: async (message, group) => void sent.notices.push({ message, group }),
    },
    bus: { publish: async (...events) => void published.push(...events) },
    reader: { ...silentReader, ...options.reader },
    steps: { ...noSteps, ...options.steps },
    vault: memoryVault,
    desk: makeDesk(options.users ?? []),
  };
}

/** A workspace of which nothing bad is to be said. */
const SOUND_SLACK: SlackInspector = {
  identity: async () => ({ teams: [makeConfig().slack.team], scopes: SCOPES.map(({ name }) => name) }),
  channel: async (id) => ({ name: id, isMember: true, isArchived: false }),
  validate: async () => [],
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

/** Values go in and out as copies, as they would through a database. */
const copy = <T>(value: T): T => structuredClone(value);

/** The same contract as DynamoDB's conditional put: 0 means "not there yet". */
function writeVersioned<T extends { readonly id: string; readonly version: number }>(
  store: Map<string, T>,
  value: T,
): T | undefined {
  if ((store.get(value.id)?.version ?? 0) !== value.version) return undefined;
  const next = { ...copy(value), version: value.version + 1 };
  store.set(value.id, next);
  return copy(next);
}

/** An asked plan is due when its approval expires, any other when nobody has touched it. */
const dueAt = (plan: Plan): string => (plan.status === 'asked' && plan.expiresAt ? plan.expiresAt : plan.updatedAt);

export function makeMemoryLedger(clock: Clock): MemoryLedger {
  const findings = new Map<string, Finding>();
  const plans = new Map<string, Plan>();
  const exemptions: Exemption[] = [];
  const entries: AuditEntry[] = [];
  const before: MemoryLedger['before'] = {};
  const handled = new Set<string>();
  const leases = new Map<string, { holder: string; until: number }>();
  const claims = new Map<string, number>();
  const storms = new Map<string, Storm>();
  const digests = new Map<string, Digest>();
  const halts = new Map<string, Halt>();
  const fixes = new Map<string, string>();
  const heard = new Map<string, Record<string, string>>();
  const selfChecks = new Map<string, SelfCheck & { readonly id: string }>();
  const notes = new Map<string, ResourceNote>();
  const ms = () => clock.now().getTime();
  const calls: Ledger = {
    isHandled: async (id) => handled.has(id),
    markHandled: async (id) => void handled.add(id),
    readFinding: async (id) => copy(findings.get(id)),
    writeFinding: async (finding) => writeVersioned(findings, finding),
    findingsOfResource: async (resource) =>
      copy([...findings.values()].filter((finding) => resourceId(finding.resource) === resourceId(resource))),
    readPlan: async (id) => copy(plans.get(id)),
    writePlan: async (plan) => writeVersioned(plans, plan),
    plansByStatus: async (status, time) =>
      copy([...plans.values()].filter((plan) => plan.status === status && dueAt(plan) < time)),
    findingsByStatus: async (status, time) =>
      copy([...findings.values()].filter((finding) => finding.status === status && finding.updatedAt < time)),
    watchedPlans: async () => copy([...plans.values()].filter((plan) => plan.status === 'applied' && plan.watchUntil !== null)),
    takeLease: async (resource, holder, seconds) => {
      const held = leases.get(resourceId(resource));
      if (held && held.holder !== holder && held.until > ms()) return false;
      leases.set(resourceId(resource), { holder, until: ms() + seconds * 1000 });
      return true;
    },
    releaseLease: async (resource, holder) => {
      if (leases.get(resourceId(resource))?.holder === holder) leases.delete(resourceId(resource));
    },
    readNote: async (resource) => copy(notes.get(resourceId(resource))),
    writeNote: async (resource, note) => {
      const known = notes.get(resourceId(resource)) ?? { resource, roleArn: null, createdAt: null, managedBy: null };
      const given = Object.fromEntries(Object.entries(note).filter(([, value]) => value !== undefined));
      notes.set(resourceId(resource), copy({ ...known, ...given }));
    },
    forget: async (resource) => void notes.delete(resourceId(resource)),
    functionsOfRole: async (roleArn) =>
      [...notes.values()].flatMap(({ resource, roleArn: role }) =>
        role === roleArn && resource.kind === 'function' ? [{ ...resource, kind: 'function' as const }] : [],
      ),
    addExemption: async (exemption) => {
      const same = exemptions.findIndex((known) => known.rule === exemption.rule && known.resource === exemption.resource);
      exemptions.splice(same === -1 ? exemptions.length : same, same === -1 ? 0 : 1, copy(exemption));
    },
    listExemptions: async () => copy(exemptions),
    audit: async (entry) => void entries.push(copy(entry)),
    readAudit: async (id) => copy(entries.filter((entry) => entry.findingId === id)),
    claim: async (id, seconds) => {
      if ((claims.get(id) ?? 0) > ms()) return false;
      claims.set(id, ms() + seconds * 1000);
      return true;
    },
    releaseClaim: async (id) => void claims.delete(id),
    readFindings: async (ids) => copy(ids.flatMap((id) => findings.get(id) ?? [])),
    readPlans: async (ids) => copy(ids.flatMap((id) => plans.get(id) ?? [])),
    readStorm: async (id) => copy(storms.get(id)),
    writeStorm: async (storm) => writeVersioned(storms, storm),
    readDigest: async (id) => copy(digests.get(id)),
    writeDigest: async (digest) => writeVersioned(digests, digest),
    readHalts: async () => copy([...halts.values()]),
    writeHalt: async (halt) => writeVersioned(halts, halt),
    noteFix: async (account, planId, at) => {
      const key = `${account} ${planId}`;
      if (!fixes.has(key)) fixes.set(key, at);
    },
    hear: async (account, where, at) => {
      const before = heard.get(account) ?? {};
      if ((before[where] ?? '') < at) heard.set(account, { ...before, [where]: at });
    },
    readHeard: async (account) => ({ ...heard.get(account) }),
    readSelfCheck: async () => copy(selfChecks.get('-')),
    writeSelfCheck: async (record) => writeVersioned(selfChecks, { ...record, id: '-' }),
    fixesSince: async (account, since) => [...fixes].filter(([key, at]) => key.startsWith(`${account} `) && at >= since).length,
  };
  return Object.assign(withHooks(calls, before), { findings, plans, digests, exemptions, entries, before });
}

/** Every call first runs the hook of its name, then yields once, so that parallel flows interleave as they would over a network. */
function withHooks<T extends object>(calls: T, before: Partial<Record<keyof T, () => void | Promise<void>>>): T {
  const hooked = Object.entries(calls).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      await before[name as keyof T]?.();
      await Promise.resolve();
      return (call as (...values: unknown[]) => Promise<unknown>)(...args);
    },
  ]);
  return Object.fromEntries(hooked) as T;
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
