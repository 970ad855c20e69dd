import type { StepRows } from './step-row.ts';

export type SourcesStep = never;

export const SOURCES_ROWS: StepRows<SourcesStep> = {};
