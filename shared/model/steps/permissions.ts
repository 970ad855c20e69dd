import type { Permission } from './step-row.ts';

/** Permissions that rows of several families share. */

export const INLINE_READ: Permission = { actions: ['iam:GetRolePolicy'], on: 'role' };
export const INLINE_PUT: Permission = { actions: ['iam:PutRolePolicy'], on: 'role' };
export const INLINE_DELETE: Permission = { actions: ['iam:DeleteRolePolicy'], on: 'role' };
export const POLICIES_LIST: Permission = { actions: ['iam:ListRolePolicies', 'iam:ListAttachedRolePolicies'], on: 'role' };
/** What a managed policy says, AWS's own too: read before rights are moved, so that none are added. */
export const MANAGED_READ: Permission = { actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'], on: 'any' };
export const FUNCTION_READ: Permission = { actions: ['lambda:GetFunctionConfiguration'], on: 'function' };
export const VERSIONS_READ: Permission = { actions: ['lambda:ListVersionsByFunction'], on: 'function' };
export const FUNCTION_UPDATE: Permission = { actions: ['lambda:UpdateFunctionConfiguration'], on: 'function' };
/** Lambda asks for it on every layer that an update names, also on those of other accounts that the function has already. */
export const LAYERS_USE: Permission = { actions: ['lambda:GetLayerVersion'], on: 'any' };
export const PASS_TO_LAMBDA: Permission = {
  actions: ['iam:PassRole'],
  on: 'role',
  condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
};
