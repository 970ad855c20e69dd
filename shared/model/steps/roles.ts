import type { Resource } from '../resource.ts';
import {
  FUNCTION_READ,
  FUNCTION_UPDATE,
  INLINE_DELETE,
  INLINE_PUT,
  INLINE_READ,
  PASS_TO_LAMBDA,
  VERSIONS_READ,
} from './permissions.ts';
import type { StepRows } from './step-row.ts';

export type RolesStep =
  | { readonly kind: 'detach-role-policy'; readonly target: Resource<'role'>; readonly policyArn: string }
  | {
      readonly kind: 'replace-role-policy';
      readonly target: Resource<'role'>;
      readonly policyName: string;
      /** Policy JSON text. `toText: null` deletes the inline policy; a `fromText` of null creates it. */
      readonly fromText: string | null;
      readonly toText: string | null;
    }
  | {
      readonly kind: 'give-own-role';
      readonly target: Resource<'function'>;
      readonly fromRoleArn: string;
      readonly newRoleName: string;
    };

export const ROLES_ROWS: StepRows<RolesStep> = {
  'detach-role-policy': {
    title: 'Detach a managed policy',
    family: 'roles',
    risk: 'approval',
    changes: ['attachedPolicies'],
    permissions: [{ actions: ['iam:ListAttachedRolePolicies', 'iam:DetachRolePolicy'], on: 'role' }],
    undoPermissions: [{ actions: ['iam:ListAttachedRolePolicies', 'iam:AttachRolePolicy'], on: 'role' }],
    undo: 'The policy is attached again.',
    mightBreak: 'Calls that only this policy allowed are refused.',
    watched: true,
  },
  'replace-role-policy': {
    title: 'Narrow an inline policy',
    family: 'roles',
    risk: 'approval',
    changes: ['inlinePolicies'],
    permissions: [INLINE_READ, INLINE_PUT, INLINE_DELETE],
    undoPermissions: [INLINE_READ, INLINE_PUT, INLINE_DELETE],
    undo: 'The old text, to the byte.',
    mightBreak: 'Calls that only the removed statements allowed are refused.',
    watched: true,
  },
  'give-own-role': {
    title: 'Give the function a role of its own',
    family: 'roles',
    risk: 'approval',
    changes: ['roleArn', 'roleSharers', 'edge'],
    permissions: [
      FUNCTION_READ,
      FUNCTION_UPDATE,
      PASS_TO_LAMBDA,
      {
        actions: [
          'iam:GetRole',
          'iam:CreateRole',
          'iam:TagRole',
          'iam:ListRolePolicies',
          'iam:ListAttachedRolePolicies',
          'iam:AttachRolePolicy',
        ],
        on: 'role',
      },
      INLINE_READ,
      INLINE_PUT,
    ],
    undoPermissions: [
      FUNCTION_READ,
      VERSIONS_READ,
      FUNCTION_UPDATE,
      PASS_TO_LAMBDA,
      {
        actions: [
          'iam:GetRole',
          'iam:DeleteRole',
          'iam:DetachRolePolicy',
          'iam:ListRolePolicies',
          'iam:ListAttachedRolePolicies',
        ],
        on: 'role',
      },
      INLINE_READ,
      INLINE_DELETE,
    ],
    undo: 'The old role; the new one is deleted unless somebody uses or changed it.',
    mightBreak: 'A resource policy elsewhere that names the old role does not name the new one.',
    watched: true,
  },
};
