import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { datesOf, isDeprecated, successorOf, toSuccessor } from '../parts/runtimes.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['runtime', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Images bring their own runtime, and a name that is not in the table is newer than it. */
function evaluate({ runtime, managedBy }: Seen, { resource, now }: RuleContext<'function'>): Violation | undefined {
  const dates = datesOf(runtime);
  if (runtime === null || dates === undefined || !isDeprecated(runtime, now)) return undefined;
  const successor = successorOf(runtime);
  return {
    summary: `its runtime ${runtime} gets no security patches since ${dates.deprecated}`,
    evidence: [
      { path: 'Runtime', found: `${runtime}, deprecated on ${dates.deprecated}`, expected: `a supported one, e.g. ${successor}` },
    ],
    remedy: toSuccessor(resource, runtime, dates, now),
    advice: [
      ...(dates.blockUpdate === null ? [] : [blockLine(dates.blockUpdate, now)]),
      ...lastingAdvice(managedBy, `set the runtime to ${successor}`),
    ],
  };
}

function blockLine(blockUpdate: string, now: string): string {
  return Date.parse(blockUpdate) <= Date.parse(now)
    ? `Since ${blockUpdate} Lambda refuses every change of a function with this runtime but the one to another runtime.`
    : `From ${blockUpdate} on Lambda refuses changes of functions with this runtime.`;
}

export default defineRule({
  id: 'lambda-runtime-deprecated',
  title: 'A function runs on a runtime that AWS still patches',
  severity: 'medium',
  resource: 'function',
  checklist: ['fsbp-Lambda.2', 'wa-SEC06-BP01'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'a supported runtime', state: { runtime: 'nodejs24.x', managedBy: null } },
      { name: 'an image', state: { runtime: null, managedBy: null } },
      { name: 'a runtime that is newer than the table', state: { runtime: 'nodejs98.x', managedBy: null } },
      { name: 'one whose last day is still to come', state: { runtime: 'nodejs20.x', managedBy: null } },
    ],
    violates: [
      { name: 'deprecated, and not to be changed any more', state: { runtime: 'python2.7', managedBy: null } },
      { name: 'deprecated, and without a newer one of its language', state: { runtime: 'go1.x', managedBy: null } },
      { name: 'deprecated', state: { runtime: 'nodejs16.x', managedBy: { tool: 'Terraform', stack: null } } },
    ],
  },
});
