import type { Storm, StormEntry } from '../model/digest.ts';

export interface DigestSettings {
  /** From so many findings on. */
  readonly from: number;
  readonly windowSeconds: number;
}

/** Slack shows a hundred blocks of a list at once, and a ledger's item has its limits: then the next digest begins. */
const MAX_MEMBERS = 500;
/** Findings come out of order; entries are kept this much longer than they count. */
const KEPT_WINDOWS = 4;

export interface Placing {
  readonly storm: Storm;
  /** Null: it gets a card of its own. */
  readonly digestId: string | null;
  /** True for one that was placed before. */
  readonly isKnown: boolean;
  /** How many of the same storm have cards of their own. */
  readonly before: number;
}

/** Whether two findings are of one storm. */
const isNear = (one: string, other: string, { windowSeconds }: DigestSettings): boolean =>
  Math.abs(Date.parse(one) - Date.parse(other)) < windowSeconds * 1000;

/**
 * Decides where a finding is shown: with a card of its own, until so many come within the window; from then on in a digest, for as long as
 * no window passes without another. Those that had cards before keep them. Pure.
 */
export function placeInStorm(storm: Storm, entry: StormEntry, settings: DigestSettings): Placing {
  if (storm.recent.some(({ findingId }) => findingId === entry.findingId))
    return { storm, digestId: null, isKnown: true, before: 0 };
  const { current } = storm;
  const near = storm.recent.filter((other) => isNear(other.at, entry.at, settings));
  const before = near.length;
  const isOn = current !== null && isNear(current.lastAt, entry.at, settings);
  if (isOn && current.size < MAX_MEMBERS) {
    const lastAt = current.lastAt > entry.at ? current.lastAt : entry.at;
    const joined = { ...current, lastAt, size: current.size + 1 };
    return { storm: { ...storm, current: joined }, digestId: current.digestId, isKnown: false, before };
  }
  if (isOn || near.length + 1 >= settings.from) {
    const digests = storm.digests + 1;
    const digestId = `${storm.id}-${digests}`;
    const opened = { digestId, lastAt: entry.at, size: 1 };
    return { storm: { ...storm, digests, current: opened }, digestId, isKnown: false, before };
  }
  return {
    storm: { ...storm, recent: [...keptOf(storm.recent, entry, settings), entry] },
    digestId: null,
    isKnown: false,
    before,
  };
}

function keptOf(recent: readonly StormEntry[], entry: StormEntry, { from, windowSeconds }: DigestSettings): StormEntry[] {
  const newest = Math.max(...[...recent, entry].map(({ at }) => Date.parse(at)));
  return recent.filter(({ at }) => newest - Date.parse(at) < windowSeconds * 1000 * KEPT_WINDOWS).slice(-from);
}
