import type { StepRows } from './step-row.ts';

export type CleanerStep = never;

export const CLEANER_ROWS: StepRows<CleanerStep> = {};
