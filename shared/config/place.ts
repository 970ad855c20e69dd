import { unitOf } from './members.ts';
import type { Config } from './schema.ts';

/** What a line of the configuration looks at to know whether it applies. Pure. */

/** A tag's value; null when the resource has no such tag, undefined when nobody could read it. */
export type TagReader = (name: string) => string | null | undefined;

export interface Place {
  readonly account: string;
  readonly unit: string | undefined;
  /** Undefined where a setting is asked for that is no rule's: a line for some rules then does not apply. */
  readonly ruleId: string | undefined;
  readonly tagOf: TagReader;
}

export const UNREAD_TAGS: TagReader = () => undefined;

/** Tags as they were read just now; undefined when they could not be. */
export const liveTags = (tags: Readonly<Record<string, string>> | undefined): TagReader =>
  tags ? (name) => (Object.hasOwn(tags, name) ? tags[name] : null) : UNREAD_TAGS;

/** Tags as a finding or plan remembers them: of those that the configuration named then, each value, or null. */
export const keptTags = (kept: Readonly<Record<string, string | null>> | undefined): TagReader =>
  kept ? (name) => (Object.hasOwn(kept, name) ? kept[name] : undefined) : UNREAD_TAGS;

export const placeOf = (config: Config, account: string, ruleId?: string, tagOf: TagReader = UNREAD_TAGS): Place => ({
  account,
  unit: unitOf(config, account),
  ruleId,
  tagOf,
});

/** `maybe`: everything else fits, and it depends on tags that could not be read. */
export type Fit = 'yes' | 'no' | 'maybe';

export interface Scope {
  readonly accounts?: readonly string[] | undefined;
  readonly units?: readonly string[] | undefined;
  /** `name=value`; values of one tag are alternatives, different tags must all fit. */
  readonly tags?: readonly string[] | undefined;
  /** Ids, or prefixes with a star. A mapping is no list, and limits nothing. */
  readonly rules?: readonly string[] | Readonly<Record<string, unknown>> | undefined;
}

/** Whether a line applies: everything that it names must fit. */
export function fitOf(scope: Scope, { account, unit, ruleId, tagOf }: Place): Fit {
  if (scope.accounts && !scope.accounts.includes(account)) return 'no';
  if (scope.units && (unit === undefined || !scope.units.includes(unit))) return 'no';
  const { rules } = scope;
  if (isList(rules) && (ruleId === undefined || !rules.some((pattern) => matches(pattern, ruleId)))) return 'no';
  return scope.tags ? fitOfTags(scope.tags, tagOf) : 'yes';
}

function fitOfTags(wanted: readonly string[], tagOf: TagReader): Fit {
  const byName = new Map<string, string[]>();
  for (const tag of wanted) {
    const { name, value } = splitTag(tag);
    byName.set(name, [...(byName.get(name) ?? []), value]);
  }
  let fit: Fit = 'yes';
  for (const [name, patterns] of byName) {
    const value = tagOf(name);
    if (value === undefined) fit = 'maybe';
    else if (value === null || !patterns.some((pattern) => matches(pattern, value))) return 'no';
  }
  return fit;
}

/** At the first `=`: a value may hold more of them. */
export function splitTag(tag: string): { readonly name: string; readonly value: string } {
  const at = tag.indexOf('=');
  return { name: tag.slice(0, at), value: tag.slice(at + 1) };
}

/** A trailing star matches a prefix. */
export const matches = (pattern: string, text: string): boolean =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;

export const isList = (rules: Scope['rules']): rules is readonly string[] => Array.isArray(rules);

/** Of the tags that lines about approvals and channels look at, what this resource has: a question outlives the look at its resource. */
export function tagsToKeep(config: Config, tagOf: TagReader): Record<string, string | null> | undefined {
  const lines = [...config.slack.approvals, ...config.slack.channels];
  const names = [...new Set(lines.flatMap(({ tags = [] }) => tags.map((tag) => splitTag(tag).name)))].sort();
  const known = names.flatMap((name) => {
    const value = tagOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
