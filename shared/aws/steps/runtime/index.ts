import type { RuntimeStep } from '../../../model/steps/runtime.ts';
import type { HandlersOf } from '../handler.ts';

export const RUNTIME_HANDLERS = {} as const satisfies HandlersOf<RuntimeStep>;
