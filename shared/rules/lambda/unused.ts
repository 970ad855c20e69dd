import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['lastInvoked', 'lastModified', 'edge', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

const DAY_MS = 86_400_000;

/** At the edge the metrics lie in the regions of the visitors, where nobody looks for them here. */
function evaluate(state: Seen, { resource, settings, now }: RuleContext<'function'>): Violation | undefined {
  const { unusedFunction } = settings.days;
  const since = Date.parse(now) - unusedFunction * DAY_MS;
  const { at, days } = state.lastInvoked;
  // Somebody still works on it, or the metrics were not looked back far enough.
  if (state.edge || !(Date.parse(state.lastModified) < since)) return undefined;
  if (at === null ? days < unusedFunction : !(Date.parse(at) < since)) return undefined;
  return {
    summary: `it was neither invoked nor changed for ${unusedFunction} days`,
    evidence: [{ path: 'Invocations', found: `none in ${unusedFunction} days`, expected: 'at least one, or no function' }],
    remedy: byHand(
      'It may be for a day that comes once a year.',
      `Ask its owner; stop it for a while, ${lambdaCommand(resource, 'put-function-concurrency', '--reserved-concurrent-executions 0')}; when nobody missed it, keep its code (aws lambda get-function) and delete it: ${lambdaCommand(resource, 'delete-function')}.`,
    ),
    advice: [
      at === null ? `No invocation was found in the last ${days} days.` : `It was last invoked on ${at.slice(0, 10)}.`,
      ...lastingAdvice(state.managedBy, 'delete it'),
    ],
  };
}

const OLD = {
  lastInvoked: { at: null, days: 90 },
  lastModified: '2025-06-01T08:00:00.000+0000',
  edge: false,
  managedBy: null,
} satisfies Seen;

export default defineRule({
  id: 'lambda-unused',
  title: 'A function is used',
  severity: 'low',
  resource: 'function',
  checklist: ['wa-COST04-BP03', 'wa-SEC03-BP06'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'invoked last week', state: { ...OLD, lastInvoked: { at: '2026-02-23T00:00:00.000Z', days: 90 } } },
      { name: 'changed last week', state: { ...OLD, lastModified: '2026-02-23T08:00:00.000+0000' } },
      { name: 'not looked back far enough', state: { ...OLD, lastInvoked: { at: null, days: 14 } } },
      { name: 'at the edge', state: { ...OLD, edge: true } },
    ],
    violates: [
      { name: 'never invoked', state: OLD },
      { name: 'invoked long ago', state: { ...OLD, lastInvoked: { at: '2025-09-30T00:00:00.000Z', days: 400 } } },
      { name: 'never invoked, under a stack', state: { ...OLD, managedBy: { tool: 'SAM', stack: 'orders' } } },
    ],
  },
});
