import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../shared/flows/notify.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { undoIdOf } from '../../../shared/slack/phase.ts';
import { CardGone, OutcomeUnknown } from '../../../shared/slack/slack-errors.ts';
import { ALICE, aClick, aFinding, aPlan, BOB, CAROL, DAVE } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld, TEST_NOW } from '../../support/world.ts';

let world: MemoryWorld;
/** Posted at this very moment, as in production: the card's ts is when. */
const CARD = { channel: 'C0CINCH', ts: `${Date.parse(TEST_NOW) / 1000}.000001`, hash: 'h' };
const told = () => world.desk.replies.map(({ text, broadcast }) => (broadcast ? `[channel] ${text}` : text));
const tell = () => notify(world, JSON.stringify({ kind: 'card', findingId: 'f1' }));
const at = (minutes: number): string => new Date(Date.parse(TEST_NOW) + minutes * 60_000).toISOString();

async function setPlan(changes: Partial<Plan>): Promise<void> {
  const plan = await world.ledger.readPlan('f1-p1');
  if (plan) await world.ledger.writePlan({ ...plan, ...changes });
}
async function setFinding(changes: Partial<Finding>): Promise<void> {
  const finding = await world.ledger.readFinding('f1');
  if (finding) await world.ledger.writeFinding({ ...finding, ...changes });
}

async function start(slack: NonNullable<Parameters<typeof makeConfig>[0]>['slack'] = {}): Promise<void> {
  world = makeWorld({ config: makeConfig({ slack }), users: [ALICE, BOB, CAROL, DAVE] });
  world.desk.messages.set(`${CARD.channel} ${CARD.ts}`, { ...CARD, card: { text: 'posted', blocks: [] }, updates: 0 });
  await world.ledger.writePlan(aPlan());
  await world.ledger.writeFinding(aFinding({ card: CARD }));
}
beforeEach(() => start());

const approval = (userId: string, when = TEST_NOW) => ({ userId, userName: userId, at: when });
const ALICE_SAID = approval('U0ALICE', at(1));

describe('the thread of a card', () => {
  it('is not begun before there is something that the card did not say', async () => {
    await tell();
    expect(told()).toEqual([]);
  });

  it('tells the whole story, a line each, in order, in one message, and once', async () => {
    await setPlan({ status: 'applied', approvals: [ALICE_SAID], appliedAt: at(1.5) });
    await setFinding({ status: 'fixed' });
    await tell();
    await tell();
    expect(told()).toHaveLength(1);
    expect(told()[0]?.split('\n')).toEqual([
      expect.stringMatching(/^❓ Asked; open until <!date/),
      '👍 Approved by <@U0ALICE>.',
      '✅ Applied after 30 seconds, and verified. <@U0DAVE>, this was your change.',
    ]);
    expect(world.desk.replies[0]).toMatchObject({ channel: CARD.channel, ts: CARD.ts });
  });

  it('goes on where it was, also in another process', async () => {
    await setPlan({ approvals: [ALICE_SAID], approvalsNeeded: 2 });
    await tell();
    const before = told().length;
    // A process of its own knows nothing but the ledger.
    world = { ...world, ledger: Object.assign(Object.create(null) as object, world.ledger) as MemoryWorld['ledger'] };
    await setPlan({ status: 'approved', approvals: [ALICE_SAID, approval('U0BOB', at(2))] });
    await tell();
    expect(told().slice(before)).toEqual(['👍 Approved by <@U0BOB> (2 of 2).']);
  });

  it.each<[string, Partial<Plan>, string]>([
    [
      'denied',
      { status: 'denied', decidedBy: ALICE_SAID, decisionReason: 'partners <!channel> call it' },
      '🚫 Denied by <@U0ALICE>: partners &lt;!channel&gt; call it',
    ],
    ['exempted', { status: 'exempted', decidedBy: ALICE_SAID, decisionReason: 'a demo' }, '🚫 Exempted by <@U0ALICE>: a demo'],
    ['withdrawn', { status: 'discarded', decidedBy: ALICE_SAID }, '↩️ Withdrawn by <@U0ALICE>.'],
    ['expired', { status: 'expired' }, '⌛ Expired: nobody decided in time. Nothing was changed.'],
  ])('tells that it was %s, and the author too', async (_, changes, line) => {
    await setPlan(changes);
    await tell();
    expect(told()[0]?.split('\n').at(-1)).toBe(`${line} <@U0DAVE>, this was your change.`);
  });

  it('tells a failure in the channel too', async () => {
    await setPlan({ status: 'failed', approvals: [ALICE_SAID], outcome: ['the role refused'], updatedAt: at(2) });
    await tell();
    expect(told().at(-1)).toBe('[channel] ⚠️ It could not be done: the role refused <@U0DAVE>, this was your change.');
  });

  it('tells an undo: by whom, and how it ended', async () => {
    await setPlan({ status: 'applied', approvals: [ALICE_SAID], appliedAt: at(1.5) });
    await tell();
    const undo = aPlan({
      id: undoIdOf('f1-p1'),
      kind: 'undo',
      status: 'applied',
      createdAt: at(3),
      appliedAt: at(4),
      expiresAt: null,
    });
    await world.ledger.writePlan({ ...undo, decidedBy: approval('U0BOB', at(3)) });
    await tell();
    expect(told()[1]?.split('\n')).toEqual([
      '↩️ Undo asked for by <@U0BOB>.',
      '↩️ Undone, and verified. <@U0DAVE>, this was your change.',
    ]);
  });

  it('tells in the channel when Cinch takes its own change back', async () => {
    await setPlan({ status: 'applied', appliedAt: at(1) });
    const undo = aPlan({ id: undoIdOf('f1-p1'), kind: 'undo', status: 'approved', createdAt: at(3), expiresAt: null });
    await world.ledger.writePlan({ ...undo, decidedBy: null, decisionReason: '12 of 14 calls failed since' });
    await tell();
    expect(told().at(-1)).toBe('[channel] ↩️ Cinch takes its change back by itself: 12 of 14 calls failed since');
  });

  it('tells first aid: by whom, that it holds, and its undo', async () => {
    const aid = aPlan({ id: 'f1-aid1', kind: 'containment', status: 'applied', approvals: [ALICE_SAID], appliedAt: at(1.5) });
    await world.ledger.writePlan(aid);
    await setFinding({ containmentId: 'f1-aid1' });
    await tell();
    expect(told()[0]).toContain('👍 First aid asked for by <@U0ALICE>.\n✅ First aid applied after 30 seconds, and verified.');
    await world.ledger.writePlan(
      aPlan({ id: undoIdOf('f1-aid1'), kind: 'undo', status: 'approved', createdAt: at(5), decidedBy: approval('U0BOB', at(5)) }),
    );
    await tell();
    expect(told()[1]).toBe('↩️ Undo asked for by <@U0BOB>.');
  });

  it('tells that it came back, and for which time', async () => {
    await setFinding({ openedAt: at(600), timesSeen: 3, timesFixed: 2 });
    await world.ledger.writePlan(aPlan({ id: 'f1-p2', createdAt: at(600), expiresAt: at(2000) }));
    await setFinding({ planId: 'f1-p2' });
    world.clock.advance(600 * 60_000);
    await tell();
    expect(told()[0]).toBe('🔁 It came back, by dave@example.com, for the 3rd time. Cinch has fixed it 2 times before.');
    // The card is hours old: the question is shown in the channel.
    expect(told()[1]).toMatch(/^\[channel\] ❓ Asked anew, for what the resource is now; open until/);
  });

  it('mentions nobody when the author is not known in Slack', async () => {
    await setPlan({ status: 'denied', author: null, decidedBy: ALICE_SAID });
    await setFinding({ author: null });
    await tell();
    expect(told()[0]).not.toContain('U0DAVE');
  });

  it('is told without the mention when Slack can’t say who the author is', async () => {
    world.desk.before.userByEmail = () => {
      throw new TryAgain('Slack limits users.lookupByEmail');
    };
    await setPlan({ status: 'denied', decidedBy: ALICE_SAID });
    await tell();
    expect(told()[0]).toContain('🚫 Denied by <@U0ALICE>.');
    expect(told()[0]).not.toContain('U0DAVE');
  });

  it('pings nobody by what comes from outside', async () => {
    const author = { ...(aPlan().author as NonNullable<Plan['author']>), session: '<!channel> <@U0BOB>' };
    await setFinding({ author, openedAt: at(60), timesSeen: 2 });
    await setPlan({ status: 'failed', author, outcome: ['<!here> <https://evil.example|Approve>'], updatedAt: at(61) });
    await tell();
    expect(told().join()).not.toMatch(/<!here|<!channel|<@U0BOB|<https/);
  });
});

describe('bad luck', () => {
  it('a line that Slack refused for now is told later', async () => {
    await setPlan({ status: 'denied', decidedBy: ALICE_SAID });
    world.desk.before.reply = () => {
      throw new TryAgain('Slack limits messages');
    };
    await expect(tell()).rejects.toThrow(TryAgain);
    delete world.desk.before.reply;
    await tell();
    await tell();
    expect(told()).toHaveLength(1);
    expect(told()[0]).toContain('Denied');
  });

  it('a line that Slack may have taken is not told twice', async () => {
    await setPlan({ status: 'denied', decidedBy: ALICE_SAID });
    world.desk.before.reply = () => {
      throw new OutcomeUnknown('timeout');
    };
    await tell();
    delete world.desk.before.reply;
    await tell();
    expect(told()).toEqual([]);
  });

  it('a thread that is gone stops nothing', async () => {
    await setPlan({ status: 'denied', decidedBy: ALICE_SAID });
    world.desk.before.reply = () => {
      throw new CardGone('thread_not_found');
    };
    await tell();
  });

  it('many deliveries at once tell each line once', async () => {
    await setPlan({ status: 'denied', decidedBy: ALICE_SAID });
    await Promise.allSettled(Array.from({ length: 20 }, tell));
    expect(told().join('\n').split('Denied by')).toHaveLength(2);
  });

  it('a click is decided once though its line has to wait', async () => {
    world.desk.before.reply = () => {
      throw new TryAgain('Slack limits messages');
    };
    await notify(world, JSON.stringify(aClick({ action: 'deny', reason: 'no', ...CARD })));
    expect(world.ledger.plans.get('f1-p1')?.status).toBe('denied');
    delete world.desk.before.reply;
    await tell();
    expect(told()[0]).toContain('Denied by <@U0ALICE>: no');
  });
});

describe('an escalation', () => {
  const slack = {
    escalation: {
      approvers: { users: ['U0CAROL'], group: 'S0LEADS', emails: ['bob@example.com', 'nobody@example.com'] },
      after: 0.75,
    },
  };

  it('calls the others in the thread', async () => {
    await start(slack);
    await setPlan({ escalatedAt: at(60), remindedAt: at(30) });
    await tell();
    expect(told().join('\n')).toContain(
      '📣 <@U0CAROL> <@U0BOB> <!subteam^S0LEADS> Nobody has decided on this yet; you may, too.',
    );
  });

  it('calls them in a channel of their own, once, also when Slack was down for it', async () => {
    await start({ escalation: { ...slack.escalation, channel: 'C0LEADS' } });
    await setPlan({ escalatedAt: at(60), remindedAt: at(30) });
    world.desk.before.post = () => {
      throw new TryAgain('down');
    };
    await expect(tell()).rejects.toThrow(TryAgain);
    delete world.desk.before.post;
    await tell();
    await tell();
    const there = [...world.desk.messages.values()].filter(({ channel }) => channel === 'C0LEADS');
    expect(there).toHaveLength(1);
    expect(there[0]?.card.text).toContain('It is about report-export in account 222222222222; the card is in <#C0CINCH>.');
    expect(told().filter((text) => text.includes('📣'))).toHaveLength(1);
  });
});
