import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../shared/flows/notify.ts';
import { MalformedInput, TryAgain } from '../../../shared/model/errors.ts';
import { OutcomeUnknown } from '../../../shared/slack/slack-errors.ts';
import { ALICE, aClick, aFinding, aPlan, BOB, DAVE } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeWorld } from '../../support/world.ts';

let world: MemoryWorld;
const CARD_NOTICE = JSON.stringify({ kind: 'card', findingId: 'f1' });
const show = () => notify(world, CARD_NOTICE);
const messages = () => [...world.desk.messages.values()];
const stored = () => world.ledger.findings.get('f1');

beforeEach(async () => {
  world = makeWorld({ users: [ALICE, BOB, DAVE] });
  await world.ledger.writePlan(aPlan());
  await world.ledger.writeFinding(aFinding({ card: null }));
});

describe('a card notice', () => {
  it('posts once and remembers where', async () => {
    await show();
    expect(messages()).toHaveLength(1);
    expect(stored()?.card).toMatchObject({ channel: 'C0CINCH', ts: messages()[0]?.ts });
  });

  it('that comes again calls Slack for nothing', async () => {
    await show();
    await show();
    expect(messages()).toMatchObject([{ updates: 0 }]);
  });

  it('updates the same message when the state changed', async () => {
    await show();
    const plan = await world.ledger.readPlan('f1-p1');
    if (plan) await world.ledger.writePlan({ ...plan, status: 'expired' });
    await show();
    expect(messages()).toMatchObject([{ updates: 1 }]);
    expect(JSON.stringify(messages()[0]?.card)).toContain('Expired');
    expect(JSON.stringify(messages()[0]?.card)).not.toContain('cinch-approve');
  });

  it('posts anew when somebody deleted the message', async () => {
    await show();
    world.desk.messages.clear();
    const plan = await world.ledger.readPlan('f1-p1');
    if (plan) await world.ledger.writePlan({ ...plan, status: 'expired' });
    await show();
    expect(messages()).toHaveLength(1);
    expect(stored()?.card?.ts).toBe(messages()[0]?.ts);
  });

  it('of a finding that is gone does nothing', async () => {
    await notify(world, JSON.stringify({ kind: 'card', findingId: 'gone' }));
    expect(messages()).toEqual([]);
  });

  it('keeps what others write into the finding meanwhile', async () => {
    world.desk.before.post = async () => {
      delete world.desk.before.post;
      const finding = await world.ledger.readFinding('f1');
      if (finding) await world.ledger.writeFinding({ ...finding, reason: 'written by apply' });
    };
    await show();
    expect(stored()).toMatchObject({ reason: 'written by apply', card: { ts: messages()[0]?.ts } });
  });

  it('shows the newer state when two notifies overtake each other', async () => {
    await show();
    const setPlan = async (status: 'approved' | 'denied') => {
      const plan = await world.ledger.readPlan('f1-p1');
      if (plan) await world.ledger.writePlan({ ...plan, status });
    };
    await setPlan('approved');
    world.desk.before.update = async () => {
      delete world.desk.before.update;
      await setPlan('denied');
      await show();
    };
    // The outer one rendered `approved`, and reaches Slack after the inner one has shown `denied`.
    await show();
    expect(JSON.stringify(messages()[0]?.card)).toContain('🚫 Nothing was changed.');
  });
});

describe('bad luck between Slack and the ledger', () => {
  it('429 and Slack down: nothing posted, nothing recorded, and the next delivery posts', async () => {
    for (let i = 0; i < 3; i++) {
      world.desk.before.post = () => {
        throw new TryAgain('Slack limits chat.postMessage for 30 s');
      };
      await expect(show()).rejects.toThrow(TryAgain);
      expect(stored()?.card).toBeNull();
    }
    delete world.desk.before.post;
    await show();
    expect(messages()).toHaveLength(1);
  });

  it('posted, but the ledger refuses the record: the next delivery records it and posts nothing', async () => {
    let writes = 0;
    world.ledger.before.writeFinding = () => {
      writes += 1;
      if (writes > 1) throw new TryAgain('DynamoDB is down');
    };
    await expect(show()).rejects.toThrow(TryAgain);
    expect(messages()).toHaveLength(1);
    delete world.ledger.before.writeFinding;
    await show();
    await show();
    expect(messages()).toHaveLength(1);
    expect(stored()?.card?.ts).toBe(messages()[0]?.ts);
  });

  it('posted, then the process dies: no second post while it is fresh', async () => {
    await diesAfterPost();
    for (let seconds = 0; seconds < 110; seconds += 30) {
      await expect(show()).rejects.toThrow(TryAgain);
      world.clock.advance(30_000);
    }
    expect(messages()).toHaveLength(1);
  });

  it('posted, then the process dies: a click tells where the card is, and counts', async () => {
    await diesAfterPost();
    const [card] = messages();
    await notify(world, JSON.stringify(aClick({ ts: card?.ts ?? '' })));
    expect(messages()).toMatchObject([{ updates: 1 }]);
    expect(stored()?.card?.ts).toBe(card?.ts);
    expect(world.sent.work).toHaveLength(1);
  });

  it('never known to be posted: posted again after two minutes, and the first one’s buttons are dead', async () => {
    await diesAfterPost();
    const first = messages()[0]?.ts ?? '';
    world.clock.advance(121_000);
    await show();
    expect(messages()).toHaveLength(2);
    await notify(world, JSON.stringify(aClick({ ts: first })));
    expect(world.sent.work).toEqual([]);
    expect(world.desk.whispers[0]?.text).toContain('newer');
  });

  /** Slack shows the message, and nobody heard its ts. */
  async function diesAfterPost(): Promise<void> {
    const { post } = world.desk;
    world.desk.post = async (channel, card) => {
      await post(channel, card);
      throw new OutcomeUnknown('timeout');
    };
    await expect(show()).rejects.toThrow(OutcomeUnknown);
    world.desk.post = post;
  }
});

it.each(['', '{', '[]', '{"kind":"x"}', '{"kind":"card"}', '{"kind":"click","action":"delete","planId":"p"}'])(
  'refuses the message %j with its reason',
  async (body) => {
    await expect(notify(world, body)).rejects.toThrow(MalformedInput);
  },
);
