import type { SlackMessage } from '../../shared/flows/messages.ts';
import { type HttpAnswer, makeOnSlack, type OnSlackWorld } from '../../shared/flows/on-slack.ts';
import type { SlackSecret } from '../../shared/flows/ports.ts';
import { makeMemoryLedger } from './memory-ledger.ts';
import { SIGNING_SECRET } from './slack-samples.ts';
import { type MemoryClock, makeClock, TEST_NOW } from './world.ts';

/** The function that answers Slack, over a world in memory that can be broken. */
export interface Bench {
  world: OnSlackWorld;
  clock: MemoryClock;
  clicks: { message: SlackMessage; id: string }[];
  views: { token: string; trigger: string; view: object; over: string }[];
  told: { url: string; text: string }[];
  failures: string[];
  lines: string[];
  stored: { secret: SlackSecret; refreshes: number };
  broken: { queue?: boolean; claims?: boolean; views?: string; secret?: boolean };
  answer: (request: Parameters<ReturnType<typeof makeOnSlack>>[0]) => Promise<HttpAnswer>;
}

export function makeBench(): Bench {
  const clock = makeClock(TEST_NOW);
  const ledger = makeMemoryLedger(clock);
  const bench: Omit<Bench, 'world' | 'answer'> = {
    clock,
    clicks: [],
    views: [],
    told: [],
    failures: [],
    lines: [],
    stored: { secret: { signingSecret: SIGNING_SECRET, botToken: 'xoxb-test' }, refreshes: 0 },
    broken: {},
  };
  let kept = bench.stored.secret;
  const log = (message: string, ids: object) => void bench.lines.push(JSON.stringify({ message, ...ids }));
  const world: OnSlackWorld = {
    clock,
    log: { info: log, error: log, metric: () => undefined },
    teamId: 'T0CINCH0001',
    secret: {
      read: async () => {
        if (bench.broken.secret) throw new Error('Secrets Manager is down');
        return kept;
      },
      refresh: async () => {
        bench.stored.refreshes += 1;
        kept = bench.stored.secret;
        return kept;
      },
    },
    slack: {
      openView: async (token, trigger, view, over) => {
        if (bench.broken.views) return { problem: bench.broken.views };
        bench.views.push({ token, trigger, view, over });
        return { viewId: 'V0OPENED' };
      },
      whisper: async (url, text) => {
        bench.told.push({ url, text });
        return undefined;
      },
    },
    claim: async (id, seconds) => {
      if (bench.broken.claims) throw new Error('DynamoDB is down');
      return ledger.claim(id, seconds);
    },
    send: async (message, id) => {
      if (bench.broken.queue) throw new Error('SQS is down');
      // What the log calls it; a view's own id is another.
      if (message.kind === 'click' && message.id !== id) throw new Error(`a click is called ${message.id}, its request ${id}`);
      bench.clicks.push({ message, id });
    },
    countSignatureFailure: (problem) => void bench.failures.push(problem),
  };
  return { ...bench, world, answer: makeOnSlack(world) };
}
