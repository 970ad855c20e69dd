import type { Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { ApiFacts } from '../../model/state.ts';
import { classify } from '../../secrets/classify.ts';
import { EXAMPLE_STAGE } from '../parts/api.ts';
import { byHand } from '../parts/by-hand.ts';
import { counted, listed } from '../parts/words.ts';

const NEEDS = ['stages'] as const;
type Seen = Pick<ApiFacts, (typeof NEEDS)[number]>;

/** AWS's own advice: no sensitive data in stage variables (https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html). */
function evaluate({ stages }: Seen): Violation | undefined {
  const secrets = stages.flatMap((stage) =>
    Object.entries(stage.variables).flatMap(([name, value]) => {
      const { secret, kind } = classify(name, value);
      return secret ? [{ stage: stage.name, name, kind }] : [];
    }),
  );
  if (secrets.length === 0) return undefined;
  const names = [...new Set(secrets.map(({ name }) => name))];
  return {
    summary: `its stages hold a secret in ${counted(names.length, 'variable')}: ${listed(names)}`,
    evidence: secrets.map(({ stage, name, kind }) => ({
      path: `stage ${stage}: variable ${name}`,
      found: `looks like a secret (${kind})`,
      expected: 'the name of a secret that the function reads',
    })),
    remedy: byHand(
      'Integrations and mapping templates use a stage variable where nothing can look a reference up.',
      'Keep the secret in Secrets Manager or Parameter Store, let the function read it there, remove the variable, and rotate the secret: whoever may read the API has seen it.',
    ),
  };
}

const stage = (name: string, variables: Readonly<Record<string, string>>) => ({ ...EXAMPLE_STAGE, name, variables });

export default defineRule({
  id: 'apigateway-stage-variable-secret',
  title: "An API's stage variables hold no secret",
  severity: 'high',
  resource: 'api',
  checklist: ['wp-2', 'wa-SEC02-BP03'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'settings', state: { stages: [stage('prod', { functionAlias: 'live', LOG_LEVEL: 'info' })] } },
      {
        name: 'the name of a secret',
        state: {
          stages: [stage('prod', { DB_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:db-a1b2c3' })],
        },
      },
    ],
    violates: [
      { name: 'a password', state: { stages: [stage('prod', { dbPassword: 'Tr4-vq9Zk_wL2' })] } },
      {
        name: 'a key in two stages, under two names',
        state: {
          stages: [
            stage('prod', { API_KEY: 'q8Zr4Tn1Vx7Lb2Kd9Pw3' }),
            stage('beta', { API_KEY: 'm3Yt6Hc8Js2Fq5Xa1Uv7', apiSecret: 'w5Ge9Rb3Nk7Mz1Td4Qc6' }),
          ],
        },
      },
    ],
  },
});
