import type { Resource } from './resource.ts';
import type { FactName } from './state.ts';

/** The closed union of changes Cinch can make to an account. Each carries what was there before, so that a moved state is seen. No step ever carries a secret's value. */
export type Step =
  | {
      readonly kind: 'lower-timeout';
      readonly target: Resource<'function'>;
      readonly fromSeconds: number;
      readonly toSeconds: number;
    }
  | {
      readonly kind: 'move-secrets-to-ssm';
      readonly target: Resource<'function'>;
      readonly roleArn: string;
      readonly architecture: 'x86_64' | 'arm64';
      /** Names only. The values are read live when the step runs, under the function's RevisionId. */
      readonly variables: readonly string[];
    }
  | {
      readonly kind: 'remove-permission';
      readonly target: Resource<'function'>;
      readonly qualifier: string | null;
      /** The exact statements, as GetPolicy returned them, each with its Sid. */
      readonly statements: readonly PermissionStatement[];
    }
  | { readonly kind: 'require-url-iam-auth'; readonly target: Resource<'function'>; readonly qualifier: string | null }
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
    };

export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

export interface PermissionStatement {
  readonly sid: string;
  /** The statement's JSON text as AWS returned it. */
  readonly text: string;
}

/** What an IAM permission is granted on; infra turns it into ARNs of the account it is deployed to. */
export type PermissionScope =
  | 'function'
  | 'code-signing'
  | 'role'
  | 'user'
  | 'group'
  /** Cinch's own layers; `layer-any` are all of the account. */
  | 'layer'
  | 'layer-any'
  | 'parameter'
  | 'parameter-key'
  | 'queue'
  | 'topic'
  | 'bus'
  | 'stream'
  | 'bucket'
  | 'api'
  | 'api-domain'
  | 'any';

export interface Permission {
  readonly actions: readonly string[];
  readonly on: PermissionScope;
  /** Condition block of the statement, IAM JSON. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Families a customer can leave out of the member stack's write role. */
export const STEP_FAMILIES = ['timeout', 'secrets', 'exposure', 'roles'] as const;
export type StepFamily = (typeof STEP_FAMILIES)[number];

export interface StepRow {
  readonly title: string;
  readonly family: StepFamily;
  /** `safe` may run by itself where a person set the mode to `fix`; `approval` always waits for a click. A rule or configuration may raise it, never lower it. */
  readonly risk: 'safe' | 'approval';
  /** The facts that it changes of what rules see of its target. */
  readonly changes: readonly (FactName<'function'> | FactName<'role'>)[];
  /** What the write role needs for capture, apply and verify. */
  readonly permissions: readonly Permission[];
  /** What only undo needs, in the role that only undo assumes. */
  readonly undoPermissions: readonly Permission[];
}

const VIA_SSM = { StringLike: { 'kms:ViaService': 'ssm.*.amazonaws.com' } } as const;
const INLINE_READ: Permission = { actions: ['iam:GetRolePolicy'], on: 'role' };
const INLINE_PUT: Permission = { actions: ['iam:PutRolePolicy'], on: 'role' };
const INLINE_DELETE: Permission = { actions: ['iam:DeleteRolePolicy'], on: 'role' };
const FUNCTION_READ: Permission = { actions: ['lambda:GetFunctionConfiguration'], on: 'function' };
const VERSIONS_READ: Permission = { actions: ['lambda:ListVersionsByFunction'], on: 'function' };
const FUNCTION_UPDATE: Permission = { actions: ['lambda:UpdateFunctionConfiguration'], on: 'function' };
/** Lambda asks for it on every layer that an update names, also on those of other accounts that the function has already. */
const LAYERS_USE: Permission = { actions: ['lambda:GetLayerVersion'], on: 'any' };
const PASS_TO_LAMBDA: Permission = {
  actions: ['iam:PassRole'],
  on: 'role',
  condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
};

/** One row a step: the write role's policy, docs/permissions.md and the tests are made from these. */
export const STEP_ROWS: { readonly [K in StepKind]: StepRow } = {
  'lower-timeout': {
    title: 'Lower the timeout',
    family: 'timeout',
    risk: 'safe',
    changes: ['timeoutSeconds'],
    permissions: [FUNCTION_READ, FUNCTION_UPDATE],
    undoPermissions: [FUNCTION_READ, FUNCTION_UPDATE],
  },
  'move-secrets-to-ssm': {
    title: 'Move secrets from the environment to SSM',
    family: 'secrets',
    risk: 'safe',
    changes: ['environment', 'layers'],
    permissions: [
      { actions: ['iam:GetRole'], on: 'role' },
      FUNCTION_READ,
      FUNCTION_UPDATE,
      LAYERS_USE,
      { actions: ['lambda:PublishLayerVersion'], on: 'layer' },
      // AWS knows no resource for it (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html).
      { actions: ['lambda:ListLayerVersions'], on: 'any' },
      { actions: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:ListTagsForResource'], on: 'parameter' },
      { actions: ['kms:DescribeKey'], on: 'parameter-key' },
      { actions: ['kms:Encrypt'], on: 'parameter-key', condition: VIA_SSM },
      INLINE_READ,
      INLINE_PUT,
    ],
    undoPermissions: [
      FUNCTION_READ,
      VERSIONS_READ,
      FUNCTION_UPDATE,
      LAYERS_USE,
      { actions: ['ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:DeleteParameter'], on: 'parameter' },
      { actions: ['kms:Decrypt'], on: 'parameter-key', condition: VIA_SSM },
      INLINE_READ,
      INLINE_PUT,
      INLINE_DELETE,
    ],
  },
  'remove-permission': {
    title: 'Remove statements from the function policy',
    family: 'exposure',
    risk: 'approval',
    changes: ['resourcePolicies'],
    permissions: [{ actions: ['lambda:GetPolicy', 'lambda:RemovePermission'], on: 'function' }],
    undoPermissions: [{ actions: ['lambda:GetPolicy', 'lambda:AddPermission'], on: 'function' }],
  },
  'require-url-iam-auth': {
    title: 'Require IAM on the function URL',
    family: 'exposure',
    risk: 'approval',
    changes: ['urls'],
    permissions: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], on: 'function' }],
    undoPermissions: [{ actions: ['lambda:GetFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], on: 'function' }],
  },
  'detach-role-policy': {
    title: 'Detach a managed policy',
    family: 'roles',
    risk: 'approval',
    changes: ['attachedPolicies'],
    permissions: [{ actions: ['iam:ListAttachedRolePolicies', 'iam:DetachRolePolicy'], on: 'role' }],
    undoPermissions: [{ actions: ['iam:ListAttachedRolePolicies', 'iam:AttachRolePolicy'], on: 'role' }],
  },
  'replace-role-policy': {
    title: 'Narrow an inline policy',
    family: 'roles',
    risk: 'approval',
    changes: ['inlinePolicies'],
    permissions: [INLINE_READ, INLINE_PUT, INLINE_DELETE],
    undoPermissions: [INLINE_READ, INLINE_PUT, INLINE_DELETE],
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
  },
};
