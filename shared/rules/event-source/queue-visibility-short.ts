import type { Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_QUEUE, sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

const NEEDS = ['queues', 'timeoutSeconds'] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: "at least six times the timeout", for retries when it is throttled. */
const TIMES = 6;
function evaluate({ queues, timeoutSeconds }: Seen): Violation | undefined {
  const enough = TIMES * timeoutSeconds;
  // Below the timeout itself is lambda-timeout-excessive's finding.
  const short = queues.filter(({ visibilityTimeoutSeconds: visible }) => visible < enough && visible >= timeoutSeconds);
  const [first] = short;
  if (first === undefined) return undefined;
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
    remedy: byHand(
      'A longer visibility timeout also delays the retry of a message that failed.',
      `Raise it, or lower the timeout of the function: ${sourceCommand(first.queueArn, 'sqs set-queue-attributes')} --queue-url <url> --attributes VisibilityTimeout=${enough}.`,
    ),
  };
}

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
      { name: 'as long as the timeout', state: { queues: [queue('orders', 600), queue('invoices', 30)], timeoutSeconds: 30 } },
    ],
  },
});
