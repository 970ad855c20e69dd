import type { PolicyDocument } from './policy-document.ts';
import type { ResourceKind } from './resource.ts';
import type { Known } from './unknown.ts';

/** Everything a rule can see of a function. Each field names the call it comes from; a reader makes only the calls that the rules need. */
export interface FunctionFacts {
  /** GetFunctionConfiguration. `null` for images. */
  readonly runtime: string | null;
  readonly packageType: 'Zip' | 'Image';
  readonly architecture: 'x86_64' | 'arm64';
  readonly timeoutSeconds: number;
  readonly roleArn: string;
  /** Layer version ARNs, in order. */
  readonly layers: readonly string[];
  /** Unknown when the environment is encrypted under a key Cinch may not use. Holds values: never copy it into evidence. */
  readonly environment: Readonly<Record<string, string>>;
  readonly snapStart: boolean;
  readonly codeSigned: boolean;
  /** A Lambda@Edge replica or its master: layers and environments don't apply there. */
  readonly edge: boolean;
  readonly vpc: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] } | null;
  /** ListTags. */
  readonly tags: Readonly<Record<string, string>>;
  /** ListAliases and ListVersionsByFunction. */
  readonly aliases: readonly { readonly name: string; readonly version: string }[];
  readonly versions: readonly { readonly version: string; readonly environment: Readonly<Record<string, string>> }[];
  /** GetPolicy for the function and for each alias. */
  readonly resourcePolicies: readonly QualifiedPolicy[];
  /** ListFunctionUrlConfigs. */
  readonly urls: readonly FunctionUrl[];
  /** ListEventSourceMappings and GetQueueAttributes. */
  readonly queues: readonly { readonly queueArn: string; readonly visibilityTimeoutSeconds: number }[];
  /** True when other event sources than queues feed it (streams, Kafka, ...). */
  readonly otherSources: boolean;
  /** CloudWatch `Duration` over the last 14 days; zero samples when it was never invoked. */
  readonly durations: { readonly samples: number; readonly maximumMs: number; readonly p999Ms: number; readonly days: number };
  /** ISO time of its CreateFunction event when Cinch saw it, else null: it was there before. */
  readonly createdAt: string | null;
  /** ARNs of the other functions that use its execution role, in any region, as the role index knows and a fresh read confirmed. */
  readonly roleSharers: readonly string[];
  /** Whether a cold start can reach SSM: no VPC, or a NAT route, or an interface endpoint. */
  readonly ssmReachable: boolean;
  /** The tool that owns its definition and would put an old value back. From tags and from the user agent of its last change. */
  readonly managedBy: ManagedBy | null;
}

export interface QualifiedPolicy {
  /** Alias or version; null for the unqualified function. */
  readonly qualifier: string | null;
  readonly revisionId: string;
  readonly document: PolicyDocument;
}

export interface FunctionUrl {
  readonly qualifier: string | null;
  readonly authType: 'NONE' | 'AWS_IAM';
}

export const DEPLOY_TOOLS = ['CloudFormation', 'SAM', 'CDK', 'Terraform', 'Pulumi', 'Serverless Framework'] as const;
export type DeployTool = (typeof DEPLOY_TOOLS)[number];
export interface ManagedBy {
  readonly tool: DeployTool;
  /** Stack name, where the tool has one. */
  readonly stack: string | null;
}

/** Everything a rule can see of a role. */
export interface RoleFacts {
  /** GetRole. */
  readonly path: string;
  readonly trustPolicy: PolicyDocument;
  readonly permissionsBoundaryArn: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** ListRolePolicies and GetRolePolicy. */
  readonly inlinePolicies: readonly NamedPolicy[];
  /** ListAttachedRolePolicies, GetPolicy and GetPolicyVersion. */
  readonly attachedPolicies: readonly AttachedPolicy[];
  /** ARNs of the functions that use it, in any region (role index). */
  readonly usedBy: readonly string[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface AttachedPolicy extends NamedPolicy {
  readonly arn: string;
  readonly awsManaged: boolean;
}

export interface FactsByKind {
  readonly function: FunctionFacts;
  readonly role: RoleFacts;
}
export type Facts<K extends ResourceKind> = FactsByKind[K];
export type FactName<K extends ResourceKind> = keyof FactsByKind[K] & string;

/** What a reader or a template gives: each fact, or why it is not known. Facts nobody asked for are absent. */
export type State<K extends ResourceKind> = { readonly [F in FactName<K>]?: Known<FactsByKind[K][F]> };
