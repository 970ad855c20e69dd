import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['logGroup', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ logGroup, managedBy }: Seen, { resource }: RuleContext<'function'>): Violation | undefined {
  if (logGroup === null || logGroup.retentionDays !== null) return undefined;
  return {
    summary: `its logs in ${logGroup.name} are kept for ever`,
    evidence: [{ path: `log group ${logGroup.name}: retentionInDays`, found: 'none', expected: 'a number of days' }],
    remedy: byHand(
      'Shorter retention deletes old logs for good, and law or policy may ask for them.',
      `Choose the days: aws logs put-retention-policy --region ${resource.region} --log-group-name ${logGroup.name} --retention-in-days 365.`,
    ),
    advice: lastingAdvice(managedBy, 'declare the log group with its retention'),
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
      { name: 'for ever, under a stack', state: { logGroup: group(null), managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
