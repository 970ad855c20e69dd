import type { Resource } from '../resource.ts';
import {
  FUNCTION_READ,
  FUNCTION_UPDATE,
  INLINE_DELETE,
  INLINE_PUT,
  INLINE_READ,
  LAYERS_USE,
  VERSIONS_READ,
} from './permissions.ts';
import type { Permission, StepRows } from './step-row.ts';

const VIA_SSM = { StringLike: { 'kms:ViaService': 'ssm.*.amazonaws.com' } } as const;

const VIA_SECRETS_MANAGER = { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } } as const;

/** What both moves need, whatever the store. */
const MOVE: readonly Permission[] = [
  { actions: ['iam:GetRole'], on: 'role' },
  FUNCTION_READ,
  FUNCTION_UPDATE,
  LAYERS_USE,
  { actions: ['lambda:PublishLayerVersion'], on: 'layer' },
  // AWS knows no resource for it (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html).
  { actions: ['lambda:ListLayerVersions'], on: 'any' },
  { actions: ['kms:DescribeKey'], on: 'parameter-key' },
  INLINE_READ,
  INLINE_PUT,
];

const UNDO_MOVE: readonly Permission[] = [
  FUNCTION_READ,
  VERSIONS_READ,
  FUNCTION_UPDATE,
  LAYERS_USE,
  INLINE_READ,
  INLINE_PUT,
  INLINE_DELETE,
];

interface MoveSecrets {
  readonly target: Resource<'function'>;
  readonly roleArn: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Names only. The values are read live when the step runs, under the function's RevisionId. */
  readonly variables: readonly string[];
}

/** One kind for each store that a value can move to. */
export type MoveSecretsStep =
  | ({ readonly kind: 'move-secrets-to-ssm' } & MoveSecrets)
  | ({ readonly kind: 'move-secrets-to-secrets-manager' } & MoveSecrets);

/** A published version keeps its environment for good: the alias moves to one like it that holds references. */
export interface PublishCleanVersionStep {
  readonly kind: 'publish-clean-version';
  readonly target: Resource<'function'>;
  readonly alias: string;
  /** The version with the secret, which the alias serves. */
  readonly fromVersion: string;
}

export type SecretsStep = MoveSecretsStep | PublishCleanVersionStep;

export const SECRETS_ROWS: StepRows<SecretsStep> = {
  'move-secrets-to-ssm': {
    title: 'Move secrets from the environment to SSM',
    family: 'secrets',
    risk: 'safe',
    changes: ['environment', 'layers'],
    permissions: [
      ...MOVE,
      { actions: ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:ListTagsForResource'], on: 'parameter' },
      { actions: ['kms:Encrypt'], on: 'parameter-key', condition: VIA_SSM },
    ],
    undoPermissions: [
      ...UNDO_MOVE,
      { actions: ['ssm:GetParameter', 'ssm:ListTagsForResource', 'ssm:DeleteParameter'], on: 'parameter' },
      { actions: ['kms:Decrypt'], on: 'parameter-key', condition: VIA_SSM },
    ],
    undo: 'The old environment, layers and role policy; the values come from the parameters, which are deleted then.',
    mightBreak: 'Each cold start reads its secrets from SSM, and fails when it can not.',
    watched: true,
  },
  'move-secrets-to-secrets-manager': {
    title: 'Move secrets from the environment to Secrets Manager',
    family: 'secrets',
    risk: 'safe',
    changes: ['environment', 'layers'],
    permissions: [
      ...MOVE,
      {
        actions: [
          'secretsmanager:CreateSecret',
          'secretsmanager:TagResource',
          'secretsmanager:PutSecretValue',
          'secretsmanager:DescribeSecret',
        ],
        on: 'secret',
      },
      // Secrets Manager asks for both to encrypt (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
      { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], on: 'parameter-key', condition: VIA_SECRETS_MANAGER },
    ],
    undoPermissions: [
      ...UNDO_MOVE,
      {
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'secretsmanager:DeleteSecret'],
        on: 'secret',
      },
      { actions: ['kms:Decrypt'], on: 'parameter-key', condition: VIA_SECRETS_MANAGER },
    ],
    undo: 'The old environment, layers and role policy; the values come from the secrets, which AWS deletes seven days later.',
    mightBreak: 'Each cold start reads its secrets from Secrets Manager, and fails when it can not.',
    watched: true,
  },
  'publish-clean-version': {
    title: 'Publish a version without secrets and point an alias there',
    family: 'secrets',
    risk: 'approval',
    changes: ['aliases', 'versions'],
    permissions: [
      FUNCTION_READ,
      VERSIONS_READ,
      {
        actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:PublishVersion', 'lambda:UpdateAlias'],
        on: 'function',
      },
    ],
    undoPermissions: [
      VERSIONS_READ,
      { actions: ['lambda:ListAliases', 'lambda:UpdateAlias'], on: 'function' },
      // Of a published version only: with no qualifier it would be the whole function.
      { actions: ['lambda:DeleteFunction'], on: 'version' },
    ],
    undo: 'The alias serves its former version again, unless somebody moved it since; the version is deleted unless an alias names it.',
    mightBreak:
      'The alias serves the same code and settings with its secrets as the store has them now: a cold start fails when it can not read them.',
    watched: true,
  },
};
