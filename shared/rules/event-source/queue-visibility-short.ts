import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts, SourceQueue } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_QUEUE, isOwnSource, sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

const NEEDS = ['queues', 'timeoutSeconds'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: "at least six times the timeout", for retries when it is throttled. */
const TIMES = 6;
function evaluate({ queues, timeoutSeconds }: Seen, context: RuleContext<'function'>): Violation | undefined {
  const enough = TIMES * timeoutSeconds;
  // Below the timeout itself is lambda-timeout-excessive's finding.
  const short = queues.filter(({ visibilityTimeoutSeconds: visible }) => visible < enough && visible >= timeoutSeconds);
  if (short.length === 0) return undefined;
  return {
    summary: `messages are handed out again before six times its timeout of ${timeoutSeconds} s: ${sourceNames(
      'queue',
      short.map(({ queueArn }) => queueArn),
    )}`,
    evidence: short.map(({ queueArn, visibilityTimeoutSeconds }) => ({
      path: `queue ${sourceName(queueArn)}: VisibilityTimeout`,
      found: `${visibilityTimeoutSeconds} s`,
      expected: `at least ${enough} s`,
    })),
    ...remedyFor(short, enough, context),
  };
}

function remedyFor(
  short: readonly SourceQueue[],
  toSeconds: number,
  context: RuleContext<'function'>,
): Pick<Violation, 'remedy' | 'advice'> {
  const own = short.filter(({ queueArn }) => isOwnSource(queueArn, context));
  const left = short.filter((queue) => !own.includes(queue)).map(({ queueArn }) => byCommand(queueArn, toSeconds));
  if (own.length === 0) return { remedy: byHand('The queue lies in another account or region.', left[0] ?? '') };
  return {
    remedy: {
      kind: 'steps',
      steps: own.map(({ queueArn, visibilityTimeoutSeconds: fromSeconds }) => ({
        kind: 'set-queue-visibility',
        target: context.resource,
        queueArn,
        fromSeconds,
        toSeconds,
      })),
      approvalBecause: 'a longer visibility timeout also delays the retry of a message that failed',
    },
    advice: ['A shorter timeout of the function does as well.', ...left],
  };
}

const byCommand = (arn: string, seconds: number): string =>
  `Raise it, or lower the timeout of the function: ${sourceCommand(arn, 'sqs set-queue-attributes')} --queue-url <url> --attributes VisibilityTimeout=${seconds}.`;

const queue = (name: string, visibilityTimeoutSeconds: number) => ({
  ...EXAMPLE_QUEUE,
  queueArn: `arn:aws:sqs:eu-central-1:222222222222:${name}`,
  visibilityTimeoutSeconds,
});

export default defineRule({
  id: 'event-source-queue-visibility-short',
  title: "A queue's visibility timeout is at least six times the function's timeout",
  severity: 'low',
  resource: 'function',
  checklist: ['wp-6', 'wa-REL05-BP04'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'six times', state: { queues: [queue('orders', 180)], timeoutSeconds: 30 } },
      { name: 'below the timeout, which another rule finds', state: { queues: [queue('orders', 29)], timeoutSeconds: 30 } },
      { name: 'no queue', state: { queues: [], timeoutSeconds: 900 } },
    ],
    violates: [
      { name: 'a second too short', state: { queues: [queue('orders', 179)], timeoutSeconds: 30 } },
      {
        name: "another region's queue",
        state: {
          queues: [{ ...queue('orders', 60), queueArn: 'arn:aws:sqs:eu-west-1:222222222222:orders' }],
          timeoutSeconds: 30,
        },
      },
      { name: 'as long as the timeout', state: { queues: [queue('orders', 600), queue('invoices', 30)], timeoutSeconds: 30 } },
    ],
  },
});
