import type { Action } from './action-table.ts';
import { ESCALATION_PATHS, type EscalationPath } from './escalation-paths.ts';
import { POLICY_FINDINGS, type PolicyFinding, placesOf } from './finding.ts';
import { type Grant, type Holding, isOfAnyService, names, reachOf, writtenActions } from './held-actions.ts';
import { mayPassTo } from './limits.ts';
import type { Watched } from './sensitive-actions.ts';
import type { Reach } from './wide-resources.ts';
import { matchesGlob } from './wildcards.ts';

/** One sensitive action that a statement grants. */
export interface HeldAction {
  readonly action: Action;
  readonly grant: Grant;
  readonly reach: Reach;
}

/** By the action's key. */
export type HeldActions = ReadonlyMap<string, readonly HeldAction[]>;

export const PASS_ROLE = 'iam:PassRole';

/** Every action of `watched` that some statement grants, whatever the condition and the resource. */
export function heldActions(holding: Holding, watched: Watched): HeldActions {
  const held = new Map<string, HeldAction[]>();
  for (const grant of holding.grants) {
    for (const action of namedActions(grant, watched)) {
      const reach = reachOf(holding, grant, action);
      if (reach === undefined) continue;
      const before = held.get(action.key);
      if (before) before.push({ action, grant, reach });
      else held.set(action.key, [{ action, grant, reach }]);
    }
  }
  return held;
}

/** The watched actions that a statement names, each once. Names without wildcards, the most by far, are looked up. */
function namedActions(grant: Grant, watched: Watched): Iterable<Action> {
  if (isOfAnyService(grant)) return watched.all().filter((action) => names(grant, action));
  const found = new Set<Action>();
  for (const { isName, service, text } of grant.patterns) {
    if (isName) {
      const action = watched.named(text);
      if (action) found.add(action);
    } else for (const action of watched.of(service)) if (matchesGlob(text, action.key)) found.add(action);
  }
  return found;
}

const PATHS = ESCALATION_PATHS.map((path, order) => ({ path, order, keys: path.actions.map((action) => action.toLowerCase()) }));

/** The actions of all paths. */
export const PATH_ACTIONS: readonly string[] = [PASS_ROLE, ...ESCALATION_PATHS.flatMap(({ actions }) => actions)];

/** Paths by the first of their actions. */
const BY_FIRST = new Map<string, typeof PATHS>();
for (const one of PATHS) BY_FIRST.set(one.keys[0] ?? '', [...(BY_FIRST.get(one.keys[0] ?? '') ?? []), one]);

/** The paths of which at least the first action is held, in their own order. */
function reachable(held: HeldActions): typeof PATHS {
  if (held.size > PATHS.length / 2) return PATHS;
  const found: typeof PATHS = [];
  for (const key of held.keys()) found.push(...(BY_FIRST.get(key) ?? []));
  return found.length > 1 ? found.sort((one, other) => one.order - other.order) : found;
}

/** Whoever has more ways than these has any way. */
const MANY = 20;

/** The paths that are open, one finding each; a single one with the method `*` when they are many. */
export function escalations(held: HeldActions, self?: string): PolicyFinding[] {
  if (held.size === 0) return [];
  const open: { path: EscalationPath; pieces: readonly HeldAction[] }[] = [];
  for (const { keys, path } of reachable(held)) {
    const pieces = piecesOf(path, keys, held, self);
    if (pieces) open.push({ path, pieces });
  }
  if (open.length > MANY) {
    const grants = new Set(open.flatMap(({ pieces }) => pieces.map(({ grant }) => grant)));
    const message = `${open.length} of ${PATHS.length} published ways to the permissions of another principal are open`;
    return [findingOf('*', [...new Set([...grants].flatMap(writtenActions))], [...grants], message)];
  }
  return open.map(({ path, pieces }) => {
    const actions = path.passedTo ? [PASS_ROLE, ...path.actions] : path.actions;
    return findingOf(
      path.method,
      actions,
      pieces.map(({ grant }) => grant),
      `${actions.join(' with ')} gives the permissions of another principal`,
    );
  });
}

/** The statements that open a path, undefined when a piece is missing. */
function piecesOf(
  path: EscalationPath,
  keys: readonly string[],
  held: HeldActions,
  self: string | undefined,
): HeldAction[] | undefined {
  const { onSelf, passedTo } = path;
  const pieces: HeldAction[] = [];
  if (!keys.every((key) => held.has(key))) return undefined;
  for (const key of keys) {
    const found = held.get(key)?.filter(({ grant, reach }) => {
      return !grant.limited && (reach !== 'some' || passedTo !== undefined || (onSelf === true && isOnSelf(grant, self)));
    });
    if (!found || found.length === 0) return undefined;
    pieces.push(...found);
  }
  if (passedTo === undefined) return pieces;
  const passing = held.get(PASS_ROLE.toLowerCase())?.filter(({ grant, reach }) => {
    return reach !== 'some' && (!grant.limited || (grant.passedTo !== undefined && mayPassTo(grant.passedTo, passedTo)));
  });
  return passing && passing.length > 0 ? [...passing, ...pieces] : undefined;
}

const isOnSelf = ({ statement }: Grant, self: string | undefined): boolean =>
  statement.resources.some((one) => one.includes('${aws:username}') || (self !== undefined && matchesGlob(one, self)));

function findingOf(method: string, actions: readonly string[], grants: readonly Grant[], message: string): PolicyFinding {
  const id = 'privilege-escalation';
  return { id, severity: POLICY_FINDINGS[id], places: placesOf(grants), actions, message, method };
}
