import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { HUB, MEMBER, type System } from '../../local/system.ts';
import { pause } from './until.ts';

/** What waits in the hub's queues, and what the members' rules could not forward. */

export interface Depths {
  /** Messages that wait, are worked on or are delayed. */
  readonly waiting: number;
  readonly dead: number;
  /** By queue, of those that hold any. */
  readonly where: string;
}

export interface Queues {
  /** Of the hub's queues. */
  depths(): Promise<Depths>;
  /** Resolves when nothing has waited for so long. @throws Error after an hour */
  untilIdle(quietMs: number, progress?: (depths: Depths) => void): Promise<Depths>;
  /** What the members' rules could not forward. */
  undelivered(accounts: readonly string[]): Promise<number>;
}

export function watchQueues(system: System): Queues {
  const sqs = new SQSClient(system.clientConfig(HUB.account, HUB.region));
  const depths = async (): Promise<Depths> => {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const counted = await Promise.all(QueueUrls.map(async (url) => ({ url, messages: await messagesIn(sqs, url) })));
    const sum = (isDead: boolean) =>
      counted.filter(({ url }) => /Dead/.test(url) === isDead).reduce((total, { messages }) => total + messages, 0);
    const held = counted.filter(({ messages }) => messages > 0);
    const where = held.map(
      ({ url, messages }) => `${/[^/-]*-([A-Za-z]+)/.exec(url.slice(url.lastIndexOf('/')))?.[1]} ${messages}`,
    );
    return { waiting: sum(false), dead: sum(true), where: where.join(', ') };
  };
  return {
    depths,
    untilIdle: async (quietMs, progress) => {
      const deadline = Date.now() + 3_600_000;
      let since = Date.now();
      for (;;) {
        const now = await depths();
        progress?.(now);
        if (now.waiting > 0) since = Date.now();
        if (Date.now() - since >= quietMs) return now;
        if (Date.now() > deadline) throw new Error(`${now.waiting} messages still wait after an hour`);
        await pause(500);
      }
    },
    undelivered: async (accounts) => {
      let total = 0;
      for (const account of accounts) {
        const member = new SQSClient(system.clientConfig(account, MEMBER.region));
        const { QueueUrls = [] } = await member.send(new ListQueuesCommand({ QueueNamePrefix: 'CinchMember' }));
        for (const url of QueueUrls) total += await messagesIn(member, url);
      }
      return total;
    },
  };
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const names = [
    'ApproximateNumberOfMessages',
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
  ] as const;
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
