import type { Clock } from '../flows/ports.ts';
import { isCode } from './aws-error.ts';
import type { LightClient } from './hub-client.ts';

export interface DeadQueue {
  readonly url: string;
  readonly arn: string;
  /** The queue that its messages go back to. */
  readonly sourceUrl: string;
  /** Of that queue where SQS itself knows that the messages are from there; null where EventBridge has put them. */
  readonly sourceArn: string | null;
}

export interface DeadLetter {
  readonly messageId: string;
  /** When it was sent first; ISO. */
  readonly sentAt: string;
  readonly body: string;
}

export interface DeadLetters {
  /** How many there are, by SQS's own approximate count. */
  count(queue: DeadQueue): Promise<number>;
  /** Shows at most a hundred and leaves them where they are. */
  peek(queue: DeadQueue): Promise<DeadLetter[]>;
  /** Moves all of them back. Answers how many. */
  redrive(queue: DeadQueue): Promise<number>;
}

const PEEKED = 100;
const PEEK_SECONDS = 20;
/** As long as a message is invisible while it is sent again. */
const MOVE_SECONDS = 60;
const TASK_MS = 120_000;

interface RawMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** @throws AwsError */
export function makeDeadLetters({ hub, clock }: { readonly hub: LightClient; readonly clock: Clock }): DeadLetters {
  return {
    count: (queue) => count(hub, queue),
    peek: (queue) => peek(hub, queue),
    redrive: async (queue) => (await moveTask(hub, clock, queue)) ?? (await moveByHand(hub, queue)),
  };
}

async function count(hub: LightClient, { url }: DeadQueue): Promise<number> {
  const input = { QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] };
  const { Attributes } = await hub.call('sqs', 'GetQueueAttributes', input);
  return Number((Attributes as Record<string, string> | undefined)?.ApproximateNumberOfMessages ?? 0);
}

async function receive(hub: LightClient, url: string, seconds: number): Promise<RawMessage[]> {
  const { Messages } = await hub.call('sqs', 'ReceiveMessage', {
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: seconds,
    // Asks all of SQS's servers, so that none is overlooked.
    WaitTimeSeconds: 1,
    AttributeNames: ['SentTimestamp', 'MessageGroupId'],
  });
  return (Messages as RawMessage[] | undefined) ?? [];
}

/** A message that was received is released again, so that the next look, or the redrive, finds it. */
async function peek(hub: LightClient, { url }: DeadQueue): Promise<DeadLetter[]> {
  const seen = new Map<string, RawMessage>();
  try {
    while (seen.size < PEEKED) {
      const found = (await receive(hub, url, PEEK_SECONDS)).filter(({ MessageId }) => !seen.has(MessageId));
      if (found.length === 0) break;
      for (const message of found) seen.set(message.MessageId, message);
    }
  } finally {
    for (const { ReceiptHandle } of seen.values())
      await hub
        .call('sqs', 'ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 })
        .catch(() => undefined);
  }
  return [...seen.values()].map(({ MessageId, Body, Attributes }) => ({
    messageId: MessageId,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    body: Body,
  }));
}

/**
 * SQS's own redrive, which goes on without us. Undefined where it can't be: for a queue that EventBridge fills, and where SQS does not know
 * the call.
 */
async function moveTask(hub: LightClient, clock: Clock, { arn, sourceArn }: DeadQueue): Promise<number | undefined> {
  if (sourceArn === null) return undefined;
  try {
    await hub.call('sqs', 'StartMessageMoveTask', { SourceArn: arn, DestinationArn: sourceArn });
  } catch (error) {
    if (UNKNOWN_CALL.some((code) => isCode(error, code))) return undefined;
    throw error;
  }
  const end = clock.now().getTime() + TASK_MS;
  for (;;) {
    const { Results } = await hub.call('sqs', 'ListMessageMoveTasks', { SourceArn: arn, MaxResults: 1 });
    const [task] = (Results as { Status?: string; ApproximateNumberOfMessagesMoved?: number }[] | undefined) ?? [];
    if (task?.Status !== 'RUNNING' || clock.now().getTime() >= end) return task?.ApproximateNumberOfMessagesMoved ?? 0;
    await clock.sleep(1_000);
  }
}

const UNKNOWN_CALL = ['InvalidAction', 'UnknownOperationException', 'UnsupportedOperation', 'NotImplemented', 'HTTP501'];

/**
 * Sent first and deleted then: cut off in between, a message comes twice, which does no harm. As many as there were at the beginning, since
 * what is still malformed is back within a second, and would be moved for ever.
 */
async function moveByHand(hub: LightClient, queue: DeadQueue): Promise<number> {
  const { url, sourceUrl } = queue;
  const due = await count(hub, queue);
  let moved = 0;
  while (moved < due) {
    const messages = await receive(hub, url, MOVE_SECONDS);
    if (messages.length === 0) break;
    for (const { MessageId, ReceiptHandle, Body, Attributes } of messages) {
      const fifo = sourceUrl.endsWith('.fifo')
        ? { MessageGroupId: Attributes?.MessageGroupId ?? MessageId, MessageDeduplicationId: `redrive-${MessageId}` }
        : {};
      await hub.call('sqs', 'SendMessage', { QueueUrl: sourceUrl, MessageBody: Body, ...fifo });
      await hub.call('sqs', 'DeleteMessage', { QueueUrl: url, ReceiptHandle });
      moved += 1;
    }
  }
  return moved;
}
