import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { ownArn } from '../parts/own-arn.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['logGroup', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ logGroup, managedBy }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  if (!settings.require.logKey || logGroup === null || logGroup.keyArn !== null) return undefined;
  return {
    summary: `its logs in ${logGroup.name} lie under the key that AWS manages`,
    evidence: [{ path: `log group ${logGroup.name}: kmsKeyId`, found: 'none', expected: 'a customer managed key' }],
    remedy: remedyFor(resource, logGroup.name, settings.remedies.logKey),
    advice: lastingAdvice(managedBy, 'declare the log group with its key'),
  };
}

/** CloudWatch Logs takes the ARN of a key of its own region, no alias (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html). */
function remedyFor(target: Resource<'function'>, logGroupName: string, configured: string | undefined): Remedy {
  const keyArn = configured === undefined ? undefined : ownArn(configured, target);
  const [, , service, region, , key = ''] = keyArn?.split(':') ?? [];
  if (keyArn === undefined || service !== 'kms' || region !== target.region || !key.startsWith('key/'))
    return byHand(
      'The key must let CloudWatch Logs use it first, or no more logs are written.',
      `Let logs.${target.region}.amazonaws.com use the key, then run aws logs associate-kms-key --region ${target.region} --log-group-name ${logGroupName} --kms-key-id <key ARN>, or name a key of this region as remedies.logKey in cinch.yaml, and Cinch offers to set it.`,
    );
  return {
    kind: 'steps',
    steps: [{ kind: 'set-log-key', target, logGroupName, keyArn }],
    approvalBecause: 'who may not use the key can no longer read new logs',
  };
}

const KEY = 'arn:aws:kms:eu-central-1:222222222222:key/0f3c1d52-6a7b-4c8d-9e0f-112233445566';
const group = (keyArn: string | null) => ({ name: '/aws/lambda/orders-api', retentionDays: 365, keyArn });
const ASKED = { require: { ...EXAMPLE_SETTINGS.require, logKey: true } };
const withKey = (logKey: string) => ({ ...ASKED, remedies: { ...EXAMPLE_SETTINGS.remedies, logKey } });

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
      { name: "AWS's key, where one is configured", state: { logGroup: group(null), managedBy: null }, settings: withKey(KEY) },
      {
        name: "AWS's key, where an alias is configured",
        state: { logGroup: group(null), managedBy: null },
        settings: withKey('arn:aws:kms:{region}:{account}:alias/logs'),
      },
      {
        name: "AWS's key, under a stack",
        state: { logGroup: group(null), managedBy: { tool: 'CDK', stack: 'orders' } },
        settings: ASKED,
      },
    ],
  },
});
