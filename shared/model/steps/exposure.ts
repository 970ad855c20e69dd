import type { Resource } from '../resource.ts';
import type { StepRows } from './step-row.ts';

export interface PermissionStatement {
  readonly sid: string;
  /** The statement's JSON text as AWS returned it. */
  readonly text: string;
}

/** Of a URL's CORS settings what says which web sites get an answer, and whether with the visitor's credentials; the rest is not touched. */
export interface CorsReach {
  readonly allowOrigins: readonly string[];
  readonly allowCredentials: boolean;
}

export type ExposureStep =
  | {
      readonly kind: 'remove-permission';
      readonly target: Resource<'function'>;
      readonly qualifier: string | null;
      /** The exact statements, as GetPolicy returned them, each with its Sid. */
      readonly statements: readonly PermissionStatement[];
    }
  | { readonly kind: 'require-url-iam-auth'; readonly target: Resource<'function'>; readonly qualifier: string | null }
  | {
      readonly kind: 'narrow-url-cors';
      readonly target: Resource<'function'>;
      readonly qualifier: string | null;
      readonly from: CorsReach;
      readonly to: CorsReach;
    }
  | {
      readonly kind: 'remove-layer-permission';
      readonly target: Resource<'function'>;
      /** Of a version: each has a policy of its own. */
      readonly layerArn: string;
      readonly statement: PermissionStatement;
    };

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
  'narrow-url-cors': {
    title: 'Narrow which web sites may call the function URL',
    family: 'exposure',
    risk: 'approval',
    changes: ['urls'],
    permissions: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], on: 'function' }],
    undoPermissions: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], on: 'function' }],
    undo: 'The old origins and credentials; what else is in the CORS settings stays as it is.',
    mightBreak: 'Web pages of sites that are not named get no answer, or none with the visitor’s cookies.',
    watched: true,
  },
  'remove-layer-permission': {
    title: 'Remove a statement from the policy of a layer version',
    family: 'exposure',
    risk: 'approval',
    changes: ['layerPolicies'],
    permissions: [{ actions: ['lambda:GetLayerVersionPolicy', 'lambda:RemoveLayerVersionPermission'], on: 'layer-any' }],
    undoPermissions: [{ actions: ['lambda:GetLayerVersionPolicy', 'lambda:AddLayerVersionPermission'], on: 'layer-any' }],
    undo: 'The same statement, at the end of the policy.',
    mightBreak: 'Functions of other accounts that use this version keep running, and can no longer be updated with it.',
  },
};
