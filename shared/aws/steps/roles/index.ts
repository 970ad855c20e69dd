import type { RolesStep } from '../../../model/steps/roles.ts';
import type { HandlersOf } from '../handler.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { giveOwnRole } from './give-own-role.ts';
import { replaceRolePolicy } from './replace-role-policy.ts';
import { replaceTrustPolicy } from './replace-trust-policy.ts';
import { setBoundary } from './set-boundary.ts';

export const ROLES_HANDLERS = {
  'detach-role-policy': detachRolePolicy,
  'replace-role-policy': replaceRolePolicy,
  'give-own-role': giveOwnRole,
  'set-boundary': setBoundary,
  'replace-trust-policy': replaceTrustPolicy,
} as const satisfies HandlersOf<RolesStep>;
