import type { FactName } from './state.ts';
import type { Permission } from './step.ts';

const CONFIGURATION: Permission = { actions: ['lambda:GetFunctionConfiguration'], on: 'function' };
const ALIASES: Permission = { actions: ['lambda:ListAliases'], on: 'function' };
/** AWS knows no resource for it (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html). */
const MAPPINGS: Permission = { actions: ['lambda:ListEventSourceMappings'], on: 'any' };
const ROLE: Permission = { actions: ['iam:GetRole'], on: 'role' };
const CONFIG_ONLY = [CONFIGURATION];

/** What cinch-read needs for each fact: the role is made from this table. `any` is where AWS offers nothing narrower, or names it nowhere. */
export const READ_PERMISSIONS: {
  readonly function: { readonly [F in FactName<'function'>]: readonly Permission[] };
  readonly role: { readonly [F in FactName<'role'>]: readonly Permission[] };
} = {
  function: {
    runtime: CONFIG_ONLY,
    packageType: CONFIG_ONLY,
    architecture: CONFIG_ONLY,
    timeoutSeconds: CONFIG_ONLY,
    roleArn: CONFIG_ONLY,
    layers: CONFIG_ONLY,
    environment: CONFIG_ONLY,
    snapStart: CONFIG_ONLY,
    vpc: CONFIG_ONLY,
    codeSigned: [CONFIGURATION, { actions: ['lambda:GetFunctionCodeSigningConfig'], on: 'function' }],
    edge: [CONFIGURATION, ROLE],
    tags: [{ actions: ['lambda:ListTags'], on: 'function' }],
    aliases: [ALIASES],
    versions: [{ actions: ['lambda:ListVersionsByFunction'], on: 'function' }],
    resourcePolicies: [ALIASES, { actions: ['lambda:GetPolicy'], on: 'function' }],
    urls: [ALIASES, { actions: ['lambda:ListFunctionUrlConfigs', 'lambda:GetFunctionUrlConfig'], on: 'function' }],
    queues: [ALIASES, MAPPINGS, { actions: ['sqs:GetQueueAttributes'], on: 'queue' }],
    otherSources: [ALIASES, MAPPINGS],
    durations: [{ actions: ['cloudwatch:GetMetricData'], on: 'any' }],
    createdAt: [],
    roleSharers: CONFIG_ONLY,
    ssmReachable: [
      CONFIGURATION,
      { actions: ['ec2:DescribeSubnets', 'ec2:DescribeRouteTables', 'ec2:DescribeVpcEndpoints'], on: 'any' },
    ],
    managedBy: [{ actions: ['lambda:ListTags'], on: 'function' }],
  },
  role: {
    path: [ROLE],
    trustPolicy: [ROLE],
    permissionsBoundaryArn: [ROLE],
    tags: [ROLE],
    inlinePolicies: [ROLE, { actions: ['iam:ListRolePolicies', 'iam:GetRolePolicy'], on: 'role' }],
    attachedPolicies: [
      ROLE,
      { actions: ['iam:ListAttachedRolePolicies'], on: 'role' },
      { actions: ['iam:GetPolicy', 'iam:GetPolicyVersion'], on: 'any' },
    ],
    usedBy: [ROLE, CONFIGURATION],
  },
};

/** What every reading needs besides its facts: whether the resource still exists. */
export const EXISTENCE_PERMISSIONS = { function: CONFIG_ONLY, role: [ROLE] } as const;

/** What the rest of the reader needs, by its members. */
export const READER_PERMISSIONS: {
  readonly [M in 'readRolesOfPolicy' | 'listFunctions' | 'readTraffic']: readonly Permission[];
} = {
  readRolesOfPolicy: [{ actions: ['iam:ListEntitiesForPolicy'], on: 'any' }, ROLE],
  listFunctions: [{ actions: ['lambda:ListFunctions'], on: 'any' }],
  readTraffic: [{ actions: ['cloudwatch:GetMetricData'], on: 'any' }],
};
