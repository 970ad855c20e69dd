import type { Evidence, Remedy, RuleContext, Violation } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import type { FunctionFacts } from '../../model/state.ts';
import { isApiOnly } from '../parts/callers.ts';
import { exampleFunctionPolicy } from '../parts/example-policy.ts';
import { EXAMPLE_QUEUE } from '../parts/sources.ts';
import { counted, lastingAdvice } from '../parts/words.ts';

const NEEDS = [
  'timeoutSeconds',
  'resourcePolicies',
  'urls',
  'queues',
  'otherSources',
  'durations',
  'createdAt',
  'managedBy',
] as const;
type Seen = Pick<FunctionFacts, (typeof NEEDS)[number]>;
type Context = RuleContext<'function'>;

/** A REST API waits 29 s, an HTTP API 30 s (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html). */
const API_SECONDS = 29;
const DAY_MS = 24 * 3600 * 1000;
const NEW_FOR_MS = DAY_MS;
/** Runs that say something of what a function needs: fewer may all have been easy ones. */
const TELLING_RUNS = 100;
/** With so many runs over all of the measured days, a timeout of many times what they need is a finding of its own. */
const CONCLUSIVE_RUNS = 1000;
const MANY_TIMES = 10;
/** What is measured is rounded up to one of these, so that a slightly longer run makes no approval stale. */
const STEPS_SECONDS = [1, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900];

interface Limit {
  readonly seconds: number;
  /** Completes `longer than ...`. */
  readonly because: string;
  readonly source: 'account' | 'api' | 'queue' | 'measured';
}

function limitsOf(state: Seen, context: Context): Limit[] {
  const { ceilingSeconds } = context.settings.timeout;
  const limits: Limit[] = [{ seconds: ceilingSeconds, because: `the ${ceilingSeconds} s its account allows`, source: 'account' }];
  if (isApiOnly(state)) limits.push({ seconds: API_SECONDS, because: `the ${API_SECONDS} s its API waits`, source: 'api' });
  for (const queue of state.queues)
    limits.push({
      seconds: queue.visibilityTimeoutSeconds,
      because: `the ${queue.visibilityTimeoutSeconds} s after which its queue ${nameOf(queue.queueArn)} hands the message out again`,
      source: 'queue',
    });
  return limits;
}

const lowest = (limits: readonly Limit[]): Limit =>
  limits.reduce((lowest, limit) => (limit.seconds < lowest.seconds ? limit : lowest));

/** What the longest run needs, with headroom: when enough was measured, and the timeout is far beyond it. */
function measuredLimit({ timeoutSeconds, durations, createdAt }: Seen, { settings, now }: Context): Limit | undefined {
  const { floorSeconds, headroom } = settings.timeout;
  const isYoung = createdAt !== null && Date.parse(now) - Date.parse(createdAt) < durations.days * DAY_MS;
  if (durations.samples < CONCLUSIVE_RUNS || isYoung) return undefined;
  const needed = Math.max(floorSeconds, (durations.maximumMs * headroom) / 1000);
  const seconds = STEPS_SECONDS.find((step) => step >= needed);
  if (seconds === undefined || timeoutSeconds <= seconds * MANY_TIMES) return undefined;
  return {
    seconds,
    because: `the ${seconds} s that suffice for its longest run, with headroom, ${MANY_TIMES} times over`,
    source: 'measured',
  };
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

function remedyFor(state: Seen, limit: Limit, context: Context): Remedy {
  const { durations, timeoutSeconds } = state;
  const { floorSeconds, headroom } = context.settings.timeout;
  const measured = durations.samples === 0 ? 0 : Math.ceil((durations.maximumMs * headroom) / 1000);
  if (limit.seconds < measured) return tooSlow(limit, headroom);
  if (limit.seconds < Math.max(1, floorSeconds))
    return {
      kind: 'manual',
      why: `Cinch does not lower a timeout below ${Math.max(1, floorSeconds)} s.`,
      instructions:
        limit.source === 'queue'
          ? 'Raise the visibility timeout of the queue to six times the timeout of the function.'
          : `Set the timeout to ${limit.seconds} s by hand, or raise the account's ceiling (timeout.ceilingSeconds in cinch.yaml).`,
    };
  const because = approvalReason(state, limit, context);
  return {
    kind: 'steps',
    steps: [{ kind: 'lower-timeout', target: context.resource, fromSeconds: timeoutSeconds, toSeconds: limit.seconds }],
    ...(because === undefined ? {} : { approvalBecause: because }),
  };
}

/**
 * It ran for so long that the limit would cut it off, e.g. because a REST API calls it asynchronously, or because something unseen does.
 * The figures stand in the advice: a card must not be announced anew for each of them.
 */
function tooSlow(limit: Limit, headroom: number): Remedy {
  const instructions = {
    account: 'Split the work or raise the ceiling of its account (timeout.ceilingSeconds in cinch.yaml).',
    api: 'Answer the API at once and do the long work in a second function, or allow the other caller in a function policy of its own.',
    queue: 'Raise the visibility timeout of the queue to six times the timeout of the function.',
    // Never so: it is made from what the function needs.
    measured: 'Leave it as it is.',
  }[limit.source];
  return {
    kind: 'manual',
    why: `With a headroom of ${headroom} it needs more than ${limit.because}.`,
    instructions,
  };
}

function approvalReason({ durations, createdAt }: Seen, limit: Limit, { now }: Context): string | undefined {
  if (limit.source === 'measured')
    return `what it needs on a day that comes less often than every ${durations.days} days was not measured`;
  if (durations.samples >= TELLING_RUNS) return undefined;
  if (!isNew(createdAt, now))
    return durations.samples === 0
      ? `it has not run in the last ${durations.days} days, so nothing shows what it needs`
      : `it ran too seldom in the last ${durations.days} days to show what it needs`;
  if (limit.source === 'queue' && durations.samples === 0)
    return 'it has not run yet, and the visibility timeout of its queue could be raised instead';
  return undefined;
}

function isNew(createdAt: string | null, now: string): boolean {
  return createdAt !== null && Date.parse(now) - Date.parse(createdAt) < NEW_FOR_MS;
}

/** No measurement in it: evidence is part of what a person approves, and another invocation must not make that stale. */
function evidenceOf({ timeoutSeconds, queues }: Seen, limit: Limit): Evidence[] {
  return [
    { path: 'Timeout', found: `${timeoutSeconds} s`, expected: `at most ${limit.seconds} s` },
    ...queues
      .filter((queue) => queue.visibilityTimeoutSeconds < 6 * timeoutSeconds)
      .map((queue) => ({
        path: `VisibilityTimeout of ${nameOf(queue.queueArn)}`,
        found: `${queue.visibilityTimeoutSeconds} s`,
        expected: 'at least six times the timeout of the function',
      })),
  ];
}

/** The figures that a person weighs: what was measured, what follows from it, and every limit there is. */
function figures(state: Seen, limits: readonly Limit[], { settings }: Context): string[] {
  const { durations, queues } = state;
  const { headroom, floorSeconds } = settings.timeout;
  const floor = `Cinch lowers no timeout below ${Math.max(1, floorSeconds)} s.`;
  const names = {
    account: 'the ceiling of its account',
    api: 'what its API waits',
    queue: 'the visibility timeout of its queue',
  };
  const known = limits.flatMap(({ seconds: most, source }) => (source === 'measured' ? [] : [`${most} s is ${names[source]}`]));
  return [
    durations.samples === 0
      ? `Nothing is measured yet: it was not invoked in the last ${durations.days} days. ${floor}`
      : `Measured: ${counted(durations.samples, 'invocation')} in ${durations.days} days, the longest ${seconds(durations.maximumMs)}, 99.9 % within ${seconds(durations.p999Ms)}. With a headroom of ${headroom} it needs ${Math.ceil((durations.maximumMs * headroom) / 1000)} s. ${floor}`,
    `Limits: ${known.join(', ')}${queues.length === 0 ? '' : ', which should be six times the timeout'}.`,
  ];
}

const seconds = (ms: number): string => `${Math.round(ms / 10) / 100} s`;

function evaluate(state: Seen, context: Context): Violation | undefined {
  const limits = limitsOf(state, context);
  const hard = lowest(limits);
  const limit = state.timeoutSeconds > hard.seconds ? hard : measuredLimit(state, context);
  if (limit === undefined) return undefined;
  return {
    summary: `its timeout of ${state.timeoutSeconds} s is longer than ${limit.because}`,
    evidence: evidenceOf(state, limit),
    remedy: remedyFor(state, limit, context),
    advice: [...figures(state, limits, context), ...lastingAdvice(state.managedBy, `set the timeout to ${limit.seconds} s`)],
  };
}

const policy = (...principals: object[]) =>
  exampleFunctionPolicy(null, ...principals.map((Principal, index) => ({ Sid: `s${index}`, Principal })));
const API = policy({ Service: 'apigateway.amazonaws.com' });
const RUNS = { samples: 900, maximumMs: 4100, p999Ms: 3800, days: 14 };
const OFTEN = { samples: 48_000, maximumMs: 4100, p999Ms: 3800, days: 14 };
const NEVER_RAN = { samples: 0, maximumMs: 0, p999Ms: 0, days: 14 };
const QUIET = {
  timeoutSeconds: 900,
  resourcePolicies: [],
  urls: [],
  queues: [],
  otherSources: false,
  durations: RUNS,
  createdAt: null,
  managedBy: null,
} satisfies Seen;
const CEILING = { timeout: { ceilingSeconds: 300, floorSeconds: 3, headroom: 1.5 } };

export default defineRule({
  id: 'lambda-timeout-excessive',
  title: "A function's timeout is no longer than its caller waits, its account allows and its runs need",
  severity: 'medium',
  resource: 'function',
  checklist: ['wp-6'],
  needs: NEEDS,
  evaluate,
  examples: {
    passes: [
      { name: 'no known caller, and the account allows it', state: QUIET },
      { name: 'ten times what it needs, which is not too much', state: { ...QUIET, timeoutSeconds: 100, durations: OFTEN } },
      {
        name: 'many times what it needed since it was made a week ago',
        state: { ...QUIET, durations: OFTEN, createdAt: '2026-02-23T12:00:00.000Z' },
      },
      { name: 'behind an API with 29 s', state: { ...QUIET, timeoutSeconds: 29, resourcePolicies: [API] } },
      {
        name: 'behind an API, but invoked by another account too',
        state: { ...QUIET, resourcePolicies: [API, policy({ AWS: 'arn:aws:iam::222222222222:root' })] },
      },
      {
        name: 'behind an API, but with a URL of its own',
        state: { ...QUIET, resourcePolicies: [API], urls: [{ qualifier: null, authType: 'AWS_IAM', cors: null }] },
      },
      { name: 'behind an API, but fed by a stream too', state: { ...QUIET, resourcePolicies: [API], otherSources: true } },
      { name: 'as long as its queue waits', state: { ...QUIET, timeoutSeconds: 60, queues: [EXAMPLE_QUEUE] } },
    ],
    violates: [
      { name: 'behind an API with 900 s', state: { ...QUIET, resourcePolicies: [API] } },
      {
        name: 'new and behind an API, without a measurement',
        state: { ...QUIET, resourcePolicies: [API], durations: NEVER_RAN, createdAt: '2026-03-02T11:59:30.000Z' },
      },
      {
        name: 'old and behind an API, without a measurement',
        state: { ...QUIET, resourcePolicies: [API], durations: NEVER_RAN },
      },
      {
        name: 'behind an API, but it runs longer than that',
        state: { ...QUIET, resourcePolicies: [API], durations: { ...RUNS, maximumMs: 240_000 } },
      },
      { name: 'longer than the account allows', state: QUIET, settings: CEILING },
      { name: 'many times what it needs', state: { ...QUIET, durations: OFTEN } },
      {
        name: 'behind an API, and seldom run',
        state: { ...QUIET, resourcePolicies: [API], durations: { ...RUNS, samples: 14 } },
      },
      {
        name: 'longer than the account allows, and owned by a stack',
        state: { ...QUIET, managedBy: { tool: 'SAM', stack: 'orders' } },
        settings: CEILING,
      },
      { name: 'longer than its queue waits', state: { ...QUIET, queues: [EXAMPLE_QUEUE] } },
      {
        name: 'new, and longer than its queue waits',
        state: { ...QUIET, queues: [EXAMPLE_QUEUE], durations: NEVER_RAN, createdAt: '2026-03-02T09:00:00.000Z' },
      },
      {
        name: 'a queue that hands messages out again at once',
        state: { ...QUIET, queues: [{ ...EXAMPLE_QUEUE, visibilityTimeoutSeconds: 0 }], durations: NEVER_RAN },
      },
    ],
  },
});
