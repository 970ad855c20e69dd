import { PROTECTED_TAG } from '../names.ts';

/**
 * Why nothing of a resource with these tags may be changed, for people; undefined where it may. The tag counts whatever its value, and tags that
 * could not be read may hold it.
 */
export function protectionOf(tags: Readonly<Record<string, string>> | undefined): string | undefined {
  if (tags === undefined) return `its tags could not be read, and ${PROTECTED_TAG} may be among them`;
  return Object.hasOwn(tags, PROTECTED_TAG) ? `its tag ${PROTECTED_TAG} says that Cinch changes nothing of it` : undefined;
}
