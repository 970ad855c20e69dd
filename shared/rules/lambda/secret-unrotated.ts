import type { Resource } from '../../model/resource.ts';
import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { AWS_MANAGED, sharedKeyArn } from '../../model/secret-key.ts';
import type { FunctionFacts, MovedSecret } from '../../model/state.ts';
import { PARAMETER_KEY_ALIAS } from '../../names.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { listed } from '../parts/words.ts';

const NEEDS = ['movedSecrets'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** A move hides a secret and does not change it: until it is rotated, the leak is only mitigated. */
function evaluate({ movedSecrets }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  const unrotated = movedSecrets.filter(({ rotated }) => !rotated);
  if (unrotated.length === 0) return undefined;
  const isOne = unrotated.length === 1;
  const names = listed(unrotated.map(({ variable }) => variable));
  return {
    summary: `its ${isOne ? 'secret' : 'secrets'} ${names} ${isOne ? 'was' : 'were'} moved out of the environment but not rotated since: whoever could read the environment still has ${isOne ? 'it' : 'them'}`,
    evidence: unrotated.map(({ variable, name }) => ({
      path: `Environment.Variables.${variable}`,
      found: `the value that was moved to ${name}`,
      expected: 'a value from after the move',
    })),
    remedy: byHand('Only whoever issued a secret can issue another.', instructionsFor(unrotated, resource, settings.secrets.key)),
    advice: [
      'A published version reads the new value with its next cold starts; so that its warm environments end too, publish a version and point its alias there.',
      'Revoke the old value once nothing uses it: the rotation is done only then.',
    ],
  };
}

const COMMANDS: Readonly<Record<MovedSecret['store'], (name: string, region: string, key: string) => string>> = {
  ssm: (name, region, key) =>
    `aws ssm put-parameter --region ${region} --name ${name} --type SecureString ${keyOption(region, key)}--overwrite --value "$NEW_VALUE"`,
  'secrets-manager': (name, region) =>
    `aws secretsmanager put-secret-value --region ${region} --secret-id ${name} --secret-string "$NEW_VALUE"`,
};

/** Without it SSM encrypts the new value under AWS's own key, which lets more people read it. */
const keyOption = (region: string, key: string): string =>
  key === AWS_MANAGED ? '' : `--key-id ${sharedKeyArn(key, region) ?? PARAMETER_KEY_ALIAS} `;

function instructionsFor(unrotated: readonly MovedSecret[], resource: Resource<'function'>, key: string): string {
  // Each asks for its own: one value must not end up in two places.
  const puts = unrotated.map(({ store, name }) => `read -rs NEW_VALUE && ${COMMANDS[store](name, resource.region, key)}`);
  const touch = lambdaCommand(resource, 'update-function-configuration', '--description <a new description>');
  return [
    'Have a new value issued beside the old one (a second password, token or key).',
    `Put it in place of the old one, typed where no history keeps it: ${puts.join('; ')}.`,
    `Warm environments keep the old value until they end, and a change of the configuration ends them: ${touch}.`,
  ].join(' ');
}

const moved = (variable: string, rotated: boolean): MovedSecret => ({
  variable,
  store: 'ssm',
  name: `/cinch/orders-api/${variable}`,
  rotated,
});
const inSecretsManager = (variable: string, rotated: boolean): MovedSecret => ({
  variable,
  store: 'secrets-manager',
  name: `cinch/orders-api/${variable}`,
  rotated,
});

export default defineRule({
  id: 'lambda-secret-unrotated',
  title: "A secret that was moved out of a function's environment was rotated since",
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-2', 'wa-SEC02-BP05'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'nothing was moved', state: { movedSecrets: [] } },
      { name: 'rotated since', state: { movedSecrets: [moved('DB_PASSWORD', true)] } },
      {
        name: 'one in each store, both rotated',
        state: { movedSecrets: [moved('DB_PASSWORD', true), inSecretsManager('SMTP_PASSWORD', true)] },
      },
    ],
    violates: [
      { name: 'moved and left as it was', state: { movedSecrets: [moved('DB_PASSWORD', false)] } },
      { name: 'two, one rotated', state: { movedSecrets: [moved('DB_PASSWORD', true), moved('SMTP_PASSWORD', false)] } },
      { name: 'in Secrets Manager', state: { movedSecrets: [inSecretsManager('API_TOKEN', false)] } },
      { name: 'two, none rotated', state: { movedSecrets: [moved('DB_PASSWORD', false), moved('SMTP_PASSWORD', false)] } },
    ],
  },
});
