import type { SecretsStep } from '../../../model/steps/secrets.ts';
import type { HandlersOf } from '../handler.ts';
import { moveSecretsToSsm } from './move-secrets-to-ssm.ts';

export const SECRETS_HANDLERS = {
  'move-secrets-to-ssm': moveSecretsToSsm,
} as const satisfies HandlersOf<SecretsStep>;
