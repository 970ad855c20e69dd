import type { ClickMessage } from '../../shared/flows/messages.ts';
import type { Card } from '../../shared/flows/ports.ts';
import type { Finding } from '../../shared/model/finding.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { functionResource } from '../../shared/model/resource.ts';
import type { StepOf } from '../../shared/model/step.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from './account.ts';
import { lambdaEvent } from './events.ts';
import { type MortalHub, makeMortalHub } from './mortal-hub.ts';
import { ALICE, BOB, CAROL, DAVE } from './slack-samples.ts';
import { makeConfig, makeWorld } from './world.ts';

/** What the hub in memory is taken through, for kills.test.ts. */

export const ORDERS = functionResource('222222222222', 'eu-central-1', 'orders');
const rules = [TIMEOUT_RULE];

type Config = Parameters<typeof makeConfig>[0];
export interface Bench {
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
export interface Story {
  readonly name: string;
  readonly config?: Config;
  /** After each of them everything settles. */
  readonly acts: readonly Act[];
  /** States that are told of unless they are over by the time that a message comes again: then it tells how things stand. */
  readonly passing?: readonly string[];
}

const FIX: Config = { rules: { 'lambda-timeout-excessive': 'fix' } };

export function makeBench(config: Config): Bench {
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

export const STORIES: readonly Story[] = [
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
