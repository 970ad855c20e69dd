/** What the app has when it is installed from docs/slack-app-manifest.yaml. */
export const APP_SCOPES: readonly string[] = [
  'commands',
  'chat:write',
  'usergroups:read',
  'users:read',
  'users:read.email',
  'channels:read',
  'groups:read',
];

/** Any one of them suffices; what is not here needs none. Each method's page names them: https://docs.slack.dev/reference/methods */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'users.info': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'usergroups.users.list': ['usergroups:read'],
  'conversations.info': ['channels:read', 'groups:read'],
};

/** The scopes of which one is missing; undefined when the call may be made. */
export function missingScope(granted: readonly string[], method: string): string | undefined {
  const needed = NEEDED[method];
  return needed && !needed.some((scope) => granted.includes(scope)) ? needed.join(',') : undefined;
}
