import type { CleanerStep } from '../../model/steps/cleaner.ts';
import { of, say, type WordsOf } from './say.ts';

export const CLEANER_WORDS: WordsOf<CleanerStep> = {
  'add-tmp-cleaner': (step) =>
    say({ ask: 'Let a layer empty', done: 'Let a layer empty' }, '/tmp of ', of(step.target), ' between invocations'),
};
