import type { Resource } from '../resource.ts';
import { FUNCTION_READ, FUNCTION_UPDATE, LAYERS_USE } from './permissions.ts';
import type { StepRows } from './step-row.ts';

export type CleanerStep = {
  readonly kind: 'add-tmp-cleaner';
  readonly target: Resource<'function'>;
  readonly architecture: 'x86_64' | 'arm64';
  /** Paths below /tmp that stay; with none the function's own CINCH_TMP_KEEP is left as it is. */
  readonly keep: readonly string[];
};

export const CLEANER_ROWS: StepRows<CleanerStep> = {
  'add-tmp-cleaner': {
    title: 'Empty /tmp between invocations',
    family: 'cleaner',
    risk: 'approval',
    changes: ['environment', 'layers'],
    permissions: [
      FUNCTION_READ,
      FUNCTION_UPDATE,
      LAYERS_USE,
      // Deleted by no step: old versions that nobody uses, flows/clean-layer.ts.
      { actions: ['lambda:PublishLayerVersion'], on: 'layer' },
      // AWS knows no resource for it (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html).
      { actions: ['lambda:ListLayerVersions'], on: 'any' },
    ],
    undoPermissions: [FUNCTION_READ, FUNCTION_UPDATE, LAYERS_USE],
    undo: 'The old layers and wrapper.',
    mightBreak:
      'A function that finds its own files of an earlier invocation in /tmp, as a cache, does not find them any more; nor does an extension that keeps files there.',
    watched: true,
  },
};
