import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../shared/aws/aws-error.ts';
import { type DeadQueue, makeDeadLetters } from '../../../shared/aws/dead-letters.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';

/** SQS's own redrive, which the local cloud does not know; what is done without it runs there (test/system/bad-luck.cloud.test.ts). */

const DEAD: DeadQueue = {
  url: 'https://sqs/work-dead.fifo',
  arn: 'arn:aws:sqs:eu-central-1:111111111111:work-dead.fifo',
  sourceUrl: 'https://sqs/work.fifo',
  sourceArn: 'arn:aws:sqs:eu-central-1:111111111111:work.fifo',
};

type Answer = object | Error;

/** Answers each operation in turn, and remembers what was asked. */
function sqs(answers: Readonly<Record<string, readonly Answer[]>>) {
  const calls: [operation: string, input: object][] = [];
  const deadLetters = makeDeadLetters({
    clock: makeClock(TEST_NOW),
    hub: {
      region: 'eu-central-1',
      call: async (_service, operation, input) => {
        const turn = calls.filter(([earlier]) => earlier === operation).length;
        calls.push([operation, input]);
        const answer = answers[operation]?.[turn] ?? {};
        if (answer instanceof Error) throw answer;
        return answer as Record<string, unknown>;
      },
    },
  });
  return { calls, deadLetters };
}

const MESSAGE = { MessageId: 'm1', ReceiptHandle: 'h1', Body: '{}', Attributes: { MessageGroupId: 'g', SentTimestamp: '0' } };

const ONE = { Attributes: { ApproximateNumberOfMessages: '1' } };

describe('a redrive', () => {
  it('is SQS’s own, waited for to its end', async () => {
    const task = (Status: string) => ({ Results: [{ Status, ApproximateNumberOfMessagesMoved: 3 }] });
    const { calls, deadLetters } = sqs({ ListMessageMoveTasks: [task('RUNNING'), task('COMPLETED')] });
    expect(await deadLetters.redrive(DEAD)).toBe(3);
    expect(calls).toEqual([
      ['StartMessageMoveTask', { SourceArn: DEAD.arn, DestinationArn: DEAD.sourceArn }],
      ['ListMessageMoveTasks', { SourceArn: DEAD.arn, MaxResults: 1 }],
      ['ListMessageMoveTasks', { SourceArn: DEAD.arn, MaxResults: 1 }],
    ]);
  });

  it('that SQS refuses is refused: nothing is moved another way', async () => {
    const { calls, deadLetters } = sqs({ StartMessageMoveTask: [new AwsError('sqs:StartMessageMoveTask', 'AccessDenied', 403)] });
    await expect(deadLetters.redrive(DEAD)).rejects.toThrow('AccessDenied');
    expect(calls).toHaveLength(1);
  });

  it('of what EventBridge could not deliver sends each before it deletes it', async () => {
    const { calls, deadLetters } = sqs({ GetQueueAttributes: [ONE], ReceiveMessage: [{ Messages: [MESSAGE] }] });
    expect(await deadLetters.redrive({ ...DEAD, sourceArn: null })).toBe(1);
    expect(calls.map(([operation]) => operation)).toEqual([
      'GetQueueAttributes',
      'ReceiveMessage',
      'SendMessage',
      'DeleteMessage',
    ]);
    expect(calls[2]?.[1]).toEqual({
      QueueUrl: DEAD.sourceUrl,
      MessageBody: '{}',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'redrive-m1',
    });
  });

  it('by hand ends, although what is malformed comes back at once', async () => {
    const back = Array.from({ length: 9 }, () => ({ Messages: [MESSAGE] }));
    const { deadLetters } = sqs({ GetQueueAttributes: [ONE], ReceiveMessage: back });
    expect(await deadLetters.redrive({ ...DEAD, sourceArn: null })).toBe(1);
  });

  it('cut off between both leaves the message where it was', async () => {
    const { calls, deadLetters } = sqs({
      GetQueueAttributes: [ONE],
      ReceiveMessage: [{ Messages: [MESSAGE] }],
      SendMessage: [new AwsError('sqs:SendMessage', 'ServiceUnavailable', 503)],
    });
    await expect(deadLetters.redrive({ ...DEAD, sourceArn: null })).rejects.toThrow();
    expect(calls.some(([operation]) => operation === 'DeleteMessage')).toBe(false);
  });
});

describe('a look', () => {
  it('releases what it has received, also when it is cut off', async () => {
    const cut = new AwsError('sqs:ReceiveMessage', 'ServiceUnavailable', 503);
    for (const [second, isCut] of [
      [{}, false],
      [cut, true],
    ] as const) {
      const { calls, deadLetters } = sqs({ ReceiveMessage: [{ Messages: [MESSAGE] }, second] });
      const looked = deadLetters.peek(DEAD);
      if (isCut) await expect(looked).rejects.toThrow();
      else expect(await looked).toEqual([{ messageId: 'm1', sentAt: '1970-01-01T00:00:00.000Z', body: '{}' }]);
      expect(calls.at(-1)).toEqual([
        'ChangeMessageVisibility',
        { QueueUrl: DEAD.url, ReceiptHandle: 'h1', VisibilityTimeout: 0 },
      ]);
    }
  });
});
