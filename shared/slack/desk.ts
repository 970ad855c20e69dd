import type { Card, Clock, Desk, Log, SlackUser } from '../flows/ports.ts';
import { type Call, type CallerDeps, makeCaller } from './caller.ts';
import { makeLightSlack } from './light-calls.ts';
import { BLOCK_ERRORS } from './map-error.ts';
import { makePaces } from './pace.ts';
import { SlackRefused } from './slack-errors.ts';
import { degrade, presentable } from './validate-blocks.ts';

export interface DeskDeps extends CallerDeps {
  /** The configured workspace: T..., or E... of an organization. */
  readonly readTeam: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const GROUP_CACHE_MS = 60_000;

/** The Slack side over web-api: the only place that writes to Slack. */
export function makeDesk(deps: DeskDeps): Desk {
  const call = makeCaller(deps);
  const paces = makePaces(deps.clock);
  const light = makeLightSlack(deps.apiUrl);
  const groups = new Map<string, { members: string[]; at: number }>();

  async function send(method: 'chat.postMessage' | 'chat.update', target: Record<string, unknown>, card: Card): Promise<unknown> {
    const shown = presentable(card);
    if (shown.problems.length > 0)
      deps.log.error('card degraded', { method, problem: `${shown.problems[0]?.pointer}: ${shown.problems[0]?.message}` });
    try {
      return (await call(method, messageArgs(target, shown.card))).ts;
    } catch (error) {
      if (!(error instanceof SlackRefused) || !BLOCK_ERRORS.has(error.slackError)) throw error;
      deps.log.error('card refused by Slack', { method, problem: error.slackError });
      return (await call(method, messageArgs(target, degrade(card)))).ts;
    }
  }

  return {
    async post(channel, card) {
      const ts = await paces.post(channel)(() => send('chat.postMessage', { channel }, card));
      if (typeof ts !== 'string') throw new SlackRefused('chat.postMessage', 'answered without a ts');
      return { channel, ts };
    },
    async update(channel, ts, card) {
      await paces.update(() => send('chat.update', { channel, ts }, card));
    },
    async reply(channel, ts, text, broadcast = false) {
      const args = { channel, thread_ts: ts, text, ...(broadcast ? { reply_broadcast: true } : {}), ...NO_UNFURL };
      await paces.post(channel)(() => call('chat.postMessage', args));
    },
    async whisper(channel, userId, text) {
      await call('chat.postEphemeral', { channel, user: userId, text });
    },
    user: (id) => readUser(call, deps, 'users.info', { user: id }, ['user_not_found', 'user_not_visible']),
    userByEmail: (email) => readUser(call, deps, 'users.lookupByEmail', { email }, ['users_not_found']),
    async membersOfGroup(groupId) {
      const known = groups.get(groupId);
      const now = deps.clock.now().getTime();
      if (known && now - known.at < GROUP_CACHE_MS) return known.members;
      const { users } = await call('usergroups.users.list', { usergroup: groupId });
      const members = Array.isArray(users) ? users.filter((user): user is string => typeof user === 'string') : [];
      groups.set(groupId, { members, at: now });
      return members;
    },
    async updateView(viewId, view) {
      try {
        await call('views.update', { view_id: viewId, view });
      } catch (error) {
        // Its reader has closed it.
        if (!(error instanceof SlackRefused && VIEW_GONE.has(error.slackError))) throw error;
      }
    },
    async respond(responseUrl, text) {
      const problem = await light.whisper(responseUrl, text);
      if (problem) deps.log.error('command not answered', { problem });
    },
  };
}

const VIEW_GONE = new Set(['not_found', 'view_not_found', 'view_expired']);

const NO_UNFURL = { unfurl_links: false, unfurl_media: false };

const messageArgs = (target: Record<string, unknown>, card: Card): Record<string, unknown> => ({
  ...target,
  text: card.text,
  blocks: card.blocks,
  ...NO_UNFURL,
});

async function readUser(
  call: Call,
  deps: DeskDeps,
  method: string,
  args: Record<string, unknown>,
  unknownWords: readonly string[],
): Promise<SlackUser | undefined> {
  try {
    const { user } = await call(method, args);
    return toSlackUser(user, await deps.readTeam());
  } catch (error) {
    if (error instanceof SlackRefused && unknownWords.includes(error.slackError)) return undefined;
    throw error;
  }
}

interface UserJson {
  id?: unknown;
  name?: unknown;
  real_name?: unknown;
  team_id?: unknown;
  enterprise_user?: { enterprise_id?: unknown };
  profile?: { email?: unknown };
  deleted?: unknown;
  is_bot?: unknown;
  is_app_user?: unknown;
  is_restricted?: unknown;
  is_ultra_restricted?: unknown;
  is_stranger?: unknown;
}

/** Slack leaves flags out when they are false, but a user without a workspace is not one of ours. */
function toSlackUser(json: unknown, team: string): SlackUser | undefined {
  const user = (json ?? {}) as UserJson;
  if (typeof user.id !== 'string') return undefined;
  const isOurs = user.team_id === team || user.enterprise_user?.enterprise_id === team;
  const barred = [user.deleted, user.is_bot, user.is_app_user, user.is_restricted, user.is_ultra_restricted, user.is_stranger];
  const email = user.profile?.email;
  return {
    id: user.id,
    name: typeof user.name === 'string' ? user.name : user.id,
    email: typeof email === 'string' && email !== '' ? email : null,
    mayDecide: isOurs && !barred.some(Boolean),
  };
}
