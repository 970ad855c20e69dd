import type { Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_QUEUE, sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'queues'>;

/** New queues get SSE-SQS by themselves since October 2022; older ones and those somebody switched it off for have none. */
function evaluate({ queues }: Seen): Violation | undefined {
  const plain = queues.filter((queue) => !queue.encrypted);
  const [first] = plain;
  if (first === undefined) return undefined;
  return {
    summary: `not encrypted at rest: its ${sourceNames(
      'queue',
      plain.map(({ queueArn }) => queueArn),
    )}`,
    evidence: plain.map(({ queueArn }) => ({
      path: `queue ${sourceName(queueArn)}: encryption`,
      found: 'none',
      expected: 'SSE-SQS or a KMS key',
    })),
    remedy: byHand(
      'Cinch changes functions, not the queues before them.',
      `Switch SSE-SQS on, which costs nothing and needs no permission: ${sourceCommand(first.queueArn, 'sqs set-queue-attributes')} --queue-url <url> --attributes SqsManagedSseEnabled=true.`,
    ),
  };
}

export default defineRule({
  id: 'event-source-queue-unencrypted',
  title: "A function's queue is encrypted at rest",
  severity: 'medium',
  resource: 'function',
  checklist: ['fsbp-SQS.1', 'wa-SEC08-BP02'],
  needs: ['queues'],
  evaluate,
  examples: {
    passes: [
      { name: 'no queue', state: { queues: [] } },
      { name: 'encrypted', state: { queues: [EXAMPLE_QUEUE] } },
    ],
    violates: [
      { name: 'not encrypted', state: { queues: [{ ...EXAMPLE_QUEUE, encrypted: false }] } },
      {
        name: 'one of two',
        state: {
          queues: [
            EXAMPLE_QUEUE,
            { ...EXAMPLE_QUEUE, queueArn: 'arn:aws:sqs:eu-central-1:222222222222:invoices', encrypted: false },
          ],
        },
      },
    ],
  },
});
