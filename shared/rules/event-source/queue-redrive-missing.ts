import type { Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_QUEUE, sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'queues'>;

/** Without one a message that the function can't handle comes back until its retention ends, and is then gone (services-sqs-errorhandling.html). */
function evaluate({ queues }: Seen): Violation | undefined {
  const endless = queues.filter((queue) => queue.deadLetterArn === null);
  const [first] = endless;
  if (first === undefined) return undefined;
  return {
    summary: `messages that it fails to handle are lost: no dead-letter queue for its ${sourceNames(
      'queue',
      endless.map(({ queueArn }) => queueArn),
    )}`,
    evidence: endless.map(({ queueArn }) => ({
      path: `queue ${sourceName(queueArn)}: RedrivePolicy`,
      found: 'none',
      expected: 'a dead-letter queue',
    })),
    remedy: byHand(
      'The dead-letter queue must be made first, and somebody must look into it.',
      `Name one on the source queue: ${sourceCommand(first.queueArn, 'sqs set-queue-attributes')} --queue-url <url> --attributes '{"RedrivePolicy":"{\\"deadLetterTargetArn\\":\\"<arn>\\",\\"maxReceiveCount\\":\\"5\\"}"}'.`,
    ),
    advice: ["The function's own dead-letter setting serves asynchronous invocations only, not queues."],
  };
}

export default defineRule({
  id: 'event-source-queue-redrive-missing',
  title: "A function's queue has a dead-letter queue",
  severity: 'medium',
  resource: 'function',
  checklist: ['wa-REL05-BP04'],
  needs: ['queues'],
  evaluate,
  examples: {
    passes: [
      { name: 'no queue', state: { queues: [] } },
      { name: 'a dead-letter queue', state: { queues: [EXAMPLE_QUEUE] } },
    ],
    violates: [
      { name: 'none', state: { queues: [{ ...EXAMPLE_QUEUE, deadLetterArn: null }] } },
      {
        name: 'one of two without',
        state: {
          queues: [
            EXAMPLE_QUEUE,
            { ...EXAMPLE_QUEUE, queueArn: 'arn:aws:sqs:eu-central-1:222222222222:invoices', deadLetterArn: null },
          ],
        },
      },
    ],
  },
});
