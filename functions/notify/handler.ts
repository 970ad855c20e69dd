import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { checkPosting } from '../../shared/flows/doctor/check-posting.ts';
import { checkSlack } from '../../shared/flows/doctor/check-slack.ts';
import { type CheckPage, type CheckRequest, isCheckRequest } from '../../shared/flows/doctor/request.ts';
import { notify } from '../../shared/flows/notify.ts';
import { wireNotify } from '../../shared/wire.ts';
import { handleBatch } from '../batch.ts';

const world = wireNotify();

/** Both queues, notices and clicks, end here: one writer to Slack. `cinch doctor` asks it how Slack is. */
export async function handler(event: SQSEvent | CheckRequest): Promise<SQSBatchResponse | CheckPage> {
  if (isCheckRequest(event)) {
    const checks = await checkSlack(world);
    return { checks: event.post ? [...checks, ...(await checkPosting(world))] : checks, next: null };
  }
  return handleBatch(event, {
    ...world,
    handle: (body) => notify(world, body),
  });
}
