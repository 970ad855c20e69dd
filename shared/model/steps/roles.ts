import type { Resource } from '../resource.ts';
import {
  FUNCTION_READ,
  FUNCTION_UPDATE,
  INLINE_DELETE,
  INLINE_PUT,
  INLINE_READ,
  MANAGED_READ,
  PASS_TO_LAMBDA,
  POLICIES_LIST,
  VERSIONS_READ,
} from './permissions.ts';
import type { Permission, StepRows } from './step-row.ts';

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
    }
  | {
      /** With AWSDenyAll as `toArn` the role is isolated: nothing is allowed to it, and nothing of its policies is lost. */
      readonly kind: 'set-boundary';
      readonly target: Resource<'role'>;
      readonly fromArn: string | null;
      readonly toArn: string | null;
    }
  | {
      readonly kind: 'replace-trust-policy';
      readonly target: Resource<'role'>;
      /** Policy JSON text. */
      readonly fromText: string;
      readonly toText: string;
    };

/** AWS's own policy that denies everything; as a boundary it takes every right away, those of sessions that exist already, too. */
export const denyAllArn = (partition: string): string => `arn:${partition}:iam::aws:policy/AWSDenyAll`;
export const isDenyAll = (arn: string | null): boolean => arn?.endsWith(':iam::aws:policy/AWSDenyAll') ?? false;

const BOUNDARY_SET: Permission = { actions: ['iam:GetRole', 'iam:PutRolePermissionsBoundary'], on: 'role' };
/** To take a boundary away gives rights: only undo may, where there was none. */
const BOUNDARY_DELETE: Permission = { actions: ['iam:DeleteRolePermissionsBoundary'], on: 'role' };
/** Everything that a role may do, to compare. */
const RIGHTS_READ: readonly Permission[] = [POLICIES_LIST, INLINE_READ, MANAGED_READ];
const TRUST_SET: Permission = { actions: ['iam:GetRole', 'iam:UpdateAssumeRolePolicy'], on: 'role' };

export const ROLES_ROWS: StepRows<RolesStep> = {
  'detach-role-policy': {
    title: 'Detach a managed policy',
    family: 'roles',
    risk: 'approval',
    changes: ['attachedPolicies'],
    permissions: [{ actions: ['iam:DetachRolePolicy'], on: 'role' }, ...RIGHTS_READ],
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
    permissions: [INLINE_PUT, INLINE_DELETE, ...RIGHTS_READ],
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
          'iam:SimulatePrincipalPolicy',
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
  'set-boundary': {
    title: 'Set a permissions boundary',
    family: 'roles',
    risk: 'approval',
    changes: ['permissionsBoundaryArn', 'boundary'],
    permissions: [BOUNDARY_SET, MANAGED_READ],
    undoPermissions: [BOUNDARY_SET, BOUNDARY_DELETE],
    undo: 'The boundary that was there, or none.',
    mightBreak: 'Calls that the boundary does not allow are refused, whatever the policies of the role say.',
    watched: true,
  },
  'replace-trust-policy': {
    title: 'Narrow who may assume the role',
    family: 'roles',
    risk: 'approval',
    changes: ['trustPolicy'],
    permissions: [TRUST_SET],
    undoPermissions: [TRUST_SET],
    undo: 'The old trust policy, to the byte.',
    mightBreak: 'Whoever assumed the role by a statement that is gone no longer can.',
    watched: true,
  },
};
