import type { SourcesStep } from '../../../model/steps/sources.ts';
import type { HandlersOf } from '../handler.ts';

export const SOURCES_HANDLERS = {} as const satisfies HandlersOf<SourcesStep>;
