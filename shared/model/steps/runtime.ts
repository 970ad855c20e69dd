import type { Resource } from '../resource.ts';
import { FUNCTION_READ, FUNCTION_UPDATE, INLINE_DELETE, INLINE_PUT, INLINE_READ } from './permissions.ts';
import type { Permission, StepRows } from './step-row.ts';

type OfFunction = { readonly target: Resource<'function'> };

/** What the execution role must be allowed besides, given in an inline policy of Cinch's own, which undo deletes again. */
export interface RoleGrant {
  readonly actions: readonly string[];
  readonly resource: string;
}

/** What AWSXRayDaemonWriteAccess is for (https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html); X-Ray knows no resource for them. */
export const WRITE_SEGMENTS: RoleGrant = { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resource: '*' };

/** What AWSLambdaVPCAccessExecutionRole gives besides logs (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). */
export const NETWORK_INTERFACES: RoleGrant = {
  actions: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  resource: '*',
};

/** What the execution role gets besides, whichever the function has when the step runs; null when the change asks nothing of it. */
type Granting = { readonly grant: RoleGrant | null };

/** How asynchronous events are kept, as far as Cinch sets it; a success destination stays as it is. */
export interface AsyncChoice {
  readonly onFailureArn: string | null;
  readonly maximumAgeSeconds: number;
  readonly maximumRetries: number;
}

export type RuntimeStep =
  | ({
      readonly kind: 'remove-variables';
      /** Names only; the values are only in what was captured, sealed. */
      readonly variables: readonly string[];
    } & OfFunction)
  | ({
      /** With `to: 0` it is quarantine: the function no longer runs. */
      readonly kind: 'set-concurrency';
      /** Null is none reserved. */
      readonly from: number | null;
      readonly to: number | null;
    } & OfFunction)
  | ({ readonly kind: 'set-tracing' } & OfFunction & Granting)
  | ({
      readonly kind: 'set-async-config';
      readonly qualifier: string | null;
      /** Null is no configuration, which means AWS's defaults. */
      readonly from: AsyncChoice | null;
      readonly to: AsyncChoice;
    } & OfFunction &
      Granting)
  | ({
      readonly kind: 'set-mapping-destination';
      readonly mappingId: string;
      readonly from: string | null;
      readonly to: string;
    } & OfFunction &
      Granting)
  | ({
      readonly kind: 'set-log-retention';
      readonly logGroupName: string;
      /** From for ever: anything shorter than before would delete logs that somebody chose to keep. */
      readonly toDays: number;
    } & OfFunction)
  | ({ readonly kind: 'set-log-key'; readonly logGroupName: string; readonly keyArn: string } & OfFunction)
  | ({
      readonly kind: 'attach-vpc';
      readonly subnetIds: readonly string[];
      readonly securityGroupIds: readonly string[];
    } & OfFunction &
      Granting)
  | ({
      readonly kind: 'upgrade-runtime';
      readonly from: string;
      readonly to: string;
      /** The day from which AWS no longer takes the old one, so that undo would fail: null while none is known. */
      readonly undoableUntil: string | null;
    } & OfFunction);

const CONFIG: readonly Permission[] = [FUNCTION_READ, FUNCTION_UPDATE];
const GRANT: readonly Permission[] = [INLINE_READ, INLINE_PUT];
const UNGRANT: readonly Permission[] = [INLINE_READ, INLINE_DELETE];
const CONCURRENCY: Permission = {
  actions: ['lambda:GetFunctionConcurrency', 'lambda:PutFunctionConcurrency', 'lambda:DeleteFunctionConcurrency'],
  on: 'function',
};
const LOG_GROUP_READ: Permission = { actions: ['logs:DescribeLogGroups'], on: 'any' };
/** Lambda looks with the rights of whoever attaches (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). */
const NETWORK_READ: Permission = {
  actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
  on: 'any',
};

export const RUNTIME_ROWS: StepRows<RuntimeStep> = {
  'remove-variables': {
    title: 'Remove variables that load code',
    family: 'runtime',
    risk: 'approval',
    changes: ['environment'],
    permissions: CONFIG,
    undoPermissions: CONFIG,
    undo: 'The same variables with the same values, unless somebody set them anew.',
    mightBreak: 'A tool that the variable started no longer starts, and the function may have needed it.',
    watched: true,
  },
  'set-concurrency': {
    title: 'Set the reserved concurrency',
    family: 'runtime',
    risk: 'approval',
    changes: ['reservedConcurrency'],
    permissions: [
      CONCURRENCY,
      // AWS knows no resource for it (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html).
      { actions: ['lambda:GetAccountSettings'], on: 'any' },
    ],
    undoPermissions: [CONCURRENCY],
    undo: 'The old reservation, or none; calls that were refused meanwhile do not come back.',
    mightBreak: 'Calls beyond the limit are refused, and with a limit of 0 every call is.',
    watched: true,
  },
  'set-tracing': {
    title: 'Trace invocations with X-Ray',
    family: 'runtime',
    risk: 'approval',
    changes: ['tracing', 'rolePolicies'],
    permissions: [...CONFIG, ...GRANT],
    undoPermissions: [...CONFIG, ...UNGRANT],
    undo: 'Tracing is off again, and the inline policy that it needed is deleted; traces stay for 30 days.',
    mightBreak: 'Nothing of the function; traces cost money.',
    watched: true,
  },
  'set-async-config': {
    title: 'Set how failed events are kept',
    family: 'runtime',
    risk: 'approval',
    changes: ['asyncConfigs', 'rolePolicies'],
    permissions: [
      FUNCTION_READ,
      { actions: ['lambda:GetFunctionEventInvokeConfig', 'lambda:PutFunctionEventInvokeConfig'], on: 'function' },
      ...GRANT,
    ],
    undoPermissions: [
      {
        actions: [
          'lambda:GetFunctionEventInvokeConfig',
          'lambda:PutFunctionEventInvokeConfig',
          'lambda:DeleteFunctionEventInvokeConfig',
        ],
        on: 'function',
      },
      ...UNGRANT,
    ],
    undo: 'The old configuration, or none, and the inline policy that it needed is deleted; events that went to the destination stay there.',
    mightBreak:
      'An event older than the new age is dropped or sent to the destination; one under a customer managed key takes nothing unless the role may use the key.',
    watched: true,
  },
  'set-mapping-destination': {
    title: 'Name where failed records go',
    family: 'runtime',
    risk: 'approval',
    changes: ['mappings', 'rolePolicies'],
    permissions: [
      FUNCTION_READ,
      { actions: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'], on: 'mapping' },
      ...GRANT,
    ],
    undoPermissions: [
      { actions: ['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'], on: 'mapping' },
      ...UNGRANT,
    ],
    undo: 'The old destination, or none, and the inline policy that it needed is deleted; what went to the destination stays there.',
    mightBreak:
      'The mapping stands still for some seconds while it is updated; a destination under a customer managed key takes nothing unless the role may use the key.',
    watched: true,
  },
  'set-log-retention': {
    title: 'Limit how long logs are kept',
    family: 'runtime',
    risk: 'approval',
    changes: ['logGroup'],
    permissions: [LOG_GROUP_READ, { actions: ['logs:PutRetentionPolicy'], on: 'log-group' }],
    undoPermissions: [LOG_GROUP_READ, { actions: ['logs:DeleteRetentionPolicy'], on: 'log-group' }],
    undo: 'Logs are kept for ever again; those that AWS deleted meanwhile are lost.',
    mightBreak: 'Logs that are older are deleted for good, within 72 hours.',
  },
  'set-log-key': {
    title: 'Encrypt logs under a key of your own',
    family: 'runtime',
    risk: 'approval',
    changes: ['logGroup'],
    permissions: [LOG_GROUP_READ, { actions: ['logs:AssociateKmsKey'], on: 'log-group' }],
    undoPermissions: [LOG_GROUP_READ, { actions: ['logs:DisassociateKmsKey'], on: 'log-group' }],
    undo: 'New logs lie under the key that AWS manages again; those written meanwhile stay under the other key.',
    mightBreak:
      'Who may not use the key can no longer read new logs, and a key that is disabled or deleted makes them unreadable.',
  },
  'attach-vpc': {
    title: 'Attach the function to a VPC',
    family: 'runtime',
    risk: 'approval',
    changes: ['vpc', 'subnets', 'openEgress', 'endpoints', 'ssmReachable', 'rolePolicies'],
    permissions: [...CONFIG, NETWORK_READ, ...GRANT],
    undoPermissions: [...CONFIG, ...UNGRANT],
    // Lambda deletes its interfaces with the role's rights, some 20 minutes later (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html).
    undo: 'No VPC, and the inline policy that it needed is deleted; a network interface that Lambda has not deleted by then stays, to be deleted by hand.',
    mightBreak:
      'It reaches only what the subnets and the security groups let it: without a NAT gateway or endpoints neither the internet nor AWS.',
    watched: true,
  },
  'upgrade-runtime': {
    title: 'Move to a supported runtime',
    family: 'runtime',
    risk: 'approval',
    changes: ['runtime'],
    permissions: CONFIG,
    undoPermissions: CONFIG,
    undo: 'The old runtime, as long as AWS still takes it.',
    mightBreak: 'Code and dependencies that were made for the old runtime may fail on the new one.',
    watched: true,
  },
};
