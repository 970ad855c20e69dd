import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CANARY_DETAIL_TYPE, CANARY_SOURCE, EVENT_SOURCE } from '../../shared/names.ts';
import { lambdaEvent } from '../support/events.ts';
import { type FakeHub, startFakeHub } from '../support/fake-hub.ts';
import { makeConfig } from '../support/world.ts';

/**
 * What a member account could send to make Cinch act on another one, against the function as it is deployed. EventBridge stamps `account`, so
 * that is whose event it is; everything below `detail` may be somebody's own words.
 */

const [SENDER, VICTIM] = ['222222222222', '444444444444'] as const;
const STRANGER = '555555555555';

let hub: FakeHub;
let lines: string[];
let deliver: (event: object) => Promise<{ isRefused: boolean; log: string }>;

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  const members = [SENDER, VICTIM].map((account) => ({ account, regions: ['eu-central-1'] }));
  hub = await startFakeHub(makeConfig({ members, mode: 'fix' }));
  const { handler } = await import('../../functions/on-change/handler.ts');
  deliver = async (event) => {
    const attributes = { ApproximateReceiveCount: '1' };
    const batch = { Records: [{ messageId: 'm1', receiptHandle: 'r1', body: JSON.stringify(event), attributes }] };
    const { batchItemFailures } = await handler(batch as unknown as SQSEvent);
    return { isRefused: batchItemFailures.length > 0, log: lines.join('') };
  };
});

afterAll(async () => {
  vi.restoreAllMocks();
  await hub.close();
});

beforeEach(() => {
  lines = [];
  for (const kept of [hub.asked, hub.queued, hub.written]) kept.length = 0;
});

interface Detail {
  readonly [key: string]: unknown;
}
const fromSender = (detail: Detail, envelope: object = {}): object => {
  const event = lambdaEvent({ account: SENDER }) as { detail: Detail };
  return { ...event, ...envelope, detail: { ...event.detail, ...detail } };
};
const iam = { source: 'aws.iam', region: 'us-east-1' };
const arn = `arn:aws:lambda:eu-central-1:${VICTIM}:function:orders`;

const roles = () => hub.asked.filter((call) => call.startsWith('sts '));

describe('a member that names another member', () => {
  it.each<[string, object]>([
    ['as the recipient', fromSender({ recipientAccountId: VICTIM })],
    ['as the recipient, by a number', fromSender({ recipientAccountId: Number(VICTIM) })],
    ['in a function’s ARN', fromSender({ requestParameters: { functionName: arn } })],
    ['in a function’s ARN with a version', fromSender({ requestParameters: { functionName: `${arn}:7` } })],
    ['in a partial ARN', fromSender({ requestParameters: { functionName: `${VICTIM}:function:orders` } })],
    ['in the answer alone', fromSender({ requestParameters: null, responseElements: { functionName: arn } })],
    ['in a tagged ARN', fromSender({ eventName: 'TagResource20170331v2', requestParameters: { resource: arn } })],
    [
      'in an event source mapping',
      fromSender({
        eventName: 'CreateEventSourceMapping20150331',
        requestParameters: {},
        responseElements: { functionArn: arn },
      }),
    ],
    [
      'in a managed policy’s ARN',
      fromSender(
        {
          eventSource: 'iam.amazonaws.com',
          eventName: 'CreatePolicyVersion',
          requestParameters: { policyArn: `arn:aws:iam::${VICTIM}:policy/all` },
        },
        iam,
      ),
    ],
    [
      'in a new policy’s ARN',
      fromSender(
        {
          eventSource: 'iam.amazonaws.com',
          eventName: 'CreatePolicy',
          requestParameters: { policyName: 'all' },
          responseElements: { policy: { arn: `arn:aws:iam::${VICTIM}:policy/all` } },
        },
        iam,
      ),
    ],
    [
      'in a new role’s ARN',
      fromSender(
        {
          eventSource: 'iam.amazonaws.com',
          eventName: 'CreateRole',
          requestParameters: { roleName: 'app' },
          responseElements: { role: { arn: `arn:aws:iam::${VICTIM}:role/app` } },
        },
        iam,
      ),
    ],
  ])('%s is refused, and nothing is read, queued or written', async (_where, event) => {
    const { isRefused, log } = await deliver(event);
    expect(isRefused).toBe(true);
    expect(log).toContain('"error":"malformed"');
    // Only the delay of the message that failed, and why it did.
    expect(hub.asked.filter((call) => !/ChangeMessageVisibility|PutItem/.test(call))).toEqual([]);
    expect(hub.written).toEqual([expect.stringContaining('"pk":{"S":"FAILED#m1"}')]);
  });

  it.each<[string, object]>([
    [
      'as the one who did it',
      fromSender({ userIdentity: { type: 'IAMUser', accountId: VICTIM, arn: `arn:aws:iam::${VICTIM}:user/eve` } }),
    ],
    [
      'as Cinch itself, whose own changes are left alone',
      fromSender({
        userIdentity: { type: 'AssumedRole', accountId: VICTIM, arn: `arn:aws:sts::${VICTIM}:assumed-role/cinch-write/apply` },
      }),
    ],
    ['beside its own function', fromSender({ responseElements: { functionName: 'orders', functionArn: arn } })],
    [
      'where nothing is read',
      fromSender({ account: VICTIM, awsRegion: 'us-west-2', resources: [{ accountId: VICTIM, ARN: arn }] }),
    ],
  ])('%s has only its own account looked at', async (_where, event) => {
    await deliver(event);
    expect(new Set(roles())).toEqual(new Set([`sts arn:aws:iam::${SENDER}:role/cinch-read`]));
    expect(`${hub.queued}${hub.written}`).not.toContain(VICTIM);
  });
});

describe('a canary', () => {
  const canary = (account: string, detail: object) => ({
    version: '0',
    id: 'c1',
    source: CANARY_SOURCE,
    'detail-type': CANARY_DETAIL_TYPE,
    account,
    region: 'eu-central-1',
    time: '2026-11-22T12:00:00Z',
    resources: [],
    detail,
  });

  it('that claims to come from another account counts for its sender alone', async () => {
    const claims = { account: VICTIM, region: 'us-east-1', recipientAccountId: VICTIM, source: CANARY_SOURCE };
    expect((await deliver(canary(SENDER, claims))).isRefused).toBe(false);
    const told = hub.asked.join() + hub.written.join();
    expect(hub.written.join()).toContain(SENDER);
    expect(told).not.toContain(VICTIM);
  });

  it('with a record of CloudTrail’s in it is still a canary', async () => {
    const { detail } = fromSender({ recipientAccountId: VICTIM, requestParameters: { functionName: arn } }) as { detail: object };
    await deliver({ ...canary(SENDER, detail), 'detail-type': 'AWS API Call via CloudTrail' });
    expect(roles()).toEqual([]);
    expect(hub.queued).toEqual([]);
    expect(hub.written.join()).not.toContain(VICTIM);
  });

  it('of a stranger is not heard', async () => {
    expect((await deliver(canary(STRANGER, {}))).log).toContain(`account ${STRANGER} is no member`);
    expect(hub.written).toEqual([]);
  });

  it('that is a change which another role makes of the canary’s is looked at as any change', async () => {
    const tags = { eventSource: 'iam.amazonaws.com', eventName: 'TagRole', requestParameters: { roleName: 'cinch-canary' } };
    await deliver(fromSender(tags, iam));
    expect(roles()).not.toEqual([]);
  });
});

describe('who speaks for AWS or for Cinch', () => {
  it.each<[string, object]>([
    ['Cinch', fromSender({}, { source: EVENT_SOURCE })],
    ['somebody', fromSender({}, { source: 'app.orders' })],
    ['AWS in other letters', fromSender({}, { source: 'AWS.lambda' })],
    ['another service', fromSender({}, { source: 'aws.iam' })],
  ])('a record of CloudTrail’s from %s is refused', async (_who, event) => {
    expect((await deliver(event)).isRefused).toBe(true);
    expect(roles()).toEqual([]);
  });

  it.each(['FindingChanged', 'PlanChanged', 'Anything'])(
    'a %s of a member is none of Cinch’s, and leads to nothing',
    async (type) => {
      const forged = { ...fromSender({ findingId: 'f1', status: 'fixed' }, { source: EVENT_SOURCE }), 'detail-type': type };
      expect(await deliver(forged)).toMatchObject({ isRefused: false, log: expect.stringContaining('is no CloudTrail call') });
      expect([...hub.asked, ...hub.queued]).toEqual([]);
    },
  );

  it('a message that wants something looked at, inside an event, is an event', async () => {
    const look = { kind: 'look', id: 'l1', resourceArn: arn };
    expect((await deliver(fromSender(look, { 'detail-type': 'look' }))).log).toContain('is no CloudTrail call');
    expect(roles()).toEqual([]);
  });
});

it('a stranger’s event is ignored before anything is read of its account', async () => {
  const event = lambdaEvent({ account: STRANGER });
  expect(await deliver(event)).toMatchObject({ isRefused: false, log: expect.stringContaining('is no member') });
  expect(roles()).toEqual([]);
});
