import type { StepRows } from './step-row.ts';

export type RuntimeStep = never;

export const RUNTIME_ROWS: StepRows<RuntimeStep> = {};
