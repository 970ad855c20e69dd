import { type AccessLevel, decodeActions } from './action-code.ts';
import { DICTIONARY, SERVICES } from './action-table-data.ts';
import { hasWildcard, matchesGlob } from './wildcards.ts';

export type { AccessLevel } from './action-code.ts';

/** One action as AWS's service authorization reference lists it. */
export interface Action {
  /** The service's prefix: `s3`. */
  readonly service: string;
  /** `s3:GetObject`. */
  readonly name: string;
  /** The same in lower case, for comparing. */
  readonly key: string;
  readonly access: AccessLevel;
  /** Whether the action can be limited to resources. One that can't takes `*` and nothing else. */
  readonly onResource: boolean;
  /** Its resources are of several kinds, so that all of one kind are not all that it needs. */
  readonly ofSeveralKinds: boolean;
}

// Splitting the lines takes a fraction of a millisecond; a service's names are unpacked when somebody asks for them.
const LINES = new Map(
  SERVICES.split('\n').map((line) => {
    const gap = line.indexOf(' ');
    return [line.slice(0, gap), line.slice(gap + 1)];
  }),
);
const WORDS = DICTIONARY.split(' ');
const unpacked = new Map<string, readonly Action[]>();
const NONE: readonly Action[] = [];

/** Every service prefix, sorted. */
export const SERVICE_PREFIXES: readonly string[] = [...LINES.keys()].sort();

/** A service's actions, sorted by `key`. Empty for a prefix that AWS doesn't list. */
export function actionsOfService(service: string): readonly Action[] {
  const known = unpacked.get(service);
  if (known) return known;
  const line = LINES.get(service);
  if (line === undefined) return NONE;
  const actions = decodeActions(line, WORDS).map(({ access, kinds, name }) => {
    const full = `${service}:${name}`;
    return { service, name: full, key: full.toLowerCase(), access, onResource: kinds > 0, ofSeveralKinds: kinds > 1 };
  });
  unpacked.set(service, actions);
  return actions;
}

/** The actions that a pattern of a policy names, whatever its case: `s3:Get*`, `*`, `s?:*Object`. A name without wildcard gives one or none. */
export function actionsMatching(pattern: string): Action[] {
  const found: Action[] = [];
  eachActionMatching(pattern, (action) => {
    found.push(action);
    return false;
  });
  return found;
}

/** Visits the actions that a pattern names, until `visit` answers true. Answers whether it did. */
export function eachActionMatching(pattern: string, visit: (action: Action) => boolean): boolean {
  const lower = pattern.toLowerCase();
  const colon = lower.indexOf(':');
  if (colon < 0) return /^\*+$/.test(lower) && SERVICE_PREFIXES.some((service) => actionsOfService(service).some(visit));
  const service = lower.slice(0, colon);
  if (!hasWildcard(service)) return visitService(service, lower, visit);
  return SERVICE_PREFIXES.filter((prefix) => matchesGlob(service, prefix)).some((prefix) =>
    visitService(prefix, prefix + lower.slice(colon), visit),
  );
}

/** The action of this name, in any case. */
export function actionNamed(name: string): Action | undefined {
  const key = name.toLowerCase();
  const actions = actionsOfService(key.slice(0, Math.max(0, key.indexOf(':'))));
  const action = actions[firstAtLeast(actions, key)];
  return action?.key === key ? action : undefined;
}

/** Undefined for an action that AWS doesn't list. */
export const accessLevelOf = (name: string): AccessLevel | undefined => actionNamed(name)?.access;

/** @param pattern in lower case, its service without wildcard. */
function visitService(service: string, pattern: string, visit: (action: Action) => boolean): boolean {
  const actions = actionsOfService(service);
  const star = pattern.search(/[*?]/);
  const start = star < 0 ? pattern : pattern.slice(0, star);
  // What has nothing but one star at its end needs no comparing beyond its start.
  const onlyStart = star >= 0 && star === pattern.length - 1 && pattern[star] === '*';
  for (let at = firstAtLeast(actions, start); at < actions.length; at += 1) {
    const action = actions[at];
    if (!action?.key.startsWith(start)) return false;
    if (star < 0) return action.key === pattern && visit(action);
    if ((onlyStart || matchesGlob(pattern, action.key)) && visit(action)) return true;
  }
  return false;
}

function firstAtLeast(actions: readonly Action[], key: string): number {
  let low = 0;
  let high = actions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((actions[middle]?.key ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
