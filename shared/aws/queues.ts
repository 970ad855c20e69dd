import { createHash } from 'node:crypto';
import type { Queues } from '../flows/ports.ts';
import type { LightClient } from './hub-client.ts';

export interface QueuesDeps {
  readonly hub: LightClient;
  /** Queue URLs. A function names only those it sends to. */
  readonly urls: { readonly changes?: string; readonly work?: string; readonly notices?: string };
  /** A new unique id. */
  readonly id: () => string;
}

export function makeQueues(deps: QueuesDeps): Queues {
  const send = async (url: string | undefined, name: string, message: object, group: string): Promise<void> => {
    if (!url) throw new Error(`This function was given no URL of the ${name} queue.`);
    await sendMessage(deps.hub, url, message, group, deps.id());
  };
  return {
    sendChange: (message) => send(deps.urls.changes, 'changes', message, 'changes'),
    sendWork: (message, group) => send(deps.urls.work, 'work', message, group),
    sendNotice: (message, group) => send(deps.urls.notices, 'notices', message, group),
  };
}

/**
 * Sends one message. Each sending has a deduplication id of its own: SQS would swallow a second wish for the same work for five minutes,
 * and a repeated message does no harm, as the ledger knows what is done. Retries of one sending keep their id.
 */
export async function sendMessage(hub: LightClient, url: string, message: object, group: string, id: string): Promise<void> {
  const fifo = url.endsWith('.fifo') ? { MessageGroupId: groupId(group), MessageDeduplicationId: id } : {};
  await hub.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: JSON.stringify(message), ...fifo });
}

/** A group id has at most 128 characters; a role's ARN with its path may have more. */
export const groupId = (group: string): string =>
  group.length <= 128 ? group : createHash('sha256').update(group).digest('hex');
