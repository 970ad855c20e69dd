import type { PolicyDocument } from './policy-document.ts';

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
  /** DescribeParameters and DescribeSecret of what Cinch's references in the environment name. Empty when there is none. */
  readonly movedSecrets: readonly MovedSecret[];
  /** The customer managed key of the environment; null is AWS's own. */
  readonly environmentKeyArn: string | null;
  readonly snapStart: boolean;
  /** The size of /tmp in MB: 512 unless somebody chose more. */
  readonly ephemeralStorageMb: number;
  /** Mounted EFS access points. */
  readonly fileSystems: readonly { readonly accessPointArn: string; readonly mountPath: string }[];
  /** Whether X-Ray's active tracing is on. */
  readonly tracing: boolean;
  /** The queue or topic of its dead-letter configuration. */
  readonly deadLetterArn: string | null;
  /** ISO time of the last change of code or configuration. */
  readonly lastModified: string;
  readonly codeSigned: boolean;
  /** GetFunctionCodeSigningConfig and GetCodeSigningConfig: null when the function has none. */
  readonly codeSigning: { readonly configArn: string; readonly onUntrusted: 'Warn' | 'Enforce' } | null;
  /** A Lambda@Edge replica or its master: layers and environments don't apply there. */
  readonly edge: boolean;
  readonly vpc: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] } | null;
  /** ListTags. */
  readonly tags: Readonly<Record<string, string>>;
  /** GetUser and GetRole for every tag whose value is the ARN of a user or role of its account: whether that still exists. */
  readonly taggedPrincipals: readonly { readonly tag: string; readonly arn: string; readonly exists: boolean }[];
  /** ListAliases and ListVersionsByFunction. */
  readonly aliases: readonly { readonly name: string; readonly version: string }[];
  readonly versions: readonly FunctionVersion[];
  /** ListAliases, ListVersionsByFunction, and of each version GetPolicy, ListEventSourceMappings and CloudWatch `Invocations`. */
  readonly versionUses: VersionUses;
  /** GetPolicy for the function and for each alias. */
  readonly resourcePolicies: readonly QualifiedPolicy[];
  /** ListFunctionUrlConfigs. */
  readonly urls: readonly FunctionUrl[];
  /** ListFunctionEventInvokeConfigs: only what somebody configured. */
  readonly asyncConfigs: readonly AsyncConfig[];
  /** GetFunctionConcurrency: null is none reserved. */
  readonly reservedConcurrency: number | null;
  /** GetLayerVersionPolicy of those of its layers that lie in its own account; a layer without a policy is not named. */
  readonly layerPolicies: readonly { readonly layerArn: string; readonly document: PolicyDocument }[];
  /** DescribeLogGroups: null when the group does not exist (yet). `retentionDays: null` keeps logs for ever. */
  readonly logGroup: {
    readonly name: string;
    readonly retentionDays: number | null;
    readonly keyArn: string | null;
  } | null;
  /** ListEventSourceMappings, for the function and its aliases. */
  readonly mappings: readonly EventSourceMapping[];
  /** GetQueueAttributes of the queues that feed it. */
  readonly queues: readonly SourceQueue[];
  /** True when other event sources than queues feed it (streams, Kafka, ...). */
  readonly otherSources: boolean;
  /** The topics that its policy lets invoke it: SNS GetTopicAttributes. */
  readonly topics: readonly {
    readonly topicArn: string;
    readonly document: PolicyDocument | null;
    readonly keyId: string | null;
  }[];
  /** The buses of the rules that its policy lets invoke it: EventBridge DescribeEventBus. */
  readonly buses: readonly { readonly busArn: string; readonly document: PolicyDocument | null }[];
  /** The Kinesis streams that feed it: DescribeStreamSummary and GetResourcePolicy. */
  readonly streams: readonly {
    readonly streamArn: string;
    readonly document: PolicyDocument | null;
    readonly encrypted: boolean;
  }[];
  /** The buckets that its policy lets invoke it: GetBucketPolicy, GetPublicAccessBlock, GetBucketAcl. */
  readonly buckets: readonly SourceBucket[];
  /** GetRole's policies of its execution role (ListRolePolicies, GetRolePolicy, ListAttachedRolePolicies, GetPolicyVersion). */
  readonly rolePolicies: readonly { readonly name: string; readonly document: PolicyDocument }[];
  /** CloudWatch `Duration` over the last 14 days; zero samples when it was never invoked. */
  readonly durations: { readonly samples: number; readonly maximumMs: number; readonly p999Ms: number; readonly days: number };
  /** CloudWatch `Invocations`, looked back `days`: the start of the last day with one, ISO, or null. */
  readonly lastInvoked: { readonly at: string | null; readonly days: number };
  /** ISO time of its CreateFunction event when Cinch saw it, else null: it was there before. */
  readonly createdAt: string | null;
  /** ARNs of the other functions that use its execution role, in any region, as the role index knows and a fresh read confirmed. */
  readonly roleSharers: readonly string[];
  /** Whether a cold start can reach SSM: no VPC, or a NAT route, or an interface endpoint. */
  readonly ssmReachable: boolean;
  /** DescribeSubnets and DescribeRouteTables: empty without a VPC. */
  readonly subnets: readonly FunctionSubnet[];
  /** DescribeSecurityGroups: its egress rules to everywhere (0.0.0.0/0 or ::/0), one by one; empty without a VPC. */
  readonly openEgress: readonly {
    readonly groupId: string;
    readonly cidr: string;
    /** `-1` is every protocol. */
    readonly protocol: string;
    /** `443`, `0-65535`, `all`. */
    readonly ports: string;
  }[];
  /** DescribeVpcEndpoints of its VPC, those that are available: the service's last part, e.g. `s3`, `dynamodb`, `secretsmanager`. */
  readonly endpoints: readonly string[];
  /** The tool that owns its definition and would put an old value back. From tags and from the user agent of its last change. */
  readonly managedBy: ManagedBy | null;
}

/** A secret that was moved out of the environment; never its value. */
export interface MovedSecret {
  readonly variable: string;
  readonly store: 'ssm' | 'secrets-manager';
  /** The parameter's or the secret's. */
  readonly name: string;
  /** Whether somebody gave it a new value since. */
  readonly rotated: boolean;
}

/** A published version; $LATEST is never among them. */
export interface FunctionVersion {
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly runtime: string | null;
}

/** What still hangs on published versions by their numbers. */
export interface VersionUses {
  /** Where the aliases point, with what they share their traffic with: `beta=$LATEST, live=7+8`. */
  readonly aliases: string;
  /** ISO: since when they do, as far as Cinch has looked. */
  readonly since: string;
  /** The newest of those that no alias serves and that differ from $LATEST in environment, role or runtime. */
  readonly versions: readonly VersionUse[];
}

export interface VersionUse {
  readonly version: string;
  /** In words: `its policy`, `an event source mapping`. */
  readonly usedBy: readonly string[];
  /** The start of the last day that it was invoked on by its number, ISO, or null. */
  readonly lastInvoked: string | null;
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
  readonly cors: { readonly allowOrigins: readonly string[]; readonly allowCredentials: boolean } | null;
}

/** How asynchronous invocations of one qualifier are kept and where failed ones go. AWS's defaults (6 hours, 2 retries) are filled in. */
export interface AsyncConfig {
  readonly qualifier: string | null;
  readonly maximumAgeSeconds: number;
  readonly maximumRetries: number;
  readonly onFailureArn: string | null;
}

export interface EventSourceMapping {
  /** Its UUID; the logical id in a template. */
  readonly id: string;
  /** Null for self-managed Kafka. */
  readonly sourceArn: string | null;
  readonly qualifier: string | null;
  readonly enabled: boolean;
  readonly onFailureArn: string | null;
  /** For streams: -1 is for ever. Null where the source knows none. */
  readonly maximumRetries: number | null;
  readonly maximumAgeSeconds: number | null;
  /** Whether filter criteria keep unwanted records out. */
  readonly filtered: boolean;
}

export interface SourceQueue {
  readonly queueArn: string;
  readonly visibilityTimeoutSeconds: number;
  /** The dead-letter queue of its redrive policy. */
  readonly deadLetterArn: string | null;
  readonly document: PolicyDocument | null;
  /** SSE-SQS counts. */
  readonly encrypted: boolean;
}

export interface SourceBucket {
  readonly name: string;
  readonly document: PolicyDocument | null;
  /** Block Public Access, of the bucket itself. */
  readonly blocksPublicPolicy: boolean;
  readonly ignoresPublicAcls: boolean;
  /** Whether its ACL lets everybody or every AWS account write. */
  readonly publicWriteAcl: boolean;
}

export interface FunctionSubnet {
  readonly subnetId: string;
  /** Availability zone, e.g. `eu-central-1a`. */
  readonly zone: string;
  /** Where its default route leads. */
  readonly defaultRoute: 'internet-gateway' | 'nat-gateway' | 'other' | 'none';
}

export const DEPLOY_TOOLS = ['CloudFormation', 'SAM', 'CDK', 'Terraform', 'Pulumi', 'Serverless Framework'] as const;
export type DeployTool = (typeof DEPLOY_TOOLS)[number];
export interface ManagedBy {
  readonly tool: DeployTool;
  /** Stack name, where the tool has one. */
  readonly stack: string | null;
}
