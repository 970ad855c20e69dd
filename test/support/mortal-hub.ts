import type { SQSRecord } from 'aws-lambda';
import { handleBatch, handleTogether } from '../../functions/batch.ts';
import { apply } from '../../shared/flows/apply.ts';
import { cleanLayer } from '../../shared/flows/clean-layer.ts';
import { exportMessages } from '../../shared/flows/export-findings.ts';
import { parseChangeMessage, parsePlaceMessage, parseWorkMessage } from '../../shared/flows/messages.ts';
import { notify } from '../../shared/flows/notify.ts';
import { onChange } from '../../shared/flows/on-change.ts';
import type { SecurityHub } from '../../shared/flows/ports.ts';
import { sweep } from '../../shared/flows/sweep.ts';
import { sweepPlace } from '../../shared/flows/sweep-place.ts';
import type { AnyRule } from '../../shared/model/rule.ts';
import { RULES } from '../../shared/rules/index.ts';
import type { MemoryWorld } from './world.ts';

/**
 * The hub in memory: the real flows behind queues that keep SQS's rules, run by processes that may end at any call they make. A process that
 * has ended makes no further call, not even to free its lease; its message comes again when SQS shows it, to a process that remembers nothing.
 */
export interface MortalHub {
  readonly world: MemoryWorld;
  /** Calls so far, as `port.name`. */
  readonly calls: string[];
  readonly dead: string[];
  put(queue: QueueName, message: object, group?: string): void;
  /** Delivers until nothing waits; the clock jumps to when the next message is shown. */
  settle(): Promise<void>;
  /** What the schedule does each minute. */
  sweep(): Promise<void>;
  /** Ends the process that makes this call, counted from 1: before it takes effect, or after, its answer lost. */
  endAt: { readonly call: number; readonly when: 'before' | 'after' } | null;
  /** Whether it has ended one. */
  hasEnded(): boolean;
  /** For other bad luck: what SQS does with a message that is put. Answers when each copy is shown, in seconds. */
  showIn: (queue: QueueName) => readonly number[];
}

export type QueueName = 'changes' | 'looks' | 'places' | 'work' | 'notices' | 'clicks' | 'exports';

class Ended extends Error {}

/** How long SQS hides a message that is worked on: six times the function's timeout, as infra/constructs/hub-queues.ts has it. */
const HIDDEN_SECONDS: Readonly<Record<QueueName, number>> = {
  changes: 720,
  looks: 720,
  places: 1800,
  work: 1800,
  notices: 360,
  clicks: 360,
  exports: 1800,
};
const TRIES = 20;
const MOST_DELIVERIES = 3_000;

interface Message {
  readonly queue: QueueName;
  readonly body: string;
  readonly group: string;
  visibleAt: number;
  receives: number;
}

type Full = MemoryWorld & { readonly securityHub: SecurityHub };
interface Process {
  readonly world: Full;
  isDead(): boolean;
}

const PORTS = [
  'ledger',
  'bus',
  'queues',
  'reader',
  'steps',
  'vault',
  'desk',
  'layers',
  'organization',
  'config',
  'configHistory',
  'securityHub',
] as const;

export function makeMortalHub(memory: MemoryWorld, rules: readonly AnyRule[], securityHub?: SecurityHub): MortalHub {
  const { clock, log } = memory;
  const waiting: Message[] = [];
  const dead: string[] = [];
  const calls: string[] = [];
  const processes = new Map<string, Process>();
  let count = 0;
  let ended = false;
  const now = (): number => clock.now().getTime();

  const put: MortalHub['put'] = (queue, message, group = `${count++}`) => {
    for (const seconds of hub.showIn(queue))
      waiting.push({ queue, body: JSON.stringify(message), group, visibleAt: now() + seconds * 1000, receives: 0 });
  };
  const queues: MemoryWorld['queues'] = {
    sendChange: async (message) => put('changes', message),
    sendLooks: async (messages, group) => {
      for (const message of messages) put('looks', message, group);
    },
    sendPlace: async (message) => put('places', message),
    sendAccounts: async (message) => put('places', message),
    sendWork: async (message, group) => put('work', message, group),
    sendCleaning: async (message, group) => put('work', message, group),
    sendNotice: async (message, group) => put('notices', message, group),
  };
  const bus: MemoryWorld['bus'] = {
    publish: async (...events) => {
      await memory.bus.publish(...events);
      for (const { type, detail } of events)
        if (securityHub && type === 'FindingChanged') put('exports', { 'detail-type': type, detail });
    },
  };
  const world = { ...memory, queues, bus, securityHub: securityHub ?? NO_SECURITY_HUB };

  function makeProcess(): Process {
    let isDead = false;
    const end = (name: string): Ended => {
      isDead = ended = true;
      return new Ended(name);
    };
    const counted =
      (name: string, call: (...args: unknown[]) => unknown) =>
      (...args: unknown[]): unknown => {
        if (isDead) return never(name);
        calls.push(name);
        const when = hub.endAt?.call === calls.length ? hub.endAt.when : undefined;
        // What lists is read after its call: there is no answer to wait for.
        if (when === 'before' || (when && isListing(name))) {
          end(name);
          return never(name);
        }
        const answer = call(...args);
        if (when !== 'after') return answer;
        const die = (): never => {
          throw end(name);
        };
        return Promise.resolve(answer).then(die, die);
      };
    const mortal = PORTS.map((port) => [
      port,
      Object.fromEntries(
        Object.entries(world[port]).map(([name, value]) => [
          name,
          typeof value === 'function' ? counted(`${port}.${name}`, value as () => unknown) : value,
        ]),
      ),
    ]);
    return { world: { ...world, ...Object.fromEntries(mortal) }, isDead: () => isDead };
  }

  /** Each function has processes of its own. */
  function processOf(name: string): Process {
    const known = processes.get(name);
    if (known && !known.isDead()) return known;
    const fresh = makeProcess();
    processes.set(name, fresh);
    return fresh;
  }

  /** The message that is shown first, of those that none of their group is before. */
  function next(): Message | undefined {
    const first = new Map(waiting.toReversed().map((message) => [`${message.queue} ${message.group}`, message]));
    return [...first.values()].sort((one, other) => one.visibleAt - other.visibleAt)[0];
  }

  async function deliver(message: Message): Promise<void> {
    const process = processOf(CONSUMERS[message.queue]);
    message.receives += 1;
    const event = { Records: [recordOf(message)] };
    const options = {
      clock,
      log,
      // Of a run that has ended nothing is noted any more.
      ledger: memory.ledger,
      retryIn: async (_: SQSRecord, seconds: number) => {
        message.visibleAt = now() + seconds * 1000;
      },
    };
    const { batchItemFailures } =
      message.queue === 'exports'
        ? await handleTogether(event, { ...options, handle: (bodies) => exportMessages(process.world, RULES, bodies) })
        : await handleBatch(event, {
            ...options,
            handle: (body, isRepeated) => handle(process.world, message.queue, body, isRepeated),
          });
    if (process.isDead()) {
      message.visibleAt = now() + HIDDEN_SECONDS[message.queue] * 1000;
      return;
    }
    if (batchItemFailures.length > 0 && message.receives < TRIES) return;
    if (batchItemFailures.length > 0) dead.push(message.body);
    waiting.splice(waiting.indexOf(message), 1);
  }

  async function handle(world: Full, queue: QueueName, body: string, isRepeated: boolean): Promise<void> {
    if (queue === 'changes' || queue === 'looks') await onChange(world, rules, parseChangeMessage(body), isRepeated);
    else if (queue === 'places') {
      const message = parsePlaceMessage(body);
      if (message.kind !== 'place') throw new Error('the self-check is not played here');
      await sweepPlace(world, message, new Date(now() + 60_000));
    } else if (queue === 'work') {
      const message = parseWorkMessage(body);
      if (message.kind === 'clean-layer') await cleanLayer(world, message);
      else await apply(world, rules, message.planId);
    } else await notify(world, body);
  }

  const hub: MortalHub = {
    world,
    calls,
    dead,
    put,
    endAt: null,
    hasEnded: () => ended,
    showIn: () => [0],
    settle: async () => {
      for (let deliveries = 0; waiting.length > 0; deliveries++) {
        if (deliveries > MOST_DELIVERIES) throw new Error(`it never ends: ${waiting.map(({ body }) => body).join(' ')}`);
        const message = next();
        if (!message) return;
        clock.advance(Math.max(0, message.visibleAt - now()));
        await deliver(message);
      }
    },
    sweep: async () => {
      for (let isDone = false; !isDone; clock.advance(60_000)) {
        const process = processOf('sweep');
        await sweep(process.world).catch((error: unknown) => {
          if (!process.isDead()) throw error;
        });
        isDone = !process.isDead();
      }
    },
  };
  return hub;
}

const isListing = (name: string): boolean => name.startsWith('reader.list');

/** A call that a dead process makes. What lists throws, as it answers no promise. */
function never(name: string): Promise<never> {
  if (isListing(name)) throw new Ended(name);
  return Promise.reject(new Ended(name));
}

const CONSUMERS: Readonly<Record<QueueName, string>> = {
  changes: 'on-change',
  looks: 'on-change',
  places: 'sweep',
  work: 'apply',
  notices: 'notify',
  clicks: 'notify',
  exports: 'export',
};

const recordOf = ({ body, receives, group }: Message): SQSRecord =>
  ({
    messageId: 'm',
    body,
    attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: group },
  }) as unknown as SQSRecord;

const NO_SECURITY_HUB: SecurityHub = {
  importFindings: async () => new Map(),
  setWorkflow: async () => new Map(),
};
