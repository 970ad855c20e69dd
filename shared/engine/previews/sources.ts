import type { SourcesStep } from '../../model/steps/sources.ts';
import type { Previews } from './words.ts';

export const SOURCES_PREVIEWS: Previews<SourcesStep> = {};
