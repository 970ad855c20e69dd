import type { ApiStep } from '../../model/steps/api.ts';
import type { Previews } from './words.ts';

export const API_PREVIEWS: Previews<ApiStep> = {};
