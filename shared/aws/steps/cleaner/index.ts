import type { CleanerStep } from '../../../model/steps/cleaner.ts';
import type { HandlersOf } from '../handler.ts';
import { addTmpCleaner } from './add-tmp-cleaner.ts';

export const CLEANER_HANDLERS = {
  'add-tmp-cleaner': addTmpCleaner,
} as const satisfies HandlersOf<CleanerStep>;
