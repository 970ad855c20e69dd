import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock, Log } from '../shared/flows/ports.ts';
import { CinchError, TryAgain } from '../shared/model/errors.ts';

export interface BatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes a failed message visible again after so many seconds, instead of after the queue's long visibility timeout. */
  retryIn(record: SQSRecord, seconds: number): Promise<void>;
  handle(body: string): Promise<void>;
}

const QUICK_TRIES = 3;

/**
 * Handles each record on its own and answers those that failed, so that SQS delivers only them again. On a FIFO queue what follows a failed
 * message of the same group fails with it, or it would overtake.
 */
export async function handleBatch(event: SQSEvent, options: BatchOptions): Promise<SQSBatchResponse> {
  const failedGroups = new Set<string>();
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    const group = record.attributes.MessageGroupId;
    const done = group !== undefined && failedGroups.has(group) ? false : await handleOne(record, options);
    if (done) continue;
    batchItemFailures.push({ itemIdentifier: record.messageId });
    if (group !== undefined) failedGroups.add(group);
  }
  return { batchItemFailures };
}

async function handleOne(record: SQSRecord, options: BatchOptions): Promise<boolean> {
  try {
    await withQuickRetries(options.clock, () => options.handle(record.body));
    return true;
  } catch (error) {
    const receives = Number(record.attributes.ApproximateReceiveCount);
    options.log.error('a message failed', { messageId: record.messageId, receives, error: nameOf(error), reason: reasonOf(error) });
    await options.retryIn(record, backoffSeconds(receives)).catch(() => undefined);
    return false;
  }
}

/** Most conflicts are over in a moment; waiting for the queue would cost seconds. */
async function withQuickRetries(clock: Clock, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TryAgain) || attempt === QUICK_TRIES) throw error;
      await clock.sleep(40 * 3 ** (attempt - 1) * (1 + Math.random()));
    }
  }
}

/** 2, 4, 8 ... up to five minutes. */
const backoffSeconds = (receives: number): number => Math.min(300, 2 ** Math.min(receives, 9));

/** The class name is minified away in a bundle; the code is not. */
const nameOf = (error: unknown): string => (error instanceof CinchError ? error.code : error instanceof Error ? error.name : typeof error);

/** Only Cinch's own messages are known to hold nothing secret; an SDK's could quote a request. */
const reasonOf = (error: unknown): string | null => (error instanceof CinchError ? error.message : null);
