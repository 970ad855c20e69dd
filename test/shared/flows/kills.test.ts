import { describe, expect, it } from 'vitest';
import type { ClickMessage } from '../../../shared/flows/messages.ts';
import type { Card } from '../../../shared/flows/ports.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import type { StepOf } from '../../../shared/model/step.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { type MortalHub, makeMortalHub } from '../../support/mortal-hub.ts';
import { ALICE, BOB, CAROL, DAVE } from '../../support/slack-samples.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

/**
 * Every story of Cinch, and its process ended at every single call that it makes to anything outside itself: before the call takes effect, and
 * after, with the answer lost. Whatever the moment, what is there at the end is what an undisturbed run leaves: each change once, one finding,
 * one card, one entry of each kind, every event told, nothing stuck, no lease held, and the way back open.
 */

const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];

type Config = Parameters<typeof makeConfig>[0];
interface Bench {
  readonly hub: MortalHub;
  readonly account: ReturnType<typeof makeTimeoutAccount>;
  finding(): Finding;
  plan(): Plan | undefined;
  event(changes?: Parameters<typeof lambdaEvent>[0]): void;
  click(changes: Partial<ClickMessage>): void;
  minutes(count: number): void;
}
type Act = (bench: Bench) => void | Promise<void>;
interface Story {
  readonly name: string;
  readonly config?: Config;
  /** After each of them everything settles. */
  readonly acts: readonly Act[];
}

const FIX: Config = { rules: { 'lambda-timeout-excessive': 'fix' } };

function makeBench(config: Config): Bench {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  let reserved: number | null = 7;
  const { steps } = account;
  const isAid = (step: { kind: string }): boolean => step.kind === 'set-concurrency';
  const world = makeWorld({
    config: makeConfig(config),
    users: [ALICE, BOB, CAROL, DAVE],
    reader: {
      ...account.reader,
      readState: async (resource, needs, known) => {
        const state = await account.reader.readState?.(resource, needs, known);
        return state && ({ ...state, reservedConcurrency: reserved } as never);
      },
    },
    steps: {
      capture: async (step) => (isAid(step) ? reserved : steps.capture(step)),
      apply: async (step, captured) => {
        if (!isAid(step)) return steps.apply(step, captured);
        const { to } = step as StepOf<'set-concurrency'>;
        if (reserved !== to) account.writes.push(`reserved=${to}`);
        reserved = to;
        return to;
      },
      verify: async (step, captured, receipt) =>
        isAid(step) ? (reserved === 0 ? undefined : 'it still runs') : steps.verify(step, captured, receipt),
      undo: async (step, captured, receipt) => {
        if (!isAid(step)) return steps.undo(step, captured, receipt);
        if (reserved !== captured) account.writes.push(`reserved=${captured}`);
        reserved = captured as number | null;
        return [];
      },
    },
  });
  const { messages } = world.desk;
  Object.assign(world.desk, {
    post: async (channel: string, card: Card) => {
      const ts = `${Math.floor(world.clock.now().getTime() / 1000)}.${messages.size + 100_000}`;
      messages.set(`${channel} ${ts}`, { channel, ts, card, updates: 0 });
      return { channel, ts };
    },
  });
  const hub = makeMortalHub(world, rules);
  const finding = (): Finding => {
    const [found] = world.ledger.findings.values();
    if (!found) throw new Error('no finding');
    return found;
  };
  let clicks = 0;
  return {
    hub,
    account,
    finding,
    plan: () => world.ledger.plans.get(finding().planId ?? ''),
    event: (changes) => hub.put('changes', lambdaEvent(changes)),
    click: (changes) => {
      const { card, planId } = finding();
      clicks += 1;
      hub.put('clicks', {
        kind: 'click',
        id: `request-${clicks}`,
        action: 'approve',
        planId,
        userId: 'U0ALICE',
        channel: card?.channel,
        ts: card?.ts,
        ...changes,
      });
    },
    minutes: (count) => world.clock.advance(count * 60_000),
  };
}

const found: Act = ({ event }) => event();
const clicked =
  (changes: Partial<ClickMessage>): Act =>
  ({ click }) =>
    click(changes);

const STORIES: readonly Story[] = [
  { name: 'a fix by itself', config: FIX, acts: [found] },
  { name: 'a question, approved', acts: [found, clicked({ action: 'approve' })] },
  {
    name: 'a question that needs two',
    config: { slack: { approvals: [{ needed: 2 }] } },
    acts: [found, clicked({ action: 'approve' }), clicked({ action: 'approve', userId: 'U0BOB' })],
  },
  { name: 'a fix, undone', config: FIX, acts: [found, clicked({ action: 'undo' })] },
  { name: 'a question, denied', acts: [found, clicked({ action: 'deny', reason: 'it is meant so' })] },
  { name: 'a question, exempted', acts: [found, clicked({ action: 'exempt', reason: 'it is meant so', days: 30 })] },
  { name: 'a question, withdrawn', acts: [found, clicked({ action: 'discard' })] },
  { name: 'a question, put off', acts: [found, clicked({ action: 'snooze', hours: 4 })] },
];

async function play({ config = {}, acts }: Story, endAt: MortalHub['endAt'] = null): Promise<Bench> {
  const bench = makeBench(config);
  bench.hub.endAt = endAt;
  for (const act of acts) {
    await act(bench);
    await bench.hub.settle();
    bench.minutes(5);
  }
  return bench;
}

/** Everything that there is at the end, without what differs from run to run: times, and versions. */
function endOf({ hub, account, finding }: Bench) {
  const { ledger, desk, published } = hub.world;
  const { status, reason, timesFixed, timesSeen, card } = finding();
  return {
    writes: account.writes,
    findings: ledger.findings.size,
    finding: { status, reason: timeless(reason), timesFixed, timesSeen, isShown: (card?.ts ?? '') !== '' },
    plans: [...ledger.plans.values()].map((plan) => ({
      kind: plan.kind,
      status: plan.status,
      outcome: plan.outcome,
      approvals: plan.approvals.map(({ userId }) => userId),
      snapshots: plan.snapshots.length,
      receipts: plan.receipts.length,
    })),
    entries: ledger.entries.map(({ what, by, detail }) => `${what} by ${by}: ${detail}`).sort(),
    exemptions: ledger.exemptions.map(({ rule, owner }) => `${rule} ${owner}`),
    shown: timeless(JSON.stringify(desk.messages.get(`${card?.channel} ${card?.ts}`)?.card)),
    told: [...new Set(published.map(({ type, detail }) => `${type} ${'status' in detail ? detail.status : ''}`))].sort(),
    whispers: desk.whispers,
    dead: hub.dead,
  };
}

const timeless = (text: string | null | undefined): string | null | undefined =>
  text
    ?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d UTC|\b1\d{9}\b/g, 'TIME')
    .replace(/at once|after \d+ (second|minute|hour)s?/g, 'AFTER A TIME');

/**
 * Slack knows no idempotency key: when the process ends after a post and before the ledger has it, nobody knows whether there was one, and after
 * two minutes it is made again.
 */
function isPostUnknown(calls: readonly string[], call: number, when: 'before' | 'after'): boolean {
  const posted = calls.indexOf('desk.post') + 1;
  const kept = posted + calls.slice(posted).indexOf('ledger.writeFinding') + 1;
  return (call > posted || when === 'after') && call >= posted && (call < kept || (call === kept && when === 'before'));
}

describe.each(STORIES)('$name', (story) => {
  it('ends as it must, wherever a process ends', async () => {
    const undisturbed = await play(story);
    const right = endOf(undisturbed);
    const lines = repliesOf(undisturbed);
    const calls = [...undisturbed.hub.calls];
    expect(right.dead).toEqual([]);
    const wrong: string[] = [];
    for (let call = 1; call <= calls.length; call++) {
      for (const when of ['before', 'after'] as const) {
        const at = `${when} call ${call} of ${calls.length}, ${calls[call - 1]}`;
        const bench = await play(story, { call, when }).catch((cause: unknown) => {
          throw new Error(at, { cause });
        });
        expect(bench.hub.hasEnded(), at).toBe(true);
        const end = endOf(bench);
        for (const key of Object.keys(right) as (keyof typeof right)[])
          if (JSON.stringify(end[key]) !== JSON.stringify(right[key]))
            wrong.push(`${at}: ${key}: ${JSON.stringify(end[key])} in place of ${JSON.stringify(right[key])}`);
        const posts = isPostUnknown(calls, call, when) ? 2 : 1;
        if (bench.hub.world.desk.messages.size !== posts) wrong.push(`${at}: ${bench.hub.world.desk.messages.size} cards`);
        const replies = repliesOf(bench);
        if (new Set(replies).size !== replies.length || replies.some((line) => !lines.includes(line)))
          wrong.push(`${at}: thread ${JSON.stringify(replies)} in place of ${JSON.stringify(lines)}`);
        if (!(await bench.hub.world.ledger.takeLease(ORDERS, 'probe', 1))) wrong.push(`${at}: the lease is held`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

const repliesOf = ({ hub }: Bench): string[] => hub.world.desk.replies.flatMap(({ text }) => (timeless(text) ?? '').split('\n'));
