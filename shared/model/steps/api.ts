import type { StepRows } from './step-row.ts';

export type ApiStep = never;

export const API_ROWS: StepRows<ApiStep> = {};
