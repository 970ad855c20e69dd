import type { Resource } from '../model/resource.ts';
import { BOT_FUNCTIONS, botFunctionName, FORWARD_ROLE_NAME, PROTECTED_TAG, ROLE_NAMES } from '../names.ts';

/**
 * Why nothing of a resource with these tags may be changed, for people; undefined where it may. The tag counts whatever its value, and tags that
 * could not be read may hold it.
 */
export function protectionOf(
  resource: Pick<Resource, 'kind' | 'name'>,
  tags: Readonly<Record<string, string>> | undefined,
): string | undefined {
  if (isOwn(resource)) return 'it is a part of Cinch, which does not change itself';
  if (tags === undefined) return `its tags could not be read, and ${PROTECTED_TAG} may be among them`;
  return Object.hasOwn(tags, PROTECTED_TAG) ? `its tag ${PROTECTED_TAG} says that Cinch changes nothing of it` : undefined;
}

const OWN_ROLES: readonly string[] = [...Object.values(ROLE_NAMES), FORWARD_ROLE_NAME];
const OWN_FUNCTIONS: readonly string[] = BOT_FUNCTIONS.map(botFunctionName);

/** Where the hub is a member too, its functions and their roles are judged like all others. */
function isOwn({ kind, name }: Pick<Resource, 'kind' | 'name'>): boolean {
  if (kind === 'role') return OWN_ROLES.includes(name) || name.startsWith('cinch-hub-');
  return kind === 'function' && OWN_FUNCTIONS.includes(name);
}
