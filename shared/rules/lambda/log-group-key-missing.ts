import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['logGroup', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ logGroup, managedBy }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  if (!settings.require.logKey || logGroup === null || logGroup.keyArn !== null) return undefined;
  return {
    summary: `its logs in ${logGroup.name} lie under the key that AWS manages`,
    evidence: [{ path: `log group ${logGroup.name}: kmsKeyId`, found: 'none', expected: 'a customer managed key' }],
    remedy: byHand(
      'The key must let CloudWatch Logs use it first, or no more logs are written.',
      `Let logs.${resource.region}.amazonaws.com use the key, then run aws logs associate-kms-key --region ${resource.region} --log-group-name ${logGroup.name} --kms-key-id <key ARN>.`,
    ),
    advice: lastingAdvice(managedBy, 'declare the log group with its key'),
  };
}

const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/0f3c1d52-6a7b-4c8d-9e0f-112233445566';
const group = (keyArn: string | null) => ({ name: '/aws/lambda/orders-api', retentionDays: 365, keyArn });
const ASKED = { require: { ...EXAMPLE_SETTINGS.require, logKey: true } };

export default defineRule({
  id: 'lambda-log-group-key-missing',
  title: "A function's log group lies under a customer managed key where policy asks for one",
  severity: 'low',
  resource: 'function',
  checklist: ['wa-SEC08-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'nobody asks', state: { logGroup: group(null), managedBy: null } },
      { name: 'a key of its own', state: { logGroup: group(KEY), managedBy: null }, settings: ASKED },
      { name: 'no log group yet', state: { logGroup: null, managedBy: null }, settings: ASKED },
    ],
    violates: [
      { name: "AWS's key", state: { logGroup: group(null), managedBy: null }, settings: ASKED },
      {
        name: "AWS's key, under a stack",
        state: { logGroup: group(null), managedBy: { tool: 'CDK', stack: 'orders' } },
        settings: ASKED,
      },
    ],
  },
});
