import type { SQSRecord } from 'aws-lambda';
import { handleBatch } from '../../functions/batch.ts';
import type { MemoryClock, MemoryWorld } from './world.ts';

/** A FIFO queue as SQS keeps it: a message whose handling failed comes again, its group waits behind it, and after twenty tries it is dead. */
export interface MemoryQueue {
  send(message: object, group: string): void;
  /** Until nothing is left; the clock jumps to when the next message becomes visible. */
  drain(workers: number, handle: (body: string) => Promise<void>): Promise<void>;
  readonly dead: string[];
  /** Deliveries, repeated ones included. */
  deliveries(): number;
}

interface Waiting {
  readonly body: string;
  readonly group: string;
  visibleAt: number;
  receives: number;
  isInFlight: boolean;
}

const TRIES = 20;

export function makeMemoryQueue(clock: MemoryClock, log: MemoryWorld['log'], repeats: () => boolean = () => false): MemoryQueue {
  const waiting: Waiting[] = [];
  const dead: string[] = [];
  let deliveries = 0;
  const now = () => clock.now().getTime();

  /** The first message that may go: none of its group is before it. */
  function next(): Waiting | undefined {
    const blocked = new Set<string>();
    for (const message of waiting) {
      if (!blocked.has(message.group) && !message.isInFlight && message.visibleAt <= now()) return message;
      blocked.add(message.group);
    }
    return undefined;
  }

  async function deliver(message: Waiting, handle: (body: string) => Promise<void>): Promise<void> {
    message.isInFlight = true;
    message.receives += 1;
    deliveries += 1;
    const record = {
      messageId: 'm',
      body: message.body,
      attributes: { ApproximateReceiveCount: String(message.receives), MessageGroupId: message.group },
    } as unknown as SQSRecord;
    const retryIn = async (_: SQSRecord, seconds: number) => {
      message.visibleAt = now() + seconds * 1000;
    };
    const { batchItemFailures } = await handleBatch(
      { Records: [record] },
      {
        clock,
        log,
        ledger: { noteFailure: async () => undefined },
        retryIn,
        handle,
      },
    );
    message.isInFlight = false;
    if (batchItemFailures.length > 0 && message.receives < TRIES) return;
    if (batchItemFailures.length > 0) dead.push(message.body);
    waiting.splice(waiting.indexOf(message), 1);
  }

  async function work(handle: (body: string) => Promise<void>): Promise<void> {
    while (waiting.length > 0) {
      const message = next();
      if (message) {
        await deliver(message, handle);
        continue;
      }
      const idle = waiting.filter(({ isInFlight }) => !isInFlight).map(({ visibleAt }) => visibleAt);
      // Others are at work: their messages, or the clock that they move, may free one.
      if (waiting.some(({ isInFlight }) => isInFlight) || idle.length === 0)
        await new Promise((resolve) => setImmediate(resolve));
      else clock.advance(Math.max(1, Math.min(...idle) - now()));
    }
  }

  return {
    dead,
    deliveries: () => deliveries,
    send: (message, group) => {
      const copies = repeats() ? 2 : 1;
      for (let copy = 0; copy < copies; copy++)
        waiting.push({ body: JSON.stringify(message), group, visibleAt: now(), receives: 0, isInFlight: false });
    },
    drain: async (workers, handle) => {
      await Promise.all(Array.from({ length: workers }, () => work(handle)));
    },
  };
}

/** The same numbers for the same seed. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
