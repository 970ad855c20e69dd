import type { Resource } from '../resource.ts';
import { FUNCTION_READ, FUNCTION_UPDATE } from './permissions.ts';
import type { StepRows } from './step-row.ts';

export type TimeoutStep = {
  readonly kind: 'lower-timeout';
  readonly target: Resource<'function'>;
  readonly fromSeconds: number;
  readonly toSeconds: number;
};

export const TIMEOUT_ROWS: StepRows<TimeoutStep> = {
  'lower-timeout': {
    title: 'Lower the timeout',
    family: 'timeout',
    risk: 'safe',
    changes: ['timeoutSeconds'],
    permissions: [FUNCTION_READ, FUNCTION_UPDATE],
    undoPermissions: [FUNCTION_READ, FUNCTION_UPDATE],
    undo: 'The old timeout.',
    mightBreak: 'An invocation that takes longer than any in the last 14 days is cut off.',
    watched: true,
  },
};
