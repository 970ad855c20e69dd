import type { RuntimeStep } from '../../model/steps/runtime.ts';
import type { WordsOf } from './say.ts';

export const RUNTIME_WORDS: WordsOf<RuntimeStep> = {};
