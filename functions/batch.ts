import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { idsOf } from '../shared/flows/messages.ts';
import type { Clock, Ledger, Log } from '../shared/flows/ports.ts';
import { CinchError, MalformedInput, TryAgain } from '../shared/model/errors.ts';

export interface BatchOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Pick<Ledger, 'noteFailure'>;
  /** Makes a failed message visible again after so many seconds, instead of after the queue's long visibility timeout. */
  retryIn(record: SQSRecord, seconds: number): Promise<void>;
  /** @param isRepeated whether an earlier run may have done a part of it and have been cut off */
  handle(body: string, isRepeated: boolean): Promise<void>;
}

const QUICK_TRIES = 3;

/**
 * Handles each record on its own and answers those that failed, so that SQS delivers only them again. On a FIFO queue what follows a failed
 * message of the same group waits with it, or it would overtake. Nothing waits for a malformed one: it has no effect that could be overtaken.
 */
export async function handleBatch(event: SQSEvent, options: BatchOptions): Promise<SQSBatchResponse> {
  const waits = new Map<string, number>();
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of event.Records) {
    const group = record.attributes.MessageGroupId ?? '';
    const failure = waits.has(group) ? { retryIn: waits.get(group) ?? 0 } : await handleOne(record, options);
    if (!failure) continue;
    batchItemFailures.push({ itemIdentifier: record.messageId });
    if (group !== '' && failure.retryIn > 0) waits.set(group, failure.retryIn);
    // One message of a group that stays in flight keeps the whole group back.
    await options.retryIn(record, failure.retryIn).catch(() => undefined);
  }
  return { batchItemFailures };
}

export interface TogetherOptions extends Omit<BatchOptions, 'handle'> {
  /** Answers for each body what is wrong, or undefined. */
  handle(bodies: readonly string[]): Promise<readonly (Error | undefined)[]>;
}

/** Handles records that are cheaper together, and answers those that failed. One trouble of all of them is one line of the log. */
export async function handleTogether({ Records }: SQSEvent, options: TogetherOptions): Promise<SQSBatchResponse> {
  const errors = await options.handle(Records.map(({ body }) => body));
  const failed = Records.flatMap((record, index) => {
    const error = errors[index];
    return error ? [{ record, error }] : [];
  });
  for (const error of new Map(failed.map((one) => [one.error.message, one.error])).values())
    options.log.error('messages failed', {
      messages: failed.filter((one) => one.error.message === error.message).length,
      error: nameOf(error),
      reason: reasonOf(error),
    });
  await Promise.all(
    failed.flatMap(({ record, error }) => [
      noteFailure(options, record, error),
      options.retryIn(record, retryInSeconds(record, error)).catch(() => undefined),
    ]),
  );
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

async function handleOne(record: SQSRecord, options: BatchOptions): Promise<{ readonly retryIn: number } | undefined> {
  try {
    const isSecond = receivesOf(record) > 1;
    await withQuickRetries(options.clock, (attempt) => options.handle(record.body, isSecond || attempt > 1));
    return undefined;
  } catch (error) {
    options.log.error('a message failed', { ...idsOf(record.body), ...failureOf(record, error) });
    await noteFailure(options, record, error);
    return { retryIn: retryInSeconds(record, error) };
  }
}

const receivesOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);
const failureOf = (record: SQSRecord, error: unknown) => ({
  messageId: record.messageId,
  receives: receivesOf(record),
  error: nameOf(error),
  reason: reasonOf(error),
});

/** For the dead-letter queue, should it come to that: most are done when they come again. What is malformed will never be. */
async function noteFailure(
  { ledger, clock }: Pick<BatchOptions, 'ledger' | 'clock'>,
  record: SQSRecord,
  error: unknown,
): Promise<void> {
  if (receivesOf(record) < 2 && !(error instanceof MalformedInput)) return;
  await ledger.noteFailure({ ...failureOf(record, error), at: clock.now().toISOString() }).catch(() => undefined);
}

/** Most conflicts are over in a moment; waiting for the queue would cost seconds. */
async function withQuickRetries(clock: Clock, work: (attempt: number) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      // Whoever says when to come back is not asked before.
      if (!(error instanceof TryAgain) || attempt === QUICK_TRIES || (error.retryAfter ?? 0) > 1) throw error;
      await clock.sleep(40 * 3 ** (attempt - 1) * (1 + Math.random()));
    }
  }
}

/** What can't be read now never can: it uses up its tries at once and waits in the dead-letter queue for a person. */
const retryInSeconds = (record: SQSRecord, error: unknown): number =>
  error instanceof MalformedInput ? 0 : Math.max(backoffSeconds(receivesOf(record)), askedSeconds(error));

/** Until the next try, after so many receives: 2, 4, 8 ... up to five minutes. */
export const backoffSeconds = (receives: number): number => Math.min(300, 2 ** Math.min(receives, 9));

/** What Slack's Retry-After asked for; longer than a quarter of an hour is not believed. */
const askedSeconds = (error: unknown): number =>
  error instanceof TryAgain ? Math.min(900, Math.ceil(error.retryAfter ?? 0)) : 0;

/** The class name is minified away in a bundle; the code is not. */
const nameOf = (error: unknown): string =>
  error instanceof CinchError ? error.code : error instanceof Error ? error.name : typeof error;

/** Only Cinch's own messages are known to hold nothing secret; an SDK's could quote a request. */
const reasonOf = (error: unknown): string | null => (error instanceof CinchError ? error.message : null);
