import type { Preview } from '../../model/plan.ts';
import type { MoveSecretsStep, SecretsStep } from '../../model/steps/secrets.ts';
import { movedReference, type SecretStore } from '../../secrets/resolver-contract.ts';
import type { Previews } from './words.ts';

export const SECRETS_PREVIEWS: Previews<SecretsStep> = {
  'move-secrets-to-ssm': (step) => moved(step, 'ssm'),
  'move-secrets-to-secrets-manager': (step) => moved(step, 'secrets-manager'),
  'publish-clean-version': ({ target, alias, fromVersion }) => ({
    title: `Alias ${alias} of ${target.name}`,
    before: `${alias} -> version ${fromVersion}, with a secret in clear`,
    after: `${alias} -> a new version: the same code and settings, with references for secrets`,
  }),
};

function moved({ target, variables }: MoveSecretsStep, store: SecretStore): Preview {
  return {
    title: `Secrets of ${target.name}`,
    before: variables.map((variable) => `${variable} = (a secret in clear)`).join('\n'),
    after: variables.map((variable) => `${variable} = ${movedReference(store, target.name, variable)}`).join('\n'),
  };
}
