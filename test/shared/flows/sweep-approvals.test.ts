import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../shared/flows/notify.ts';
import { sweepApprovals } from '../../../shared/flows/sweep-approvals.ts';
import { InvalidConfiguration, TryAgain } from '../../../shared/model/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { ALICE, aFinding, aPlan, BOB, DAVE } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld, TEST_NOW } from '../../support/world.ts';

const HOUR = 3_600_000;
const CARD = { channel: 'C0CINCH', ts: `${Date.parse(TEST_NOW) / 1000}.000001`, hash: 'h' };
const NOTHING = { expired: 0, reminded: 0, escalated: 0, woken: 0 };

let world: MemoryWorld;
const plan = () => world.ledger.plans.get('f1-p1') as Plan;
const finding = () => world.ledger.findings.get('f1');
const hoursOn = (hours: number): string => new Date(Date.parse(TEST_NOW) + hours * HOUR).toISOString();
const told = () => world.desk.replies.map(({ text }) => text).join('\n');

async function start(
  slack: NonNullable<Parameters<typeof makeConfig>[0]>['slack'] = {},
  changes: Partial<Plan> = {},
): Promise<void> {
  const mention = ['U0ONCALL'];
  world = makeWorld({ config: makeConfig({ slack: { mention, ...slack } }), users: [ALICE, BOB, DAVE] });
  world.desk.messages.set(`${CARD.channel} ${CARD.ts}`, { ...CARD, card: { text: 'posted', blocks: [] }, updates: 0 });
  await world.ledger.writePlan(aPlan(changes));
  await world.ledger.writeFinding(aFinding({ card: CARD }));
}
beforeEach(() => start());

/** To this time, a sweep a minute before and after. */
async function sweepAt(hours: number): Promise<Awaited<ReturnType<typeof sweepApprovals>>> {
  world.clock.advance(Date.parse(hoursOn(hours)) - world.clock.now().getTime());
  const swept = await sweepApprovals(world);
  for (let sent = world.sent.notices.shift(); sent; sent = world.sent.notices.shift())
    await notify(world, JSON.stringify(sent.message));
  return swept;
}

describe('a question that waits', () => {
  it('is left alone at first, reminded of once at half its time, and closed at the end', async () => {
    expect(await sweepAt(11.9)).toEqual(NOTHING);
    expect(await sweepAt(12)).toEqual({ ...NOTHING, reminded: 1 });
    expect(plan().remindedAt).toBe(hoursOn(12));
    expect(await sweepAt(12.01)).toEqual(NOTHING);
    expect(await sweepAt(20)).toEqual(NOTHING);
    expect(told().match(/<@U0ONCALL> This still waits for a decision/g)).toHaveLength(1);
    expect(await sweepAt(24)).toEqual({ ...NOTHING, expired: 1 });
    expect(plan().status).toBe('expired');
    expect(finding()).toMatchObject({ status: 'expired', reason: 'nobody decided in time' });
    const ages = world.metrics.map(([, seconds]) => seconds);
    expect(ages).toEqual([11.9, 12, 12.01, 20, 24].map((hours) => Math.round(hours * 3600)));
    expect(told()).toContain('⌛ Expired');
    expect(await sweepAt(25)).toEqual(NOTHING);
  });

  it('is reminded of at the configured part of its time', async () => {
    await start({ remindAfter: 0.25 });
    expect(await sweepAt(5.9)).toEqual(NOTHING);
    expect(await sweepAt(6)).toMatchObject({ reminded: 1 });
  });

  it('calls others after the reminder, once', async () => {
    await start({ escalation: { approvers: { users: ['U0BOSS'], emails: [] }, after: 0.75 } });
    await sweepAt(12);
    expect(await sweepAt(18)).toEqual({ ...NOTHING, escalated: 1 });
    expect(plan().escalatedAt).toBe(hoursOn(18));
    expect(await sweepAt(18.1)).toEqual(NOTHING);
    expect(told().match(/<@U0BOSS>/g)).toHaveLength(1);
  });

  it('after a sleep of the sweep is escalated at once, without a reminder beside it', async () => {
    await start({ escalation: { approvers: { users: ['U0BOSS'], emails: [] }, after: 0.75 } });
    expect(await sweepAt(20)).toEqual({ ...NOTHING, escalated: 1 });
    expect(await sweepAt(20.1)).toEqual(NOTHING);
    expect(told()).toContain('<@U0BOSS>');
    expect(told()).not.toContain('still waits');
  });

  it('is closed in time, and reminded of by nobody, while the configuration is invalid', async () => {
    world.config.read = async () => {
      throw new InvalidConfiguration('cinch.yaml:3:1: x');
    };
    world.clock.advance(12 * HOUR);
    expect(await sweepApprovals(world)).toEqual(NOTHING);
    world.clock.advance(12 * HOUR);
    expect(await sweepApprovals(world)).toEqual({ ...NOTHING, expired: 1 });
    expect(finding()?.status).toBe('expired');
  });

  it('that is decided is left alone', async () => {
    await start({}, { status: 'approved' });
    for (const hours of [12, 18, 24, 48]) expect(await sweepAt(hours)).toEqual(NOTHING);
  });

  it('that somebody decides in the very moment of its end is theirs', async () => {
    world.ledger.before.writePlan = async () => {
      delete world.ledger.before.writePlan;
      await world.ledger.writePlan({ ...plan(), status: 'approved' });
    };
    expect(await sweepAt(24)).toEqual(NOTHING);
    expect(plan().status).toBe('approved');
    expect(finding()?.status).toBe('asked');
  });
});

describe('a sweep that is cut off', () => {
  it('before it could say that it reminds says it the next time, and once', async () => {
    const { sendNotice } = world.queues;
    world.queues.sendNotice = async () => {
      throw new TryAgain('SQS is down');
    };
    await expect(sweepAt(12)).rejects.toThrow(TryAgain);
    world.queues.sendNotice = sendNotice;
    await sweepAt(12.02);
    await sweepAt(12.03);
    expect(told().match(/still waits/g)).toHaveLength(1);
  });

  it('before it closed the finding of an expired question closes it the next time', async () => {
    world.ledger.before.writeFinding = () => {
      throw new TryAgain('DynamoDB is down');
    };
    await expect(sweepAt(24)).rejects.toThrow(TryAgain);
    expect(plan().status).toBe('expired');
    delete world.ledger.before.writeFinding;
    await sweepAt(24.1);
    expect(finding()?.status).toBe('expired');
    expect(told()).toContain('⌛ Expired');
  });

  it('runs twice at once and does each thing once', async () => {
    world.clock.advance(12 * HOUR);
    const [one, two] = await Promise.all([sweepApprovals(world), sweepApprovals(world)]);
    expect(one.reminded + two.reminded).toBe(1);
  });
});

describe('a snoozed question', () => {
  const snoozed = { snoozedUntil: hoursOn(30), expiresAt: hoursOn(54), remindedAt: hoursOn(12) };
  beforeEach(() => start({}, snoozed));

  it('is left alone, then asked again with its full time, in the channel', async () => {
    for (const hours of [12, 23, 29.9]) expect(await sweepAt(hours)).toEqual(NOTHING);
    expect(await sweepAt(30)).toEqual({ ...NOTHING, woken: 1 });
    expect(plan()).toMatchObject({
      snoozedUntil: null,
      remindedAt: null,
      askedAgainAt: hoursOn(30),
      expiresAt: hoursOn(54),
      status: 'asked',
    });
    expect(world.desk.replies.find(({ text }) => text.includes('Asked again after the snooze'))).toMatchObject({
      broadcast: true,
    });
    expect(await sweepAt(30.1)).toEqual(NOTHING);
  });

  it('is reminded of, and ends, by its new time', async () => {
    await sweepAt(30);
    expect(await sweepAt(41.9)).toEqual(NOTHING);
    expect(await sweepAt(42)).toEqual({ ...NOTHING, reminded: 1 });
    expect(await sweepAt(54)).toEqual({ ...NOTHING, expired: 1 });
  });

  it('that expired long ago while nobody swept is asked again, and not closed unseen', async () => {
    expect(await sweepAt(100)).toEqual({ ...NOTHING, woken: 1 });
    expect(plan().expiresAt).toBe(hoursOn(124));
  });
});
