import { BOT_USER, directChannel, type Store } from '../store.ts';
import { BOT, type Json, type SlackUser, TEAM } from '../types.ts';
import { type Method, refuse, succeed, textArg } from './answer.ts';

/** A user as Slack answers it. `is_stranger` is there only for people of another organization. */
function userJson(user: SlackUser): Json {
  const { is_stranger, profile, ...rest } = user;
  const display = profile.display_name ?? '';
  return {
    ...rest,
    ...(is_stranger ? { is_stranger } : {}),
    tz: 'Europe/Amsterdam',
    is_admin: false,
    is_owner: false,
    is_app_user: false,
    updated: 0,
    profile: {
      title: '',
      ...profile,
      real_name: user.real_name,
      real_name_normalized: user.real_name,
      display_name: display,
      display_name_normalized: display,
      team: user.team_id,
    },
  };
}

const authTest: Method = () =>
  succeed({
    url: `https://${TEAM.domain}.slack.com/`,
    team: TEAM.name,
    user: BOT.name,
    team_id: TEAM.id,
    user_id: BOT.userId,
    bot_id: BOT.botId,
    is_enterprise_install: false,
  });

const findUser = (store: Store, id: string): SlackUser | undefined => (id === BOT.userId ? BOT_USER : store.users.get(id));

const usersInfo: Method = (store, args) => {
  const user = findUser(store, textArg(args, 'user') ?? '');
  return user === undefined ? refuse('user_not_found') : succeed({ user: userJson(user) });
};

const lookupByEmail: Method = (store, args) => {
  const email = textArg(args, 'email')?.toLowerCase();
  // Slack doesn't find people whose account is deactivated.
  const user = [...store.users.values()].find((one) => !one.deleted && one.profile.email?.toLowerCase() === email);
  return email === undefined || user === undefined ? refuse('users_not_found') : succeed({ user: userJson(user) });
};

const userGroupMembers: Method = (store, args) => {
  const group = store.userGroups.find((one) => one.id === textArg(args, 'usergroup'));
  return group === undefined ? refuse('no_such_subteam') : succeed({ users: group.users });
};

const conversationsOpen: Method = (store, args) => {
  const ids = textArg(args, 'users')?.split(',') ?? (Array.isArray(args.users) ? args.users.map(String) : []);
  const [id] = ids;
  if (id === undefined) return refuse('users_list_not_supplied');
  if (ids.length > 1) return refuse('too_many_users', { detail: 'this workspace opens direct messages with one person only' });
  const user = store.users.get(id);
  if (user === undefined) return refuse('user_not_found');
  if (user.deleted) return refuse('user_disabled');
  const known = store.directs.has(id);
  return succeed({ ...(known ? { no_op: true, already_open: true } : {}), channel: { id: directChannel(store, id) } });
};

export const people: Record<string, Method> = {
  'auth.test': authTest,
  'users.info': usersInfo,
  'users.lookupByEmail': lookupByEmail,
  'usergroups.users.list': userGroupMembers,
  'conversations.open': conversationsOpen,
};
