import type { ApiStep } from '../../../model/steps/api.ts';
import type { HandlersOf } from '../handler.ts';

export const API_HANDLERS = {} as const satisfies HandlersOf<ApiStep>;
