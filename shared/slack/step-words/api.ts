import type { ApiStep } from '../../model/steps/api.ts';
import type { WordsOf } from './say.ts';

export const API_WORDS: WordsOf<ApiStep> = {};
