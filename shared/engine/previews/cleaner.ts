import type { CleanerStep } from '../../model/steps/cleaner.ts';
import type { Previews } from './words.ts';

export const CLEANER_PREVIEWS: Previews<CleanerStep> = {};
