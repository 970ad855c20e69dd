import { type Click, click, type Submission, submit } from './clicks.ts';
import { say } from './say.ts';
import { APP_SCOPES } from './scopes.ts';
import { serve } from './server.ts';
import { runCommand, type SlashCommand } from './slash-commands.ts';
import { fillUser, type Store } from './store.ts';
import {
  type Clock,
  type Delivery,
  type Fault,
  type Limits,
  SLACK_LIMITS,
  type SlackChannel,
  type SlackUser,
  type SlackUserGroup,
  type StoredMessage,
  type StoredView,
} from './types.ts';

export type { Click, Submission } from './clicks.ts';
export type { SlashCommand } from './slash-commands.ts';
export * from './types.ts';

export interface SlackOptions {
  botToken: string;
  signingSecret: string;
  users: SlackUser[];
  userGroups?: SlackUserGroup[];
  channels: SlackChannel[];
  /** The bot's interactivity endpoint. */
  requestUrl?: string;
  /** Milliseconds since the epoch. Default: the machine's. */
  clock?: Clock;
  /** Default: a free one. */
  port?: number;
  limits?: Partial<Limits>;
}

export interface SlackWorkspace {
  /** For a WebClient's `slackApiUrl`; ends in `/api/`. */
  apiUrl: string;
  pageUrl: string;
  port: number;
  setRequestUrl(url: string): void;
  /** What everybody in the channel sees, oldest first, replies included. */
  messages(channel: string): StoredMessage[];
  ephemerals(user: string, channel?: string): StoredMessage[];
  /** The modals open on one person's screen, or on everybody's. */
  views(user?: string): StoredView[];
  /** Throws ClientError when Slack's client would not let the user do it. */
  click(action: Click): Promise<Delivery>;
  submit(submission: Submission): Promise<Delivery>;
  /** Somebody types a slash command. */
  command(typed: SlashCommand): Promise<Delivery>;
  /** A person writes in a channel. */
  say(message: { user: string; channel: string; text: string }): StoredMessage;
  setFault(fault: Fault | null): void;
  /** What the app is granted from now on, as if it were installed again. */
  setScopes(scopes: readonly string[]): void;
  setDuplicateDelivery(on: boolean): void;
  deliveries(): Delivery[];
  /** Resolves with the first message (ephemeral ones included) that fits; rejects after `timeoutMs`. */
  waitForMessage(predicate: (message: StoredMessage) => boolean, timeoutMs: number): Promise<StoredMessage>;
  stop(): Promise<void>;
}

function makeStore(options: SlackOptions): Store {
  return {
    botToken: options.botToken,
    signingSecret: options.signingSecret,
    requestUrl: options.requestUrl ?? null,
    clock: options.clock ?? Date.now,
    limits: { ...SLACK_LIMITS, ...options.limits },
    users: new Map(options.users.map((user) => [user.id, fillUser(user)])),
    userGroups: options.userGroups ?? [],
    channels: new Map(options.channels.map((channel) => [channel.id, channel])),
    directs: new Map(),
    messages: [],
    views: new Map(),
    triggers: new Map(),
    responseUrls: new Map(),
    deliveries: [],
    scopes: APP_SCOPES,
    fault: null,
    duplicateDelivery: false,
    lastTs: 0n,
    listeners: new Set(),
  };
}

function waitForMessage(store: Store, predicate: (message: StoredMessage) => boolean, timeoutMs: number): Promise<StoredMessage> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      store.listeners.delete(look);
    };
    const look = (): void => {
      const found = store.messages.find(predicate);
      if (found === undefined) return;
      finish();
      resolve(structuredClone(found));
    };
    const timer = setTimeout(() => {
      finish();
      const last = store.messages.at(-1)?.text ?? 'nothing';
      reject(new Error(`no such message in Slack within ${timeoutMs} ms; ${store.messages.length} there, the last: ${last}`));
    }, timeoutMs);
    store.listeners.add(look);
    look();
  });
}

/** Starts a Slack workspace on this machine: Web API, clicks, modals, and a page to watch and use it. */
export async function startSlack(options: SlackOptions): Promise<SlackWorkspace> {
  const store = makeStore(options);
  const { origin, port, close } = await serve(store, options.port ?? 0);
  return {
    apiUrl: `${origin}/api/`,
    pageUrl: `${origin}/`,
    port,
    setRequestUrl: (url) => {
      store.requestUrl = url;
    },
    messages: (channel) =>
      structuredClone(store.messages.filter((one) => one.channel === channel && one.ephemeral_to === undefined)),
    ephemerals: (user, channel) =>
      structuredClone(
        store.messages.filter((one) => one.ephemeral_to === user && (channel === undefined || one.channel === channel)),
      ),
    views: (user) =>
      structuredClone([...store.views.values()].filter((one) => one.open && (user === undefined || one.user === user))),
    click: (action) => click(store, origin, action),
    submit: (submission) => submit(store, submission),
    command: (typed) => runCommand(store, origin, typed),
    say: (message) => say(store, message),
    setFault: (fault) => {
      store.fault = fault === null ? null : { ...fault };
    },
    setScopes: (scopes) => {
      store.scopes = [...scopes];
    },
    setDuplicateDelivery: (on) => {
      store.duplicateDelivery = on;
    },
    deliveries: () => structuredClone(store.deliveries),
    waitForMessage: (predicate, timeoutMs) => waitForMessage(store, predicate, timeoutMs),
    stop: close,
  };
}
