import type { Resource } from '../../model/resource.ts';
import type { Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand, lambdaCommand } from '../parts/by-hand.ts';
import { EXAMPLE_SETTINGS } from '../parts/example-context.ts';
import { lastingAdvice } from '../parts/words.ts';

const NEEDS = ['reservedConcurrency', 'managedBy'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

function evaluate(
  { reservedConcurrency, managedBy }: Seen,
  { resource, settings }: RuleContext<'function'>,
): Violation | undefined {
  if (!settings.require.reservedConcurrency || reservedConcurrency !== null) return undefined;
  return {
    summary: 'it has no reserved concurrency, so a flood of its calls can use up what the account has',
    evidence: [{ path: 'ReservedConcurrentExecutions', found: 'none', expected: 'a limit of its own' }],
    remedy: remedyFor(resource, settings.remedies.reservedConcurrency),
    advice: lastingAdvice(managedBy, 'reserve the concurrency'),
  };
}

function remedyFor(target: Resource<'function'>, limit: number | undefined): Remedy {
  if (limit === undefined)
    return byHand(
      'A limit that is too low refuses real calls, and what is reserved is taken from every other function.',
      `Choose a limit above its busiest minute: ${lambdaCommand(target, 'put-function-concurrency', '--reserved-concurrent-executions <limit>')}, or name one for the account as remedies.reservedConcurrency in cinch.yaml, and Cinch offers to set it.`,
    );
  return {
    kind: 'steps',
    steps: [{ kind: 'set-concurrency', target, from: null, to: limit }],
    approvalBecause: `calls beyond ${limit} at a time are refused, and what is reserved is taken from every other function`,
  };
}

const ASKED = { require: { ...EXAMPLE_SETTINGS.require, reservedConcurrency: true } };

export default defineRule({
  id: 'lambda-concurrency-unreserved',
  title: 'A function has a concurrency limit of its own where policy asks for one',
  severity: 'low',
  resource: 'function',
  checklist: ['wa-REL05-BP02'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'nobody asks', state: { reservedConcurrency: null, managedBy: null } },
      { name: 'reserved', state: { reservedConcurrency: 20, managedBy: null }, settings: ASKED },
      { name: 'reserved none, so that it does not run', state: { reservedConcurrency: 0, managedBy: null }, settings: ASKED },
    ],
    violates: [
      { name: 'nothing reserved', state: { reservedConcurrency: null, managedBy: null }, settings: ASKED },
      {
        name: 'nothing reserved, where a limit is configured',
        state: { reservedConcurrency: null, managedBy: null },
        settings: { ...ASKED, remedies: { ...EXAMPLE_SETTINGS.remedies, reservedConcurrency: 50 } },
      },
      {
        name: 'nothing reserved, under a stack',
        state: { reservedConcurrency: null, managedBy: { tool: 'SAM', stack: 'orders' } },
        settings: ASKED,
      },
    ],
  },
});
