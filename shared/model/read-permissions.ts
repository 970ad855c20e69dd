import type { ResourceKind } from './resource.ts';
import type { FactName } from './state.ts';
import type { Permission } from './step.ts';

const CONFIGURATION: Permission = { actions: ['lambda:GetFunctionConfiguration'], on: 'function' };
const ALIASES: Permission = { actions: ['lambda:ListAliases'], on: 'function' };
const TAGS: Permission = { actions: ['lambda:ListTags'], on: 'function' };
const POLICIES: readonly Permission[] = [ALIASES, { actions: ['lambda:GetPolicy'], on: 'function' }];
/** AWS knows no resource for it (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html). */
const MAPPINGS: readonly Permission[] = [ALIASES, { actions: ['lambda:ListEventSourceMappings'], on: 'any' }];
const SIGNING: Permission = { actions: ['lambda:GetFunctionCodeSigningConfig'], on: 'function' };
const METRICS: Permission = { actions: ['cloudwatch:GetMetricData'], on: 'any' };
const SUBNETS: Permission = { actions: ['ec2:DescribeSubnets'], on: 'any' };
const ROUTES: Permission = { actions: ['ec2:DescribeRouteTables'], on: 'any' };
const ENDPOINTS: Permission = { actions: ['ec2:DescribeVpcEndpoints'], on: 'any' };
const ROLE: Permission = { actions: ['iam:GetRole'], on: 'role' };
const ROLE_INLINE: Permission = { actions: ['iam:ListRolePolicies', 'iam:GetRolePolicy'], on: 'role' };
const ROLE_ATTACHED: Permission = { actions: ['iam:ListAttachedRolePolicies'], on: 'role' };
/** AWS's own policies lie in no account. */
const MANAGED: Permission = { actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'], on: 'any' };
const USER: Permission = { actions: ['iam:GetUser'], on: 'user' };
const GROUPS: Permission = { actions: ['iam:ListGroupsForUser'], on: 'user' };
const KEYS: Permission = { actions: ['iam:ListAccessKeys'], on: 'user' };
const API: Permission = { actions: ['apigateway:GET'], on: 'api' };
const CONFIG_ONLY = [CONFIGURATION];
const FUNCTIONS: Permission = { actions: ['lambda:ListFunctions'], on: 'any' };

/** Reads code, which may hold secrets: granted only where the member stack's parameter `ReadCode` says so. */
export const CODE_PERMISSION: Permission = { actions: ['lambda:GetFunction'], on: 'function' };

/** What cinch-read needs for each fact: the role is made from this table. `any` is where AWS offers nothing narrower, or names it nowhere. */
export const READ_PERMISSIONS: {
  readonly [K in ResourceKind]: { readonly [F in FactName<K>]: readonly Permission[] };
} = {
  function: {
    runtime: CONFIG_ONLY,
    packageType: CONFIG_ONLY,
    architecture: CONFIG_ONLY,
    timeoutSeconds: CONFIG_ONLY,
    roleArn: CONFIG_ONLY,
    layers: CONFIG_ONLY,
    environment: CONFIG_ONLY,
    // Neither tells a value. AWS knows no resource for the first (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html).
    movedSecrets: [
      CONFIGURATION,
      { actions: ['ssm:DescribeParameters'], on: 'any' },
      { actions: ['secretsmanager:DescribeSecret'], on: 'secret' },
    ],
    environmentKeyArn: CONFIG_ONLY,
    snapStart: CONFIG_ONLY,
    ephemeralStorageMb: CONFIG_ONLY,
    fileSystems: CONFIG_ONLY,
    tracing: CONFIG_ONLY,
    deadLetterArn: CONFIG_ONLY,
    lastModified: CONFIG_ONLY,
    vpc: CONFIG_ONLY,
    codeSigned: [CONFIGURATION, SIGNING],
    codeSigning: [SIGNING, { actions: ['lambda:GetCodeSigningConfig'], on: 'code-signing' }],
    edge: [CONFIGURATION, ROLE],
    tags: [TAGS],
    taggedPrincipals: [TAGS, USER, ROLE],
    aliases: [ALIASES],
    versions: [{ actions: ['lambda:ListVersionsByFunction'], on: 'function' }],
    versionUses: [
      CONFIGURATION,
      ...POLICIES,
      ...MAPPINGS,
      METRICS,
      { actions: ['lambda:ListVersionsByFunction'], on: 'function' },
    ],
    resourcePolicies: POLICIES,
    urls: [ALIASES, { actions: ['lambda:ListFunctionUrlConfigs', 'lambda:GetFunctionUrlConfig'], on: 'function' }],
    asyncConfigs: [{ actions: ['lambda:ListFunctionEventInvokeConfigs'], on: 'function' }],
    reservedConcurrency: [{ actions: ['lambda:GetFunctionConcurrency'], on: 'function' }],
    layerPolicies: [CONFIGURATION, { actions: ['lambda:GetLayerVersionPolicy'], on: 'layer-any' }],
    logGroup: [CONFIGURATION, { actions: ['logs:DescribeLogGroups'], on: 'any' }],
    mappings: MAPPINGS,
    queues: [...MAPPINGS, { actions: ['sqs:GetQueueAttributes'], on: 'queue' }],
    otherSources: MAPPINGS,
    topics: [...POLICIES, { actions: ['sns:GetTopicAttributes'], on: 'topic' }],
    buses: [...POLICIES, { actions: ['events:DescribeEventBus'], on: 'bus' }],
    streams: [...MAPPINGS, { actions: ['kinesis:DescribeStreamSummary', 'kinesis:GetResourcePolicy'], on: 'stream' }],
    buckets: [...POLICIES, { actions: ['s3:GetBucketAcl', 's3:GetBucketPolicy', 's3:GetBucketPublicAccessBlock'], on: 'bucket' }],
    rolePolicies: [CONFIGURATION, ROLE_INLINE, ROLE_ATTACHED, MANAGED],
    durations: [METRICS],
    lastInvoked: [METRICS],
    createdAt: [],
    roleSharers: CONFIG_ONLY,
    ssmReachable: [CONFIGURATION, SUBNETS, ROUTES, ENDPOINTS],
    subnets: [CONFIGURATION, SUBNETS, ROUTES],
    openEgress: [CONFIGURATION, { actions: ['ec2:DescribeSecurityGroups'], on: 'any' }],
    endpoints: [CONFIGURATION, SUBNETS, ENDPOINTS],
    managedBy: [TAGS],
  },
  role: {
    path: [ROLE],
    trustPolicy: [ROLE],
    permissionsBoundaryArn: [ROLE],
    boundary: [ROLE, MANAGED],
    tags: [ROLE],
    createdAt: [ROLE],
    inlinePolicies: [ROLE, ROLE_INLINE],
    attachedPolicies: [ROLE, ROLE_ATTACHED, MANAGED],
    usedBy: [ROLE, CONFIGURATION],
    serviceAccess: [
      ROLE,
      { actions: ['iam:GenerateServiceLastAccessedDetails'], on: 'role' },
      { actions: ['iam:GetServiceLastAccessedDetails'], on: 'any' },
    ],
    codeCalls: [
      ROLE,
      FUNCTIONS,
      ...MAPPINGS,
      { actions: ['lambda:ListFunctionEventInvokeConfigs'], on: 'function' },
      CODE_PERMISSION,
    ],
  },
  api: {
    protocol: [API],
    name: [API],
    endpointTypes: [API],
    policy: [API],
    tags: [API],
    routes: [API],
    authorizers: [API],
    stages: [API],
    manualStages: [API],
    domains: [API, { actions: ['apigateway:GET'], on: 'api-domain' }],
  },
  user: {
    createdAt: [USER],
    lastActive: [USER, KEYS, { actions: ['iam:GetAccessKeyLastUsed'], on: 'user' }],
    canSignIn: [KEYS, { actions: ['iam:GetLoginProfile'], on: 'user' }],
    tags: [USER],
    inlinePolicies: [
      { actions: ['iam:ListUserPolicies', 'iam:GetUserPolicy'], on: 'user' },
      GROUPS,
      { actions: ['iam:ListGroupPolicies', 'iam:GetGroupPolicy'], on: 'group' },
    ],
    attachedPolicies: [
      { actions: ['iam:ListAttachedUserPolicies'], on: 'user' },
      GROUPS,
      { actions: ['iam:ListAttachedGroupPolicies'], on: 'group' },
      MANAGED,
    ],
    boundary: [USER, MANAGED],
  },
};

/** What every reading needs besides its facts: whether the resource still exists. */
export const EXISTENCE_PERMISSIONS: { readonly [K in ResourceKind]: readonly Permission[] } = {
  function: CONFIG_ONLY,
  role: [ROLE],
  api: [API],
  user: [USER],
};

/** What the rest of the reader needs, by its members. */
export const READER_PERMISSIONS: {
  readonly [M in
    | 'readRolesOfPolicy'
    | 'listFunctions'
    | 'listApis'
    | 'listUsers'
    | 'readOwnLayers'
    | 'readTraffic']: readonly Permission[];
} = {
  readRolesOfPolicy: [{ actions: ['iam:ListEntitiesForPolicy'], on: 'any' }, ROLE],
  listFunctions: [FUNCTIONS],
  listApis: [API],
  listUsers: [{ actions: ['iam:ListUsers'], on: 'any' }],
  // AWS knows no resource for it.
  readOwnLayers: [{ actions: ['lambda:ListLayerVersions'], on: 'any' }],
  readTraffic: [METRICS],
};

/**
 * What doctor needs besides, to see whether a member forwards its events. AWS knows no resource for the first line
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/list_amazoneventbridge.html).
 */
export const DOCTOR_PERMISSIONS: readonly Permission[] = [
  { actions: ['events:ListRuleNamesByTarget', 'cloudtrail:DescribeTrails'], on: 'any' },
  { actions: ['events:DescribeRule', 'events:ListTargetsByRule'], on: 'rule' },
  { actions: ['cloudtrail:GetTrailStatus', 'cloudtrail:GetEventSelectors'], on: 'trail' },
  { actions: ['sqs:GetQueueAttributes'], on: 'queue' },
  // Of Cinch's own layers.
  { actions: ['lambda:GetLayerVersion'], on: 'layer' },
  ROLE,
  ROLE_INLINE,
  ROLE_ATTACHED,
];
