import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { datesOf, daysLeft, successorOf, toSuccessor } from '../parts/runtimes.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['runtime', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate({ runtime, managedBy }: Seen, { resource, settings, now }: RuleContext<'function'>): Violation | undefined {
  const left = daysLeft(runtime, now);
  const dates = datesOf(runtime);
  if (runtime === null || dates === undefined) return undefined;
  if (left === undefined || left <= 0 || left > settings.days.runtimeNotice) return undefined;
  const { deprecated } = dates;
  const successor = successorOf(runtime);
  return {
    summary: `its runtime ${runtime} is deprecated from ${deprecated} on`,
    evidence: [
      { path: 'Runtime', found: `${runtime}, until ${deprecated}`, expected: `one that lasts longer, e.g. ${successor}` },
    ],
    remedy: toSuccessor(resource, runtime, dates, now),
    advice: lastingAdvice(managedBy, `set the runtime to ${successor}`),
  };
}

export default defineRule({
  id: 'lambda-runtime-expiring',
  title: 'A function leaves a runtime before AWS stops patching it',
  severity: 'low',
  resource: 'function',
  checklist: ['fsbp-Lambda.2', 'wa-SEC06-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'years to go', state: { runtime: 'nodejs24.x', managedBy: null } },
      { name: 'an image', state: { runtime: null, managedBy: null } },
      { name: 'deprecated already, which another rule tells', state: { runtime: 'nodejs16.x', managedBy: null } },
      { name: 'later than the notice', state: { runtime: 'dotnet8', managedBy: null } },
    ],
    violates: [
      { name: 'within the notice', state: { runtime: 'nodejs20.x', managedBy: { tool: 'SAM', stack: 'orders' } } },
      {
        name: 'within a longer notice',
        state: { runtime: 'dotnet8', managedBy: null },
        settings: { days: { unusedFunction: 90, unusedService: 90, dormantUser: 90, runtimeNotice: 365 } },
      },
    ],
  },
});
