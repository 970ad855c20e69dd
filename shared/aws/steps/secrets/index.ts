import type { SecretsStep } from '../../../model/steps/secrets.ts';
import type { HandlersOf } from '../handler.ts';
import { moveSecretsTo } from './move-secrets.ts';
import { PARAMETERS } from './parameters.ts';
import { publishCleanVersion } from './publish-clean-version.ts';
import { SECRETS_MANAGER } from './secrets-manager.ts';

export const SECRETS_HANDLERS = {
  'move-secrets-to-ssm': moveSecretsTo(PARAMETERS),
  'move-secrets-to-secrets-manager': moveSecretsTo(SECRETS_MANAGER),
  'publish-clean-version': publishCleanVersion,
} as const satisfies HandlersOf<SecretsStep>;
