import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['logGroup', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ logGroup, managedBy }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  if (logGroup === null || logGroup.retentionDays !== null) return undefined;
  return {
    summary: `its logs in ${logGroup.name} are kept for ever`,
    evidence: [{ path: `log group ${logGroup.name}: retentionInDays`, found: 'none', expected: 'a number of days' }],
    remedy: remedyFor(resource, logGroup.name, settings.remedies.logRetentionDays),
    advice: lastingAdvice(managedBy, 'declare the log group with its retention'),
  };
}

/** Never by itself: what is older is deleted for good, and undo can't bring it back. */
function remedyFor(target: Resource<'function'>, logGroupName: string, toDays: number | undefined): Remedy {
  if (toDays === undefined)
    return byHand(
      'Shorter retention deletes old logs for good, and law or policy may ask for them.',
      `Choose the days: aws logs put-retention-policy --region ${target.region} --log-group-name ${logGroupName} --retention-in-days 365, or name them for the account as remedies.logRetentionDays in cinch.yaml, and Cinch offers to set them.`,
    );
  return {
    kind: 'steps',
    steps: [{ kind: 'set-log-retention', target, logGroupName, toDays }],
    approvalBecause: `logs older than ${toDays} days are deleted for good`,
  };
}

const group = (retentionDays: number | null) => ({ name: '/aws/lambda/orders-api', retentionDays, keyArn: null });

export default defineRule({
  id: 'lambda-log-group-unretained',
  title: "A function's log group says how long it keeps logs",
  severity: 'low',
  resource: 'function',
  checklist: ['fsbp-CloudWatch.16', 'wa-SEC04-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'a year', state: { logGroup: group(365), managedBy: null } },
      { name: 'no log group yet', state: { logGroup: null, managedBy: null } },
    ],
    violates: [
      { name: 'for ever', state: { logGroup: group(null), managedBy: null } },
      {
        name: 'for ever, where the days are configured',
        state: { logGroup: group(null), managedBy: null },
        settings: { remedies: { ...EXAMPLE_SETTINGS.remedies, logRetentionDays: 365 } },
      },
      { name: 'for ever, under a stack', state: { logGroup: group(null), managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
