import type { Step } from '../../model/step.ts';
import { type Leaf, words } from '../rich-text.ts';
import { API_WORDS } from './api.ts';
import { CLEANER_WORDS } from './cleaner.ts';
import { EXPOSURE_WORDS } from './exposure.ts';
import { ROLES_WORDS } from './roles.ts';
import { RUNTIME_WORDS } from './runtime.ts';
import { plural, type StepWords, type WordsOf } from './say.ts';
import { SECRETS_WORDS } from './secrets.ts';
import { SOURCES_WORDS } from './sources.ts';
import { TIMEOUT_WORDS } from './timeout.ts';

const WORDS: WordsOf<Step> = {
  ...API_WORDS,
  ...CLEANER_WORDS,
  ...EXPOSURE_WORDS,
  ...ROLES_WORDS,
  ...RUNTIME_WORDS,
  ...SECRETS_WORDS,
  ...SOURCES_WORDS,
  ...TIMEOUT_WORDS,
};

/** The words of one step. */
export function wordsOf(step: Step, tense: keyof StepWords): Leaf[] {
  // The table has exactly one row a kind; the compiler can't follow the union through the index.
  const row = WORDS[step.kind] as (step: Step) => StepWords;
  return row(step)[tense];
}

/** The words of a plan: its first two steps, or the first and how many more there are. */
export function wordsOfSteps(steps: readonly Step[], tense: keyof StepWords): Leaf[] {
  const [first, second, ...more] = steps;
  if (!first) return [words(tense === 'ask' ? 'Change nothing' : 'Changed nothing')];
  if (second && more.length === 0) return [...wordsOf(first, tense), words(', and '), ...lowerFirst(wordsOf(second, tense))];
  return [...wordsOf(first, tense), ...(second ? [words(`, and ${plural(steps.length - 1, 'more change')}`)] : [])];
}

/** To go on within a sentence. */
export function lowerFirst(leaves: readonly Leaf[]): Leaf[] {
  const [first, ...rest] = leaves;
  if (first?.type !== 'text') return [...leaves];
  return [{ ...first, text: first.text.charAt(0).toLowerCase() + first.text.slice(1) }, ...rest];
}
