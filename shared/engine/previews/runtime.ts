import type { RuntimeStep } from '../../model/steps/runtime.ts';
import type { Previews } from './words.ts';

export const RUNTIME_PREVIEWS: Previews<RuntimeStep> = {};
