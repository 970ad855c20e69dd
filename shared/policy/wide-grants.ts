import { type Action, actionsOfService, eachActionMatching, SERVICE_PREFIXES } from './action-table.ts';
import type { Hit } from './finding.ts';
import {
  type Grant,
  type Holding,
  isFullPattern,
  isOfAnyService,
  names,
  reachesEverything,
  servicePart,
  widestReach,
  writtenActions,
} from './held-actions.ts';
import { remembered } from './remembered.ts';
import { exposingActions, isInfrastructure, isWideWrite } from './sensitive-actions.ts';
import { coversPattern, hasWildcard, matchesGlob } from './wildcards.ts';

/** More names than these say less than the patterns that give them. */
const MANY = 12;

/** A kind of action, and whether a pattern names one of it. */
export interface WriteKind {
  readonly counts: (action: Action) => boolean;
  readonly isIn: (pattern: string) => boolean;
}

const writeKind = (counts: (action: Action) => boolean): WriteKind => ({
  counts,
  isIn: remembered((pattern) => eachActionMatching(pattern, counts)),
});
export const WIDE_WRITES = writeKind(isWideWrite);
export const INFRASTRUCTURE = writeKind(isInfrastructure);

/** The statements that decide, on every resource, who gets at them. */
export function exposures(holding: Holding): Hit[] {
  return wideHits(holding, (grant) => {
    const found = isPlain(holding, grant)
      ? [...new Set(grant.patterns.flatMap(({ text }) => exposedByPattern(text)))]
      : exposedBy(holding, grant);
    return found.length > MANY ? writtenActions(grant) : found.map(({ name }) => name);
  });
}

/** The statements that allow some action of the kind, on every resource, with their patterns as written. */
export function writes(holding: Holding, kind: WriteKind): Hit[] {
  return wideHits(holding, (grant) => {
    if (isPlain(holding, grant))
      return grant.statement.actions.filter((_, index) => kind.isIn(grant.patterns[index]?.text ?? ''));
    const isHit = (action: Action): boolean => kind.counts(action) && widestReach(holding, grant, action) === 'every';
    if (!grant.inverted) {
      const isOpenTo = remembered((pattern) => eachOpenAction(holding, grant, pattern, isHit));
      return grant.statement.actions.filter((_, index) => isOpenTo(grant.patterns[index]?.text ?? ''));
    }
    const some = EVERY_SERVICE.some(
      (service) => !isClosed(holding, grant, service) && actionsOfService(service).some((one) => names(grant, one) && isHit(one)),
    );
    return some ? writtenActions(grant) : [];
  });
}

/** Nothing takes away from it and nothing limits it, so that its patterns alone say what it grants. */
const isPlain = ({ bounds, denies }: Holding, { inverted, wide }: Grant): boolean =>
  !inverted && !bounds && denies.length === 0 && wide.some(({ service }) => service === '*');

/** At most one more than {@link MANY}. */
const exposedByPattern = remembered((pattern): readonly Action[] => {
  const service = servicePart(pattern);
  const found: Action[] = [];
  for (const one of service === '' || hasWildcard(service) ? EVERY_SERVICE : [service]) {
    for (const action of exposingActions(one)) {
      if (matchesGlob(pattern, action.key)) found.push(action);
      if (found.length > MANY) return found;
    }
  }
  return found;
});

function wideHits({ grants }: Holding, actionsOf: (grant: Grant) => readonly string[]): Hit[] {
  const hits: Hit[] = [];
  for (const grant of grants) {
    if (grant.limited || !reachesEverything(grant)) continue;
    const actions = actionsOf(grant);
    if (actions.length > 0) hits.push({ place: grant.place, actions });
  }
  return hits;
}

/** At most one more than {@link MANY}. */
function exposedBy(holding: Holding, grant: Grant): Action[] {
  const found: Action[] = [];
  for (const service of isOfAnyService(grant) ? EVERY_SERVICE : new Set(grant.patterns.map((pattern) => pattern.service))) {
    if (isClosed(holding, grant, service)) continue;
    for (const action of exposingActions(service)) {
      if (names(grant, action) && widestReach(holding, grant, action) === 'every') found.push(action);
      if (found.length > MANY) return found;
    }
  }
  return found;
}

/** Visits the actions of a pattern, service by service, but for services of which nothing is left. */
function eachOpenAction(holding: Holding, grant: Grant, pattern: string, visit: (action: Action) => boolean): boolean {
  const service = servicePart(pattern);
  if (holding.denies.length === 0 || (service !== '' && !hasWildcard(service))) return eachActionMatching(pattern, visit);
  const rest = service === '' ? ':*' : pattern.slice(service.length);
  if (service === '' && !isFullPattern(pattern)) return false;
  return EVERY_SERVICE.some(
    (prefix) =>
      (service === '' || matchesGlob(service, prefix)) &&
      !isClosed(holding, grant, prefix) &&
      eachActionMatching(prefix + rest, visit),
  );
}

/** Whether NotAction leaves a whole service out, or a Deny takes it away: then there is no need to look at its actions. */
function isClosed({ denies, isServiceTaken }: Holding, { inverted, patterns, wide }: Grant, service: string): boolean {
  const all = `${service}:*`;
  if (inverted && patterns.some(({ text }) => isFullPattern(text) || coversPattern(text, all))) return true;
  return denies.length > 0 && wide.every(({ pattern }) => isServiceTaken(service, pattern));
}

/** Those first in which something is found at once. */
const EVERY_SERVICE: readonly string[] = [...new Set(['iam', 's3', ...SERVICE_PREFIXES])];
