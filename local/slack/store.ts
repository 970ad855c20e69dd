import { randomBytes } from 'node:crypto';
import type {
  Clock,
  Delivery,
  Fault,
  Limits,
  SlackChannel,
  SlackUser,
  SlackUserGroup,
  StoredMessage,
  StoredView,
} from './types.ts';
import { BOT, TEAM } from './types.ts';

export interface Trigger {
  user: string;
  expiresAt: number;
  used: boolean;
}

export interface ResponseUrl {
  user: string;
  channel: string;
  ts: string;
  ephemeral: boolean;
  usesLeft: number;
  expiresAt: number;
}

/** Everything the workspace remembers. Plain data; `changed` tells the page. */
export interface Store {
  botToken: string;
  signingSecret: string;
  requestUrl: string | null;
  clock: Clock;
  limits: Limits;
  users: Map<string, SlackUser>;
  userGroups: SlackUserGroup[];
  channels: Map<string, SlackChannel>;
  /** Direct-message channel of a user with the bot. */
  directs: Map<string, string>;
  messages: StoredMessage[];
  views: Map<string, StoredView>;
  triggers: Map<string, Trigger>;
  responseUrls: Map<string, ResponseUrl>;
  deliveries: Delivery[];
  /** What the app is granted. */
  scopes: readonly string[];
  fault: Fault | null;
  duplicateDelivery: boolean;
  lastTs: bigint;
  listeners: Set<() => void>;
}

/** Fills what Slack's user objects always carry. */
export function fillUser(user: SlackUser): SlackUser {
  return {
    deleted: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: false,
    team_id: TEAM.id,
    ...user,
  };
}

export const BOT_USER: SlackUser = fillUser({
  id: BOT.userId,
  name: BOT.name,
  real_name: BOT.realName,
  profile: { display_name: BOT.realName },
  is_bot: true,
});

/** Unique, rising message time stamps, as Slack's: seconds, a dot, six digits. */
export function nextTs(store: Store): string {
  const now = BigInt(Math.floor(store.clock() * 1000));
  store.lastTs = now > store.lastTs ? now : store.lastTs + 1n;
  const digits = store.lastTs.toString();
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

export const newId = (prefix: string): string => `${prefix}${randomBytes(6).toString('hex').toUpperCase().slice(0, 10)}`;

export function changed(store: Store): void {
  for (const listener of store.listeners) listener();
}

export function findMessage(store: Store, channel: string, ts: string): StoredMessage | undefined {
  return store.messages.find((message) => message.channel === channel && message.ts === ts);
}

/** The direct-message channel of a user, made when it is asked for the first time. */
export function directChannel(store: Store, user: string): string {
  const known = store.directs.get(user);
  if (known !== undefined) return known;
  const id = newId('D');
  store.directs.set(user, id);
  changed(store);
  return id;
}

/** Who may see a channel: a direct message is for its one person, everything else for all. */
export function canSee(store: Store, user: string, channel: string): boolean {
  if (store.channels.has(channel)) return true;
  return store.directs.get(user) === channel;
}

export const knowsChannel = (store: Store, channel: string): boolean =>
  store.channels.has(channel) || [...store.directs.values()].includes(channel);

export function newTrigger(store: Store, user: string): string {
  const now = store.clock();
  const id = `${Math.floor(now)}.${randomBytes(5).readUIntBE(0, 5)}.${randomBytes(16).toString('hex')}`;
  store.triggers.set(id, { user, expiresAt: now + store.limits.triggerMs, used: false });
  return id;
}
