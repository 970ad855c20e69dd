import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../../../shared/flows/doctor/check.ts';
import * as hub from '../../../../shared/flows/doctor/hub-checks.ts';
import type { FunctionFacts, QueueFacts, RuleFacts, SubscriptionFacts } from '../../../../shared/flows/doctor/hub-facts.ts';
import { hubBusPolicy } from '../../../../shared/grants/hub-bus.ts';
import { unknown } from '../../../../shared/model/unknown.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:111111111111:Changes';
const URL = 'https://sqs.us-east-1.amazonaws.com/111111111111/Changes';
const fn = (changes: Partial<FunctionFacts> = {}): FunctionFacts => ({
  arn: 'arn:aws:lambda:us-east-1:111111111111:function:cinch-sweep',
  state: 'Active',
  lastUpdate: 'Successful',
  environment: { CINCH_TABLE: 'ledger' },
  ...changes,
});
const queue = (waiting: number): QueueFacts => ({ arn: QUEUE, waiting, deadArn: `${QUEUE}Dead` });
const PATTERN = { source: ['aws.lambda'] };
const rule = (changes: Partial<RuleFacts> = {}): RuleFacts => ({
  name: 'ToChanges',
  state: 'ENABLED',
  pattern: PATTERN,
  targets: [{ arn: QUEUE, roleArn: null, deadArn: `${QUEUE}Dead` }],
  ...changes,
});
const subscription = (changes: Partial<SubscriptionFacts> = {}): SubscriptionFacts => ({
  protocol: 'email',
  endpoint: 'ops@example.com',
  isConfirmed: true,
  ...changes,
});

const POLICY = hubBusPolicy({
  partition: 'aws',
  hub: { account: '111111111111', region: 'us-east-1' },
  organizationId: undefined,
  accounts: ['222222222222', '333333333333'],
  units: [],
  excludedAccounts: [],
});
const policy = (change: (text: string) => string = (text) => text): string => change(JSON.stringify(POLICY));
const STRANGER = { Sid: 'Siem', Effect: 'Allow', Principal: '*', Action: 'events:PutRule', Resource: '*' };

describe('the hub', () => {
  it.each<[string, Judgement, Judgement['verdict'], RegExp]>([
    ['a function', hub.functionIs('sweep', fn()), 'ok', /Active/],
    ['an idle function', hub.functionIs('sweep', fn({ state: 'Inactive' })), 'ok', /Inactive/],
    ['a function that is gone', hub.functionIs('sweep', null), 'broken', /cinch-sweep is not there/],
    ['a failed function', hub.functionIs('sweep', fn({ lastUpdate: 'Failed' })), 'broken', /update Failed/],

    ['a feed', hub.feedIs(QUEUE, 'on-change', [{ queueArn: QUEUE, state: 'Enabled' }]), 'ok', /cinch-on-change/],
    ['a feed that is off', hub.feedIs(QUEUE, 'on-change', [{ queueArn: QUEUE, state: 'Disabled' }]), 'broken', /Disabled/],
    [
      'a feed of another queue',
      hub.feedIs(QUEUE, 'on-change', [{ queueArn: 'other', state: 'Enabled' }]),
      'broken',
      /nothing hands/,
    ],

    ['an empty queue', hub.drains('changes', queue(0), null), 'ok', /nothing waits/],
    ['a queue at work', hub.drains('changes', queue(3), 20), 'ok', /3 messages waiting, the oldest for 20 s/],
    ['a queue that stands', hub.drains('changes', queue(3), 301), 'broken', /301 s/],
    ['messages of an unknown age', hub.drains('changes', queue(1), null), 'unknown', /nobody knows/],
    ['an age that may not be read', hub.drains('changes', queue(1), unknown('denied')), 'unknown', /denied/],
    ['no queue', hub.drains('changes', null, null), 'broken', /not there/],

    ['an empty dead-letter queue', hub.deadIs(URL, queue(0)), 'ok', /empty/],
    ['a dead letter', hub.deadIs(URL, queue(1)), 'broken', /1 message given up/],
    ['no dead-letter queue', hub.deadIs(URL, null), 'broken', /not there/],

    ['the bus', hub.admits(POLICY, policy()), 'ok', /members/],
    [
      'a policy in another spelling',
      hub.admits(POLICY, JSON.stringify({ ...POLICY, Statement: [...POLICY.Statement].reverse() })),
      'ok',
      /members/,
    ],
    [
      'a member that is not admitted',
      hub.admits(
        POLICY,
        policy((text) => text.replace('333333333333', '444444444444')),
      ),
      'broken',
      /MembersForward/,
    ],
    [
      'one more statement',
      hub.admits(POLICY, JSON.stringify({ ...POLICY, Statement: [...POLICY.Statement, STRANGER] })),
      'warning',
      /1 statement/,
    ],
    ['a bus without a policy', hub.admits(POLICY, '{}'), 'broken', /MembersForward/],
    ['a policy that can’t be read', hub.admits(POLICY, 'not JSON'), 'broken', /lacks/],
    ['no bus', hub.admits(POLICY, null), 'broken', /not there/],

    ['a route', hub.routes(PATTERN, QUEUE, [rule()]), 'ok', /ENABLED/],
    ['a route that is off', hub.routes(PATTERN, QUEUE, [rule({ state: 'DISABLED' })]), 'broken', /DISABLED/],
    ['a route of another pattern', hub.routes(PATTERN, QUEUE, [rule({ pattern: { source: ['aws.s3'] } })]), 'broken', /pattern/],
    [
      'a route that loses',
      hub.routes(PATTERN, QUEUE, [rule({ targets: [{ arn: QUEUE, roleArn: null, deadArn: null }] })]),
      'broken',
      /dead-letter/,
    ],
    ['no route', hub.routes(PATTERN, QUEUE, []), 'broken', /no rule/],

    ['a schedule', hub.isScheduled([rule()]), 'ok', /ENABLED/],
    ['a schedule that is off', hub.isScheduled([rule({ state: 'DISABLED' })]), 'broken', /DISABLED/],
    ['no schedule', hub.isScheduled([]), 'broken', /no schedule/],

    ['runs', hub.runs({ invocations: 14, errors: 0 }), 'ok', /14 runs/],
    ['some that failed', hub.runs({ invocations: 14, errors: 1 }), 'warning', /1 of 14 runs/],
    ['only failed ones', hub.runs({ invocations: 2, errors: 2 }), 'broken', /all of 2 runs/],
    ['none', hub.runs({ invocations: 0, errors: 0 }), 'broken', /no run/],

    ['somebody is told', hub.reaches([subscription()]), 'ok', /1 subscription/],
    ['somebody who has not confirmed it', hub.reaches([subscription({ isConfirmed: false })]), 'warning', /ops@example\.com/],
    ['nobody is told', hub.reaches([]), 'warning', /nobody is told/],
    ['no topic', hub.reaches(null), 'broken', /is not there/],
    ['a state', hub.stateIs('ACTIVE', 'the table', 'mend', 'ACTIVE'), 'ok', /ACTIVE/],
    ['another state', hub.stateIs('Enabled', 'the key', 'mend', 'PendingDeletion'), 'broken', /the key is PendingDeletion/],
    ['nothing', hub.stateIs('ACTIVE', 'the table', 'mend', null), 'broken', /the table is not there/],
  ])('%s', (_what, judgement, verdict, seen) => {
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.seen).toMatch(seen);
    expect(judgement.mend !== null).toBe(verdict !== 'ok');
  });

  it('names its parts in its functions’ environments, or nobody knows them', () => {
    expect(hub.namedBy(fn(), 'sweep', 'CINCH_TABLE')).toBe('ledger');
    expect(hub.namedBy(fn(), 'sweep', 'CINCH_BUS')).toEqual(unknown('cinch-sweep, which would name it, has no CINCH_BUS'));
    expect(hub.namedBy(null, 'sweep', 'CINCH_TABLE')).toEqual(unknown('cinch-sweep, which would name it, is not there'));
    expect(hub.namedBy(unknown('denied'), 'sweep', 'CINCH_TABLE')).toEqual(unknown('denied'));
  });
});
