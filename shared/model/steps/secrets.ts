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
import type { StepRows } from './step-row.ts';

const VIA_SSM = { StringLike: { 'kms:ViaService': 'ssm.*.amazonaws.com' } } as const;

export type SecretsStep = {
  readonly kind: 'move-secrets-to-ssm';
  readonly target: Resource<'function'>;
  readonly roleArn: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** Names only. The values are read live when the step runs, under the function's RevisionId. */
  readonly variables: readonly string[];
};

export const SECRETS_ROWS: StepRows<SecretsStep> = {
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
    undo: 'The old environment, layers and role policy; the values come from the parameters, which are deleted then.',
    mightBreak: 'Each cold start reads its secrets from SSM, and fails when it can not.',
    watched: true,
  },
};
