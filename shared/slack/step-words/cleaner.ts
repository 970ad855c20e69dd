import type { CleanerStep } from '../../model/steps/cleaner.ts';
import type { WordsOf } from './say.ts';

export const CLEANER_WORDS: WordsOf<CleanerStep> = {};
