import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { WRITE_SEGMENTS } from '../../model/steps/runtime.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['tracing', 'edge', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** Lambda@Edge has no X-Ray (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html). */
function evaluate({ tracing, edge, managedBy }: Seen, { resource, settings }: RuleContext<'function'>): Violation | undefined {
  if (!settings.require.tracing || tracing || edge) return undefined;
  return {
    summary: 'its invocations are not traced',
    evidence: [{ path: 'TracingConfig.Mode', found: 'PassThrough', expected: 'Active' }],
    remedy: {
      kind: 'steps',
      steps: [{ kind: 'set-tracing', target: resource, grant: WRITE_SEGMENTS }],
      approvalBecause: 'traces cost money, and its role gets the right to write them',
    },
    advice: lastingAdvice(managedBy, 'set the tracing mode to Active'),
  };
}

export default defineRule({
  id: 'lambda-tracing-off',
  title: "A function's invocations are traced with X-Ray",
  severity: 'low',
  resource: 'function',
  checklist: ['fsbp-Lambda.7'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'traced', state: { tracing: true, edge: false, managedBy: null } },
      { name: 'at the edge', state: { tracing: false, edge: true, managedBy: null } },
      {
        name: 'not traced, where nobody asks',
        state: { tracing: false, edge: false, managedBy: null },
        settings: { require: { ...EXAMPLE_SETTINGS.require, tracing: false } },
      },
    ],
    violates: [
      { name: 'not traced', state: { tracing: false, edge: false, managedBy: null } },
      { name: 'not traced, under a stack', state: { tracing: false, edge: false, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
