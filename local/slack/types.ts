/** The shapes that the local Slack workspace stores and hands out. Field names are Slack's, not ours. */

export type Json = Record<string, unknown>;

export interface SlackUser {
  id: string;
  name: string;
  real_name: string;
  profile: { email?: string; title?: string; display_name?: string };
  deleted?: boolean;
  is_bot?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  /** From another organization, through Slack Connect. */
  is_stranger?: boolean;
  team_id?: string;
}

export interface SlackUserGroup {
  id: string;
  handle: string;
  users: string[];
}

export interface SlackChannel {
  id: string;
  name: string;
  topic?: string;
  /** False: the bot was never invited, posting answers `not_in_channel`. Default true. */
  is_member?: boolean;
  is_archived?: boolean;
}

export interface StoredMessage {
  channel: string;
  ts: string;
  user: string;
  /** Absent on what a person wrote. */
  bot_id?: string;
  text: string;
  blocks: Json[];
  thread_ts?: string;
  metadata?: unknown;
  /** A reply that the channel shows, too. */
  is_broadcast?: boolean;
  /** Set when the message is visible to one person only. */
  ephemeral_to?: string;
  /** Counts the updates: 0 as posted. */
  revision: number;
}

export interface StoredView {
  id: string;
  hash: string;
  user: string;
  view: Json;
  root_view_id: string;
  previous_view_id: string | null;
  open: boolean;
  revision: number;
}

export type DeliveryKind = 'block_actions' | 'view_submission' | 'view_closed' | 'slash_command';

/** One signed form post to the bot, with what came of it. */
export interface Delivery {
  id: string;
  kind: DeliveryKind;
  user: string;
  channel?: string;
  ts?: string;
  actionId?: string;
  viewId?: string;
  triggerId: string;
  responseUrl?: string;
  /** Milliseconds since the epoch, by the workspace's clock. */
  sentAt: number;
  /** Measured on a monotonic clock. */
  durationMs: number;
  status: number | null;
  responseBody: string;
  /** A 2xx answer within three seconds. */
  ok: boolean;
  error?: 'operation_timeout' | 'bad_status' | 'connection_failed' | 'no_request_url' | 'bad_answer' | 'input_invalid';
  /** What a modal shows at its fields: from `response_action: errors`, or from Slack's own check of the inputs. */
  errors?: Record<string, string>;
  /** Copies that the duplicate switch sent after the first. */
  duplicates: { kind: 'resigned' | 'replayed'; status: number | null; responseBody: string }[];
}

export type Fault =
  | { down: 'disconnect' | 'error' }
  /** The next `rateLimit` calls are answered 429. */
  | { rateLimit: number; retryAfter?: number };

export interface Limits {
  /** Chat posts to one channel closer together than this are refused. 0 switches it off. */
  postIntervalMs: number;
  /** Slack's tiers: calls a minute of one method. */
  tiers: boolean;
  /** The bot has to answer a click within this. */
  answerMs: number;
  /** A trigger lives as long as this. */
  triggerMs: number;
}

export const SLACK_LIMITS: Limits = { postIntervalMs: 1000, tiers: true, answerMs: 3000, triggerMs: 3000 };

export const TEAM = { id: 'T0CINCH0001', name: 'Northwind', domain: 'northwind' } as const;
export const BOT = {
  userId: 'U0CINCHBOT1',
  botId: 'B0CINCHBOT1',
  appId: 'A0CINCHAPP1',
  name: 'cinch',
  realName: 'Cinch',
} as const;

export type Clock = () => number;
