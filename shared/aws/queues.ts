import { createHash } from 'node:crypto';
import type { Queues } from '../flows/ports.ts';
import { TryAgain } from '../model/errors.ts';
import type { LightClient } from './hub-client.ts';
import { backoffMs, type Retrying } from './retry.ts';

/** What SendMessageBatch takes. */
const BATCH = 10;
const BATCH_RETRIES = { tries: 5, baseMs: 50, maxMs: 1_000 };

export interface QueuesDeps extends Retrying {
  readonly hub: LightClient;
  /** Queue URLs. A function names only those it sends to. */
  readonly urls: {
    readonly changes?: string;
    readonly work?: string;
    readonly notices?: string;
    readonly looks?: string;
    readonly places?: string;
  };
  /** A new unique id. */
  readonly id: () => string;
}

export function makeQueues(deps: QueuesDeps): Queues {
  const urlOf = (name: keyof QueuesDeps['urls']): string => {
    const url = deps.urls[name];
    if (!url) throw new Error(`This function was given no URL of the ${name} queue.`);
    return url;
  };
  const send = async (name: keyof QueuesDeps['urls'], message: object, group: string): Promise<void> =>
    sendMessage(deps.hub, urlOf(name), message, group, deps.id());
  return {
    sendChange: (message) => send('changes', message, 'changes'),
    sendWork: (message, group) => send('work', message, group),
    sendCleaning: (message, group) => send('work', message, group),
    sendNotice: (message, group) => send('notices', message, group),
    sendPlace: (message) => send('places', message, message.place),
    sendAccounts: (message) => send('places', message, message.round),
    sendLooks: async (messages, group) => {
      for (let from = 0; from < messages.length; from += BATCH) {
        const entries = messages.slice(from, from + BATCH).map((message, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(message),
          ...traced(),
          MessageGroupId: groupId(group),
          // The same look again, from a page that is listed once more or from an open finding, is swallowed for five minutes.
          MessageDeduplicationId: createHash('sha256').update(message.id).digest('hex'),
        }));
        await sendBatch(deps, urlOf('looks'), entries);
      }
    },
  };
}

/**
 * Sends one message. Each sending has a deduplication id of its own: SQS would swallow a second wish for the same work for five minutes,
 * and a repeated message does no harm, as the ledger knows what is done. Retries of one sending keep their id.
 */
export async function sendMessage(hub: LightClient, url: string, message: object, group: string, id: string): Promise<void> {
  const fifo = url.endsWith('.fifo') ? { MessageGroupId: groupId(group), MessageDeduplicationId: id } : {};
  await hub.call('sqs', 'SendMessage', { QueueUrl: url, MessageBody: JSON.stringify(message), ...traced(), ...fifo });
}

/**
 * What Lambda tells each invocation of its trace, handed on, so that X-Ray shows one way through all functions. It is not signed by anybody and
 * nothing is decided by it (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html).
 */
function traced(): object {
  const StringValue = process.env._X_AMZN_TRACE_ID;
  return StringValue ? { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue } } } : {};
}

/** All of a batch, or again: some of its messages may be refused for a passing reason. @throws TryAgain */
async function sendBatch(deps: QueuesDeps, url: string, entries: readonly { readonly Id: string }[]): Promise<void> {
  let left = entries;
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt >= BATCH_RETRIES.tries) throw new TryAgain(`${left.length} messages were not taken by the queue`);
    if (attempt > 0) await deps.clock.sleep(backoffMs(attempt, BATCH_RETRIES, deps.random));
    const { Failed } = await deps.hub.call('sqs', 'SendMessageBatch', { QueueUrl: url, Entries: left });
    const failed = new Set(((Failed as { Id?: string }[] | undefined) ?? []).map(({ Id }) => Id));
    left = left.filter(({ Id }) => failed.has(Id));
  }
}

/** A group id has at most 128 characters; a role's ARN with its path may have more. */
export const groupId = (group: string): string =>
  group.length <= 128 ? group : createHash('sha256').update(group).digest('hex');
