import { beforeEach, describe, expect, it } from 'vitest';
import { canaryIs } from '../../../../shared/flows/doctor/canary-checks.ts';
import { checkAccounts } from '../../../../shared/flows/doctor/check-account.ts';
import type { HubInspector } from '../../../../shared/flows/doctor/hub-facts.ts';
import type { MemberInspector } from '../../../../shared/flows/doctor/member-facts.ts';
import { selfCheck } from '../../../../shared/flows/doctor/self-check.ts';
import { tellSelfCheck } from '../../../../shared/flows/doctor/tell-self-check.ts';
import { onChange } from '../../../../shared/flows/on-change.ts';
import { AccessRefused, TryAgain } from '../../../../shared/model/errors.ts';
import { SlackRefused } from '../../../../shared/slack/slack-errors.ts';
import { ALICE, BOB } from '../../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../../support/world.ts';

/** Hub and members that nobody can look at: every check of them is unknown. */
const refuse = () => Promise.reject(new TryAgain('AWS is busy'));
const blind: HubInspector & MemberInspector = {
  readFunction: refuse,
  readMappings: refuse,
  readQueue: refuse,
  readOldest: refuse,
  readBusPolicy: refuse,
  readRulesTo: refuse as never,
  readTableState: refuse,
  readKeyState: refuse,
  readSubscriptions: refuse,
  readRuns: refuse,
  assume: refuse,
  readTrails: refuse,
  readWaiting: refuse,
  readRole: refuse,
  readLayers: refuse,
};
const MEMBER = '222222222222';
const MEMBER_REGION = 'eu-central-1';
const HOUR = 3_600_000;
const config = makeConfig({
  members: [{ account: MEMBER, regions: ['eu-central-1'] }],
  slack: { approvers: { users: [ALICE.id, BOB.id], emails: [] } },
});

let world: MemoryWorld;
let sent: string[];
let failing: boolean;
const full = () => ({
  ...world,
  hub: blind,
  members: blind,
  canary: {
    applyEvent: async (account: string, region: string) => {
      if (failing) throw new AccessRefused('no such role');
      sent.push(`${account} ${region}`);
    },
    applyTag: async (account: string) => void sent.push(account),
  },
});
const run = () => selfCheck(full());
/** What waits in the queue. */
async function work(): Promise<void> {
  for (const message of world.sent.accounts.splice(0)) await checkAccounts(full(), message);
}
const DUE = 16 * 60_000;
const tell = () => tellSelfCheck(world);
const posts = () => [...world.desk.messages.values()].map(({ card }) => card.text);
/** A whole run, until people are told. */
async function wholeRun(): Promise<void> {
  world.clock.advance(12 * HOUR);
  expect(await run()).toBe('begun');
  await work();
  world.clock.advance(DUE);
  expect(await run()).toBe('asked');
  await work();
  expect(await run()).toBe('judged');
  await tell();
}

beforeEach(() => {
  world = makeWorld({ config, users: [ALICE, BOB] });
  sent = [];
  failing = false;
});

describe('the self-check', () => {
  it('sends a canary through every region, and through the one of IAM, twice a day', async () => {
    expect(await run()).toBe('begun');
    await work();
    expect(sent).toEqual([MEMBER, `${MEMBER} eu-central-1`, `${MEMBER} us-east-1`]);
    world.clock.advance(DUE - 60_000);
    expect(await run()).toBe('nothing');
    world.clock.advance(60_000);
    expect(await run()).toBe('asked');
    expect(await run()).toBe('nothing');
    await work();
    expect(await run()).toBe('judged');
    expect(sent).toHaveLength(3);
    expect(world.sent.notices).toEqual([{ message: { kind: 'self-check' }, group: 'self-check' }]);
    await tell();
    world.clock.advance(11 * HOUR);
    expect(await run()).toBe('nothing');
    world.clock.advance(HOUR);
    expect(await run()).toBe('begun');
  });

  it('takes what can’t be looked at for no pass, and an account that is silent for broken', async () => {
    await wholeRun();
    const record = await world.ledger.readSelfCheck();
    expect(new Set(record?.found?.map(({ verdict }) => verdict))).toEqual(new Set(['unknown', 'broken']));
    const silent = record?.found?.filter(({ verdict }) => verdict === 'broken').map(({ place, id }) => `${place} ${id}`);
    expect(silent).toEqual([`${MEMBER} canary-trail`, `${MEMBER} eu-central-1 canary-event`, `${MEMBER} us-east-1 canary-event`]);
    expect(world.counted).toEqual([record?.found?.length]);
  });

  it('goes on when a canary can’t be sent: it will be missed', async () => {
    failing = true;
    expect(await run()).toBe('begun');
    await work();
    expect(sent).toEqual([MEMBER]);
    expect(world.lines.filter(({ message }) => message === 'canary not sent').map(({ ids }) => ids.why)).toEqual([
      'access-refused',
      'access-refused',
    ]);
  });

  it('says what has turned broken once, and that all is well again', async () => {
    await wholeRun();
    expect(posts()).toHaveLength(1);
    expect(posts()[0]).toContain('`cinch doctor` says how to mend each.');
    await wholeRun();
    expect(posts()).toHaveLength(1);
    expect(world.counted).toHaveLength(2);

    const record = await world.ledger.readSelfCheck();
    if (!record) throw new Error('no record');
    await world.ledger.writeSelfCheck({ ...record, found: [], toldAt: null });
    await tell();
    expect(posts()[1]).toContain('everything in order again');
    expect(world.counted.at(-1)).toBe(0);
    await tell();
    expect(posts()).toHaveLength(2);
  });

  it('tells again when notify did not get to it, and not each minute', async () => {
    await run();
    await work();
    world.clock.advance(DUE);
    await run();
    await work();
    expect(await run()).toBe('judged');
    expect(await run()).toBe('nothing');
    world.clock.advance(601_000);
    expect(await run()).toBe('told');
    expect(world.sent.notices).toHaveLength(2);
  });

  it('counts even when Slack takes no message', async () => {
    world.desk.before.post = () => {
      throw new SlackRefused('chat.postMessage', 'invalid_auth');
    };
    await wholeRun();
    expect(world.counted).toHaveLength(1);
    expect(world.lines.at(-1)?.message).toBe('self-check not told');
    expect((await world.ledger.readSelfCheck())?.toldAt).not.toBeNull();
  });
});

describe('a canary', () => {
  const event = (changes: object = {}) => ({
    source: 'cinch.canary',
    'detail-type': 'Cinch canary',
    account: MEMBER,
    region: 'eu-central-1',
    time: '2026-11-22T12:00:03Z',
    detail: {},
    ...changes,
  });
  const deliver = (body: object) => onChange(world, [], { kind: 'event', event: body });
  const tag = (principal: string, role = 'cinch-canary') => ({
    source: 'aws.iam',
    'detail-type': 'AWS API Call via CloudTrail',
    account: MEMBER,
    region: 'us-east-1',
    time: '2026-11-22T12:01:00Z',
    detail: {
      eventSource: 'iam.amazonaws.com',
      eventName: 'TagRole',
      eventTime: '2026-11-22T12:01:00Z',
      eventID: 'e1',
      awsRegion: 'us-east-1',
      recipientAccountId: MEMBER,
      requestParameters: { roleName: role },
      userIdentity: {
        type: 'AssumedRole',
        accountId: MEMBER,
        arn: `arn:aws:sts::${MEMBER}:assumed-role/${principal}/cinch-sweep`,
        sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${MEMBER}:role/${principal}` } },
      },
    },
  });

  it('is heard where EventBridge says it came from', async () => {
    expect(await deliver(event())).toEqual({ kind: 'ignored', reason: 'the canary' });
    expect(await deliver(tag('cinch-canary'))).toEqual({ kind: 'ignored', reason: 'the canary' });
    expect(await world.ledger.readHeard(MEMBER)).toEqual({
      'eu-central-1': '2026-11-22T12:00:03.000Z',
      trail: '2026-11-22T12:01:00.000Z',
    });
  });

  it('is none from a stranger, and none of another role’s', async () => {
    expect(await deliver(event({ account: '999999999999' }))).toMatchObject({ reason: expect.stringContaining('no member') });
    expect(await deliver(tag('developer'))).not.toEqual({ kind: 'ignored', reason: 'the canary' });
    expect(await deliver(tag('cinch-canary', 'another'))).not.toEqual({ kind: 'ignored', reason: 'the canary' });
    expect(await world.ledger.readHeard('999999999999')).toEqual({});
    expect(await world.ledger.readHeard(MEMBER)).toEqual({});
  });

  const SENT = {
    ...{ sentAt: '2026-11-22T12:00:00.500Z', dueAt: '2026-11-22T12:15:00.500Z' },
    ...{ begun: [MEMBER_REGION], unsure: [] as string[] },
  };
  it.each([
    ['that was never sent', undefined, undefined, '2026-11-22T12:00:00Z', 'warning'],
    ['that arrived', SENT, '2026-11-22T12:00:00.000Z', '2026-11-22T12:30:00Z', 'ok'],
    ['on its way', SENT, '2026-11-22T00:00:00.000Z', '2026-11-22T12:10:00Z', 'warning'],
    ['that is lost', SENT, '2026-11-22T00:00:00.000Z', '2026-11-22T12:16:00Z', 'broken'],
    ['of an account never heard', SENT, undefined, '2026-11-22T12:16:00Z', 'broken'],
    ['that was sent elsewhere', { ...SENT, begun: ['trail'] }, undefined, '2026-11-22T12:16:00Z', 'warning'],
    ['whose brothers are not sent yet', { ...SENT, dueAt: null }, undefined, '2026-11-22T12:16:00Z', 'warning'],
    ['that was perhaps never sent', { ...SENT, unsure: [MEMBER_REGION] }, undefined, '2026-11-22T12:16:00Z', 'unknown'],
  ] as const)('%s', (_what, record, heardAt, now, verdict) => {
    expect(canaryIs(record, MEMBER_REGION, heardAt, new Date(now)).verdict).toBe(verdict);
  });
});
