import type { TimeoutStep } from '../../../model/steps/timeout.ts';
import type { HandlersOf } from '../handler.ts';
import { lowerTimeout } from './lower-timeout.ts';

export const TIMEOUT_HANDLERS = {
  'lower-timeout': lowerTimeout,
} as const satisfies HandlersOf<TimeoutStep>;
