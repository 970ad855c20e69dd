/** What happens in bench/load.ts: drawn from a seed, so that a round can be had again. Knows nothing of Cinch. */

/** How a function fares; what it is made of is in load-play.ts. The number of changes that each takes. */
export const STORIES = {
  /** Made with a timeout that is too long. */
  slow: 1,
  /** Made well; its timeout is set too long later. */
  slowed: 2,
  /** Made with a password in its environment. */
  secret: 1,
  /** Too slow, and a password. */
  both: 1,
  /** Opened to everybody. */
  public: 2,
  /** With a URL that asks for no authentication. */
  url: 3,
  /** Made with a password, which its owner takes out. */
  mended: 2,
  /** Made too slow, and deleted. */
  gone: 2,
  /** Nothing is wrong with it, however often it is changed. */
  clean: 3,
} as const;
export type Story = keyof typeof STORIES;

/** What concerns nothing that Cinch would say a word about, and its part of such changes. */
export const NOISE = {
  /** Events of other sources. The rules' patterns stop them, as the next two. */
  elsewhere: 0.4,
  /** Calls that AWS refuses. */
  failed: 0.25,
  /** Calls that are not watched. */
  unwatched: 0.25,
  /** Watched, so that they reach on-change: harmless changes of roles. */
  harmless: 0.1,
} as const;
export type Noise = keyof typeof NOISE;

/** So many events of other sources go in one call. */
export const ELSEWHERE_AT_ONCE = 10;

export type Act =
  | { readonly kind: 'story'; readonly account: string; readonly name: string; readonly story: Story }
  | { readonly kind: 'noise'; readonly account: string; readonly name: string; readonly noise: Noise; readonly changes: number };

export interface Script {
  readonly acts: readonly Act[];
  /** Of functions; one in ten of all. */
  readonly relevant: number;
  readonly changes: number;
}

/** 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One round: as many changes as asked, over all accounts, in an order without any order. */
export function writeScript(accounts: readonly string[], changes: number, round: number, random: () => number): Script {
  const relevant = Math.round(changes / 10);
  const acts = [...storiesOf(accounts, relevant, round, random), ...noiseOf(accounts, changes - relevant, round)];
  return { acts: shuffled(acts, random), relevant, changes };
}

function storiesOf(accounts: readonly string[], changes: number, round: number, random: () => number): Act[] {
  const acts: Act[] = [];
  const kinds = Object.keys(STORIES) as Story[];
  for (let left = changes; left > 0; ) {
    const fitting = kinds.filter((kind) => STORIES[kind] <= left);
    const story = fitting[Math.floor(random() * fitting.length)] ?? 'slow';
    left -= STORIES[story];
    const account = accounts[acts.length % accounts.length] ?? '';
    acts.push({ kind: 'story', account, name: `load-${round}-${acts.length}-${story}`, story });
  }
  return acts;
}

function noiseOf(accounts: readonly string[], changes: number, round: number): Act[] {
  const acts: Act[] = [];
  const add = (noise: Noise, count: number): void => {
    const account = accounts[acts.length % accounts.length] ?? '';
    acts.push({ kind: 'noise', account, name: `load-${round}-${acts.length}`, noise, changes: count });
  };
  let left = changes;
  for (const noise of ['failed', 'unwatched', 'harmless'] as const)
    for (let count = Math.round(changes * NOISE[noise]); count > 0; count--) {
      add(noise, 1);
      left -= 1;
    }
  for (; left > 0; left -= ELSEWHERE_AT_ONCE) add('elsewhere', Math.min(left, ELSEWHERE_AT_ONCE));
  return acts;
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
