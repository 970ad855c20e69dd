import type { SecretsStep } from '../../model/steps/secrets.ts';
import { parameterName, referenceTo } from '../../secrets/resolver-contract.ts';
import type { Previews } from './words.ts';

export const SECRETS_PREVIEWS: Previews<SecretsStep> = {
  'move-secrets-to-ssm': (step) => ({
    title: `Secrets of ${step.target.name}`,
    before: step.variables.map((variable) => `${variable} = (a secret in clear)`).join('\n'),
    after: step.variables.map((variable) => `${variable} = ${referenceTo(parameterName(step.target.name, variable))}`).join('\n'),
  }),
};
