import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { notify } from '../../shared/flows/notify.ts';
import { wireNotify } from '../../shared/wire.ts';
import { handleBatch } from '../batch.ts';

const world = wireNotify();

/** Both queues, notices and clicks, end here: one writer to Slack. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  return handleBatch(event, {
    ...world,
    handle: (body) => notify(world, body),
  });
}
