import type { Resource } from '../resource.ts';
import type { StepRows } from './step-row.ts';

export interface PermissionStatement {
  readonly sid: string;
  /** The statement's JSON text as AWS returned it. */
  readonly text: string;
}

export type ExposureStep =
  | {
      readonly kind: 'remove-permission';
      readonly target: Resource<'function'>;
      readonly qualifier: string | null;
      /** The exact statements, as GetPolicy returned them, each with its Sid. */
      readonly statements: readonly PermissionStatement[];
    }
  | { readonly kind: 'require-url-iam-auth'; readonly target: Resource<'function'>; readonly qualifier: string | null };

export const EXPOSURE_ROWS: StepRows<ExposureStep> = {
  'remove-permission': {
    title: 'Remove statements from the function policy',
    family: 'exposure',
    risk: 'approval',
    changes: ['resourcePolicies'],
    permissions: [{ actions: ['lambda:GetPolicy', 'lambda:RemovePermission'], on: 'function' }],
    undoPermissions: [{ actions: ['lambda:GetPolicy', 'lambda:AddPermission'], on: 'function' }],
    undo: 'The same statements, at the end of the policy.',
    mightBreak: 'Whoever calls the function by the removed statement is refused.',
    watched: true,
  },
  'require-url-iam-auth': {
    title: 'Require IAM on the function URL',
    family: 'exposure',
    risk: 'approval',
    changes: ['urls'],
    permissions: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], on: 'function' }],
    undoPermissions: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], on: 'function' }],
    undo: 'The old authentication type.',
    mightBreak: 'Callers that do not sign their requests are refused.',
    watched: true,
  },
};
