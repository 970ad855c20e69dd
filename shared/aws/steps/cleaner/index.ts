import type { CleanerStep } from '../../../model/steps/cleaner.ts';
import type { HandlersOf } from '../handler.ts';

export const CLEANER_HANDLERS = {} as const satisfies HandlersOf<CleanerStep>;
