import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../shared/flows/domain-events.ts';
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
  /** From now on a fix does not do what it should. */
  breaks(): void;
  /** What Security Hub was told of each finding last. */
  readonly exported: Map<string, string>;
}
type Act = (bench: Bench) => void | Promise<void>;
interface Story {
  readonly name: string;
  readonly config?: Config;
  /** After each of them everything settles. */
  readonly acts: readonly Act[];
  /** States that are told of unless they are over by the time that a message comes again: then it tells how things stand. */
  readonly passing?: readonly string[];
}

const FIX: Config = { rules: { 'lambda-timeout-excessive': 'fix' } };

function makeBench(config: Config): Bench {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS.arn, 900);
  let reserved: number | null = 7;
  let isBroken = false;
  const exported = new Map<string, string>();
  const { steps } = account;
  const isAid = (step: { kind: string }): boolean => step.kind === 'set-concurrency';
  const world = makeWorld({
    config: makeConfig(config),
    users: [ALICE, BOB, CAROL, DAVE],
    reader: {
      ...account.reader,
      readTraffic: async () => ({ invocations: 3, errors: 0 }),
      readFunctionPage: async (_, region) => ({ items: region === ORDERS.region ? [ORDERS] : [], next: null }),
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
        isBroken
          ? 'it does not do what it should'
          : isAid(step)
            ? reserved === 0
              ? undefined
              : 'it still runs'
            : steps.verify(step, captured, receipt),
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
  const hub = makeMortalHub(world, rules, {
    importFindings: async (findings) => {
      for (const { Id, Title, Workflow } of findings) exported.set(Id, `${Title} ${exported.get(Id) ? '' : Workflow.Status}`);
      return new Map();
    },
    setWorkflow: async (ids, status) => {
      for (const id of ids) exported.set(`workflow of ${id}`, status);
      return new Map();
    },
  });
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
    breaks: () => {
      isBroken = true;
    },
    exported,
  };
}

const found: Act = ({ event }) => event();
const clicked =
  (changes: Partial<ClickMessage>): Act =>
  ({ click }) =>
    click(changes);

/** On the latest first aid of the finding. */
const aided =
  (changes: Partial<ClickMessage>): Act =>
  ({ click, finding }) =>
    click({ ...changes, planId: `${finding().id}-aid1` });
const commanded =
  (text: string): Act =>
  ({ hub }) =>
    hub.put('clicks', {
      kind: 'command',
      text,
      userId: 'U0ALICE',
      responseUrl: 'https://hooks.slack.com/commands/T0/1/x',
      at: hub.world.clock.now().toISOString(),
    });
const swept: Act = ({ hub }) => hub.sweep();

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
  {
    name: 'a question, put off, and asked again',
    acts: [found, clicked({ action: 'snooze', hours: 4 }), ({ minutes }) => minutes(5 * 60), swept],
  },
  {
    name: 'a change that its author approves in an emergency',
    config: { slack: { breakGlass: true, approvers: { users: ['U0DAVE'], emails: [] } } },
    acts: [found, clicked({ action: 'break-glass', userId: 'U0DAVE', reason: 'prod is down', typedName: 'orders' })],
  },
  { name: 'first aid, and back', acts: [found, aided({ action: 'quarantine' }), aided({ action: 'undo' })] },
  { name: 'a click of nobody who may', acts: [found, clicked({ userId: 'U0CAROL' })] },
  {
    name: 'a decision with the command line',
    acts: [
      found,
      ({ hub, finding }) =>
        hub.put('clicks', {
          kind: 'decision',
          action: 'approve',
          planId: finding().planId,
          callerArn: 'arn:aws:sts::111111111111:assumed-role/admin/alice@example.com',
          requestId: 'request-1',
          reason: null,
        }),
    ],
  },
  {
    name: 'an exemption by command, until it ends',
    acts: [
      found,
      commanded(`exempt lambda-timeout-excessive ${ORDERS.arn} 1 it is meant so`),
      ({ minutes }) => minutes(25 * 60),
      swept,
    ],
  },
  {
    name: 'an approval while Cinch is stopped, and then it goes on',
    acts: [found, commanded('stop a drill'), clicked({ action: 'approve' }), commanded('resume')],
  },
  { name: 'a fix that is asked since Cinch is stopped', config: FIX, acts: [commanded('stop a drill'), found] },
  {
    name: 'a fix that does not hold',
    config: FIX,
    acts: [
      (bench) => {
        bench.breaks();
        found(bench);
      },
    ],
  },
  {
    name: 'a fix whose function changes under it',
    config: FIX,
    passing: ['FindingChanged resolved'],
    acts: [
      (bench) => {
        bench.account.before.capture = () => {
          if (bench.account.timeouts.get(ORDERS.arn) === 900) bench.account.timeouts.set(ORDERS.arn, 800);
        };
        found(bench);
      },
    ],
  },
  {
    name: 'a question about what changes again',
    acts: [
      found,
      ({ hub, account, event }) => {
        account.timeouts.set(ORDERS.arn, 800);
        event({ id: 'e2', name: 'UpdateFunctionConfiguration20150331v2', time: hub.world.clock.now().toISOString() });
      },
    ],
  },
  {
    name: 'a question about what somebody puts right',
    acts: [
      found,
      ({ hub, account, event }) => {
        account.timeouts.set(ORDERS.arn, 30);
        event({ id: 'e2', name: 'UpdateFunctionConfiguration20150331v2', time: hub.world.clock.now().toISOString() });
      },
    ],
  },
  {
    name: 'a question about what is deleted',
    acts: [
      found,
      ({ hub, account, event }) => {
        account.timeouts.delete(ORDERS.arn);
        event({ id: 'e2', name: 'DeleteFunction20150331', time: hub.world.clock.now().toISOString() });
      },
    ],
  },
  {
    name: 'a question that nobody answers',
    acts: [found, ({ minutes }) => minutes(13 * 60), swept, ({ minutes }) => minutes(12 * 60), swept, swept, swept],
  },
  {
    name: 'what no event told of, found by a sweep',
    config: FIX,
    acts: [swept, ({ minutes }) => minutes(11), swept, ({ minutes }) => minutes(31), swept],
  },
  {
    name: 'a finding that is exported',
    config: { ...FIX, exports: { securityHub: true } },
    acts: [found, clicked({ action: 'undo' })],
  },
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
function endOf({ hub, account, finding, exported }: Bench, passing: readonly string[] = PASSING) {
  const { ledger, desk, published } = hub.world;
  const { status, reason, timesFixed, timesSeen, card } = finding();
  return {
    writes: account.writes,
    findings: ledger.findings.size,
    finding: { status, reason: timeless(reason), timesFixed, timesSeen, isShown: (card?.ts ?? '') !== '' },
    plans: [...ledger.plans.values()].map((plan) => ({
      kind: plan.kind,
      status: plan.status,
      outcome: plan.outcome.map(timeless),
      approvals: plan.approvals.map(({ userId }) => userId),
      snapshots: plan.snapshots.length,
      receipts: plan.receipts.length,
    })),
    entries: ledger.entries.map(({ what, by, detail }) => timeless(`${what} by ${by}: ${detail}`)).sort(),
    exemptions: ledger.exemptions.map(({ rule, owner }) => `${rule} ${owner}`),
    shown: timeless(JSON.stringify(desk.messages.get(`${card?.channel} ${card?.ts}`)?.card)),
    told: toldBy(published, passing),
    whispers: [...new Set(desk.whispers.map(({ text }) => text))],
    answers: [...new Set(desk.responses.map(({ text }) => text))],
    exported: [...exported].sort(),
    halts: ledger.entries.filter(({ findingId }) => findingId.startsWith('halt')).length,
    dead: hub.dead,
  };
}

const PASSING = ['PlanChanged approved'];

const toldBy = (events: readonly DomainEvent[], passing: readonly string[]): string[] =>
  [...new Set(events.map(({ type, detail }) => `${type} ${'status' in detail ? detail.status : ''}`))]
    .filter((event) => !passing.includes(event))
    .sort();

const timeless = (text: string | null | undefined): string | null | undefined =>
  text
    ?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d{4}-\d\d-\d\d \d\d:\d\d UTC|\d\d:\d\d UTC on \d{4}-\d\d-\d\d|\b1\d{9}\b/g, 'TIME')
    .replace(/\b([0-9a-f]{16})-[0-9a-f]{8}\b/g, '$1-PLAN')
    // Whichever look sees it.
    .replace(/the (timeout has changed|resource has changed since the plan was made)/g, 'MOVED')
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
    const right = endOf(undisturbed, story.passing);
    const lines = repliesOf(undisturbed);
    const calls = [...undisturbed.hub.calls];
    expect(right.dead).toEqual([]);
    const wrong: string[] = [];
    for (let call = 1; call <= calls.length; call++) {
      // Before a read is the same as after what came before it.
      for (const when of READS.test(calls[call - 1] ?? '') && call > 1 ? (['after'] as const) : (['before', 'after'] as const)) {
        const at = `${when} call ${call} of ${calls.length}, ${calls[call - 1]}`;
        const bench = await play(story, { call, when }).catch((cause: unknown) => {
          throw new Error(at, { cause });
        });
        expect(bench.hub.hasEnded(), at).toBe(true);
        const end = endOf(bench, story.passing);
        for (const key of Object.keys(right) as (keyof typeof right)[])
          if (JSON.stringify(end[key]) !== JSON.stringify(right[key]))
            wrong.push(`${at}: ${key}: ${difference(JSON.stringify(end[key]), JSON.stringify(right[key]))}`);
        const posts = isPostUnknown(calls, call, when) ? 2 : 1;
        if (bench.hub.world.desk.messages.size !== posts) wrong.push(`${at}: ${bench.hub.world.desk.messages.size} cards`);
        const replies = repliesOf(bench).filter((line, index, all) => !isEmergency(line) || all.indexOf(line) === index);
        if (new Set(replies).size !== replies.length || replies.some((line) => !lines.includes(line)))
          wrong.push(`${at}: thread ${JSON.stringify(replies)} in place of ${JSON.stringify(lines)}`);
        if (!(await bench.hub.world.ledger.takeLease(ORDERS, 'probe', 1))) wrong.push(`${at}: the lease is held`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

const READS = /\.(read|list|is[A-Z]|findings|plans|fixes|watched|open|functionsOf|capture|verify|seal|user|members)/;

/** Of an emergency it is told twice rather than never. */
const isEmergency = (line: string): boolean => line.includes('Break-glass:');

/** Where they part. */
function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 30);
  return `${one.slice(from, from + 120)} in place of ${other.slice(from, from + 120)}`;
}

/** A line on what came back depends on how old the card is by then. */
const repliesOf = ({ hub }: Bench): string[] =>
  hub.world.desk.replies.flatMap(({ text }) => (timeless(text) ?? '').split('\n')).filter((line) => !line.startsWith('🔁'));
