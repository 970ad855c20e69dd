import type { SourcesStep } from '../../model/steps/sources.ts';
import type { WordsOf } from './say.ts';

export const SOURCES_WORDS: WordsOf<SourcesStep> = {};
