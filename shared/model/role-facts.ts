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
   * time it last authenticated there; null is not within the tracking period (400 days). `actions` are those of the service that IAM tracks,
   * which are management actions only (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-action-last-accessed.html):
   * one that is not among them may be in use every second.
   */
  readonly serviceAccess: readonly ServiceAccess[];
  /**
   * ListFunctions of every version, and the packages that GetFunction links to: what the code of each function under the role calls. Unknown
   * unless all of it can be told. Read only where the rule that needs it is named: code may hold secrets.
   */
  readonly codeCalls: readonly FunctionCalls[];
}

export interface FunctionCalls {
  readonly functionArn: string;
  /** By SDK client and name, `dynamodb GetItem`; those of its published versions too. */
  readonly calls: readonly string[];
  /** What Lambda itself, or a layer beside the code, uses the role for, as its configuration tells: `sqs:ReceiveMessage`. */
  readonly lambda: readonly string[];
}

export interface ServiceAccess {
  readonly service: string;
  readonly lastUsed: string | null;
  /** By name, `CreateTable`. Left out where IAM tracks none of the service's. */
  readonly actions?: readonly { readonly name: string; readonly lastUsed: string | null }[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface AttachedPolicy extends NamedPolicy {
  readonly arn: string;
  readonly awsManaged: boolean;
}
