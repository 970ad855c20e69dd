import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { HUB, type System } from '../local/system.ts';
import { REGION } from './load-members.ts';

/** What is looked at while the load runs: the memory of the functions' processes, and the queues. */

export interface Memory {
  /** Function -> its processes. */
  readonly workers: ReadonlyMap<string, { readonly count: number; readonly mostMb: number }>;
  readonly emulatorMb: number;
}

/** RSS of the emulator and of the hub's functions, whose processes it starts; from /proc, so on Linux only. */
export function readMemory(system: System): Memory {
  const workers = new Map<string, { count: number; mostMb: number }>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const found = workerOf(pid, system.cloud.pid);
    if (!found) continue;
    const { count, mostMb } = workers.get(found.name) ?? { count: 0, mostMb: 0 };
    workers.set(found.name, { count: count + 1, mostMb: Math.max(mostMb, found.mb) });
  }
  return { workers, emulatorMb: rssMb(String(system.cloud.pid)) };
}

function workerOf(pid: string, group: number): { name: string; mb: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) return undefined;
    if (!/^\S*node/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) return undefined;
    const name = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=(cinch-[^\0]+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
    return name ? { name, mb: rssMb(pid) } : undefined;
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}

const rssMb = (pid: string): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

export const memoryLine = ({ workers, emulatorMb }: Memory): string =>
  [...workers]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, { count, mostMb }]) => `${name} ${count} x at most ${Math.round(mostMb)} MB`)
    .concat(`the emulator ${Math.round(emulatorMb)} MB`)
    .join(', ');

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
        await sleep(500);
      }
    },
    undelivered: async (accounts) => {
      let total = 0;
      for (const account of accounts) {
        const member = new SQSClient(system.clientConfig(account, REGION));
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
