import { CinchError } from '../../model/errors.ts';
import { isUnknown, type Known, type Unknown, unknown } from '../../model/unknown.ts';

/** `unknown` is a check that could not be made: never a pass. A `warning` works today, and somebody should know of it. */
export const VERDICTS = ['ok', 'warning', 'broken', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One thing that must be so for Cinch to work. */
export interface Check {
  /** `hub`, `slack`, an account, or `<account> <region>`. */
  readonly place: string;
  /** The same from run to run, within its place. */
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** What was found: names, states, counts. */
  readonly seen: string;
  /** What to do, an exact command where there is one; null when nothing is to be done. */
  readonly mend: string | null;
}

export type Judgement = Pick<Check, 'verdict' | 'seen' | 'mend'>;

export const fine = (seen: string): Judgement => ({ verdict: 'ok', seen, mend: null });
export const warned = (seen: string, mend: string): Judgement => ({ verdict: 'warning', seen, mend });
export const broken = (seen: string, mend: string): Judgement => ({ verdict: 'broken', seen, mend });
export const unsure = (why: Unknown, mend: string): Judgement => ({ verdict: 'unknown', seen: why.unknown, mend });

export type Subject = Pick<Check, 'place' | 'id' | 'title'>;

/** Judges a fact; one that could not be read is unknown, whatever it would have said. Pure. */
export function checked<T>(subject: Subject, fact: Known<T>, mendUnknown: string, judge: (value: T) => Judgement): Check {
  return { ...subject, ...(isUnknown(fact) ? unsure(fact, mendUnknown) : judge(fact)) };
}

/** What a port answers, or why it could not: only an error of Cinch's own is known to tell nothing secret. */
export async function factOf<T>(what: string, read: () => Promise<T>): Promise<Known<T>> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof CinchError ? error.message : error instanceof Error ? error.name : 'failed';
    return unknown(`${what} could not be read: ${why}`);
  }
}

/** What keeps Cinch from being sound: what works today is left out. Pure. */
export const troubles = (checks: readonly Check[]): Check[] =>
  checks.filter(({ verdict }) => verdict === 'broken' || verdict === 'unknown');

const MOST_WORDS = 400;

/** So many of them, with as many words as an item of the ledger has room for. Pure. */
export function fitting(checks: readonly Check[], most: number): { readonly found: readonly Check[]; readonly more: number } {
  const found = checks.slice(0, most).map((check) => ({ ...check, seen: cut(check.seen), mend: check.mend && cut(check.mend) }));
  return { found, more: checks.length - found.length };
}

const cut = (words: string): string => (words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS - 1)}…` : words);
