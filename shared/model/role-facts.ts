import type { PolicyDocument } from './policy-document.ts';

/** Everything a rule can see of a role. */
export interface RoleFacts {
  /** GetRole. */
  readonly path: string;
  readonly trustPolicy: PolicyDocument;
  readonly permissionsBoundaryArn: string | null;
  /** GetPolicy and GetPolicyVersion of the boundary; null when there is none. */
  readonly boundary: PolicyDocument | null;
  readonly tags: Readonly<Record<string, string>>;
  /** ISO. */
  readonly createdAt: string;
  /** ListRolePolicies and GetRolePolicy. */
  readonly inlinePolicies: readonly NamedPolicy[];
  /** ListAttachedRolePolicies, GetPolicy and GetPolicyVersion. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** ARNs of the functions that use it, in any region (role index). */
  readonly usedBy: readonly string[];
  /**
   * GenerateServiceLastAccessedDetails and GetServiceLastAccessedDetails: every service its policies grant, by namespace (`s3`), with the ISO
   * time it last authenticated there; null is not within the tracking period (400 days).
   */
  readonly serviceAccess: readonly { readonly service: string; readonly lastUsed: string | null }[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface AttachedPolicy extends NamedPolicy {
  readonly arn: string;
  readonly awsManaged: boolean;
}
