import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { classify } from '../../secrets/classify.ts';
import { isReference } from '../../secrets/resolver-contract.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { lastingAdvice, listed } from '../parts/words.ts';

const NEEDS = ['environment', 'environmentKeyArn', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Under AWS's own key everybody who may call GetFunctionConfiguration reads the values: only a key of one's own can refuse them. */
function evaluate(state: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  if (state.environmentKeyArn !== null) return undefined;
  const secrets = Object.entries(state.environment)
    .filter(([name, value]) => !isReference(value) && classify(name, value).secret)
    .map(([name]) => name);
  if (secrets.length === 0) return undefined;
  return {
    summary: `its environment holds ${listed(secrets)} under the key that AWS manages`,
    evidence: [{ path: 'KMSKeyArn', found: 'none', expected: 'a customer managed key while the environment holds a secret' }],
    remedy: byHand(
      'Its role and the people who deploy it need rights on the key before the function can be changed to it.',
      `Let its role decrypt with the key, then run ${lambdaCommand(resource, 'update-function-configuration', '--kms-key-arn <key ARN>')}. Moving the secrets out of the environment is better still.`,
    ),
    advice: lastingAdvice(state.managedBy, 'set the KMS key'),
  };
}

const PASSWORD = { DB_PASSWORD: 'uR7-tq2_XvLw9Zd4', LOG_LEVEL: 'info' };
const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/0f3c1d52-6a7b-4c8d-9e0f-112233445566';

export default defineRule({
  id: 'lambda-environment-key-default',
  title: 'An environment that holds a secret is encrypted under a customer managed key',
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-2', 'wa-SEC08-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'settings only', state: { environment: { LOG_LEVEL: 'info' }, environmentKeyArn: null, managedBy: null } },
      { name: 'a secret under a key of its own', state: { environment: PASSWORD, environmentKeyArn: KEY, managedBy: null } },
      {
        name: 'a reference to a secret',
        state: {
          environment: { DB_PASSWORD: 'cinch-ssm:/cinch/orders-api/DB_PASSWORD' },
          environmentKeyArn: null,
          managedBy: null,
        },
      },
    ],
    violates: [
      { name: "a secret under AWS's key", state: { environment: PASSWORD, environmentKeyArn: null, managedBy: null } },
      {
        name: 'two secrets, under a stack',
        state: {
          environment: { ...PASSWORD, SMTP_PASSWORD: 'mQ4_rT9-pLz7Wk2x' },
          environmentKeyArn: null,
          managedBy: { tool: 'CDK', stack: 'orders' },
        },
      },
    ],
  },
});
