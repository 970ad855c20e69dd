import type { RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { byHand } from '../parts/by-hand.ts';
import { EXAMPLE_QUEUE, isOwnSource, sourceCommand, sourceName, sourceNames } from '../parts/sources.ts';

type Seen = Pick<FunctionFacts, 'queues'>;

/** New queues get SSE-SQS by themselves since October 2022; older ones and those somebody switched it off for have none. */
function evaluate({ queues }: Seen, context: RuleContext<'function'>): Violation | undefined {
  const plain = queues.filter((queue) => !queue.encrypted);
  if (plain.length === 0) return undefined;
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
    ...remedyFor(
      plain.map(({ queueArn }) => queueArn),
      context,
    ),
  };
}

function remedyFor(arns: readonly string[], context: RuleContext<'function'>): Pick<Violation, 'remedy' | 'advice'> {
  const own = arns.filter((arn) => isOwnSource(arn, context));
  const left = arns.filter((arn) => !own.includes(arn)).map(byCommand);
  if (own.length === 0) return { remedy: byHand('The queue lies in another account or region.', left[0] ?? '') };
  return {
    remedy: {
      kind: 'steps',
      steps: own.map((queueArn) => ({ kind: 'encrypt-queue', target: context.resource, queueArn })),
      approvalBecause: 'senders that do not use TLS or do not sign their requests are refused then',
    },
    ...(left.length > 0 ? { advice: left } : {}),
  };
}

const byCommand = (arn: string): string =>
  `Switch SSE-SQS on, which costs nothing and needs no permission: ${sourceCommand(arn, 'sqs set-queue-attributes')} --queue-url <url> --attributes SqsManagedSseEnabled=true.`;

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
        name: "another account's queue",
        state: { queues: [{ ...EXAMPLE_QUEUE, queueArn: 'arn:aws:sqs:eu-central-1:333333333333:orders', encrypted: false }] },
      },
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
