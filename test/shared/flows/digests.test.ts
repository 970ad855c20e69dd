import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../shared/flows/notify.ts';
import { isShownIn } from '../../../shared/flows/show-card.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { OutcomeUnknown, SlackRefused } from '../../../shared/slack/slack-errors.ts';
import { ALICE, aClick, aFinding, aPlan, BOB, DAVE } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

let world: MemoryWorld;
beforeEach(() => {
  world = makeWorld({ users: [ALICE, BOB, DAVE] });
});

const resourceOf = (index: number) => functionResource('222222222222', 'eu-central-1', `fn-${index}`);

async function add(index: number, changes: Partial<Finding> = {}): Promise<void> {
  const plan = aPlan({ id: `p${index}`, findingId: `f${index}`, resource: resourceOf(index) });
  await world.ledger.writePlan(plan);
  const updatedAt = world.clock.now().toISOString();
  await world.ledger.writeFinding(
    aFinding({ id: `f${index}`, resource: resourceOf(index), planId: plan.id, card: null, updatedAt, ...changes }),
  );
}

const show = (index: number) => notify(world, JSON.stringify({ kind: 'card', findingId: `f${index}` }));
/** Delivers what the flows queued, until nothing is left. */
async function drain(): Promise<void> {
  for (let sent = world.sent.notices.shift(); sent; sent = world.sent.notices.shift())
    await notify(world, JSON.stringify(sent.message));
}
async function storm(count: number, from = 0): Promise<void> {
  for (let index = from; index < from + count; index++) {
    await add(index);
    await show(index);
  }
  await drain();
}
const messages = () => [...world.desk.messages.values()];
const digest = () => [...world.ledger.digests.values()][0];
const digestMessage = () => JSON.stringify(messages().find(({ ts }) => ts === digest()?.card?.ts)?.card);

describe('a storm', () => {
  it('is one digest beside the cards of the first', async () => {
    await storm(10);
    expect(messages()).toHaveLength(4);
    expect(digest()?.members).toEqual(['f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9']);
    expect(digestMessage()).toContain('7 functions against');
    expect(world.ledger.findings.get('f2')).toMatchObject({ digestId: null, card: { channel: 'C0CINCH' } });
    expect(world.ledger.findings.get('f3')).toMatchObject({ digestId: digest()?.id, card: null });
  });

  it.each([
    ['another author', { author: { ...(aPlan().author as NonNullable<Finding['author']>), session: 'carol@example.com' } }],
    ['another rule', { ruleId: 'lambda-url-public' }],
    ['nobody', { author: null }],
  ])('does not swallow what is of %s', async (_, changes) => {
    await storm(5);
    await add(99, changes);
    await show(99);
    expect(world.ledger.findings.get('f99')).toMatchObject({ digestId: null, card: { channel: 'C0CINCH' } });
  });

  it('in two channels is two', async () => {
    world = makeWorld({ config: makeConfig({ slack: { channels: [{ owners: ['a'], channel: 'C0TEAMA' }] } }) });
    for (let index = 0; index < 10; index++) {
      await add(index, { owner: index % 2 === 0 ? 'a' : null });
      await show(index);
    }
    await drain();
    expect([...world.ledger.digests.values()].map(({ channel, members }) => [channel, members.length])).toEqual([
      ['C0TEAMA', 2],
      ['C0CINCH', 2],
    ]);
  });

  it('delivered twice, all at once, shows each finding once', async () => {
    for (let index = 0; index < 30; index++) await add(index);
    const all = Array.from({ length: 60 }, (_, index) => index % 30);
    for (let turn = 0; turn < 8; turn++) await Promise.all(all.map((index) => show(index).catch(() => undefined)));
    world.clock.advance(300_000);
    for (const index of all) await show(index);
    await drain();
    const findings = [...world.ledger.findings.values()];
    const withCard = findings.filter(({ card }) => card);
    expect(findings.filter(({ card, digestId }) => !card && digestId)).toHaveLength(30 - withCard.length);
    expect(withCard.length).toBeGreaterThanOrEqual(3);
    expect(messages()).toHaveLength(withCard.length + world.ledger.digests.size);
    expect(new Set(digest()?.members)).toEqual(new Set(findings.filter(({ digestId }) => digestId).map(({ id }) => id)));
  });

  it.each(['writeStorm', 'writeDigest', 'writeFinding'] as const)(
    'cut off before %s goes on when it is delivered again',
    async (call) => {
      await storm(5);
      await add(5);
      world.ledger.before[call] = () => {
        throw new TryAgain('DynamoDB is down');
      };
      await expect(show(5)).rejects.toThrow(TryAgain);
      delete world.ledger.before[call];
      await show(5);
      await drain();
      expect(digest()?.members).toEqual(['f3', 'f4', 'f5']);
      expect(digestMessage()).toContain('3 functions against');
      expect(messages()).toHaveLength(4);
    },
  );
});

describe('a digest', () => {
  it('is posted once though nobody knows whether Slack took it, and again only after two minutes', async () => {
    await storm(3);
    const { post } = world.desk;
    world.desk.post = async (channel, card) => {
      await post(channel, card);
      throw new OutcomeUnknown('timeout');
    };
    await add(3);
    await show(3);
    const [notice] = world.sent.notices.splice(0);
    const showDigest = () => notify(world, JSON.stringify(notice?.message));
    await expect(showDigest()).rejects.toThrow(OutcomeUnknown);
    world.desk.post = post;
    await expect(showDigest()).rejects.toThrow(TryAgain);
    expect(messages()).toHaveLength(4);
    world.clock.advance(121_000);
    await showDigest();
    expect(messages()).toHaveLength(5);
  });

  it('that was deleted is posted anew', async () => {
    await storm(5);
    world.desk.messages.delete(`C0CINCH ${digest()?.card?.ts}`);
    await storm(1, 5);
    expect(digestMessage()).toContain('3 functions against');
  });

  it('asked for many times at once is updated once, and read as seldom', async () => {
    await storm(20);
    let reads = 0;
    world.ledger.before.readFindings = () => {
      reads += 1;
    };
    const before = messages().find(({ ts }) => ts === digest()?.card?.ts)?.updates ?? 0;
    world.clock.advance(60_000);
    for (let index = 3; index < 20; index++) {
      const plan = await world.ledger.readPlan(`p${index}`);
      if (plan) await world.ledger.writePlan({ ...plan, status: 'denied' });
      await show(index);
    }
    await drain();
    expect(digestMessage()).toContain('17 of 17 decided: 17 denied.');
    expect((messages().find(({ ts }) => ts === digest()?.card?.ts)?.updates ?? 0) - before).toBe(1);
    expect(reads).toBeLessThan(4);
  });

  it('keeps what is in it, however long after it something happens to it', async () => {
    await storm(6);
    world.clock.advance(3_600_000);
    const updatedAt = world.clock.now().toISOString();
    const stored = await world.ledger.readFinding('f4');
    if (stored) await world.ledger.writeFinding({ ...stored, status: 'resolved', planId: null, updatedAt });
    await show(4);
    await drain();
    expect(messages()).toHaveLength(4);
    expect(world.ledger.findings.get('f4')?.card).toBeNull();
    expect(digestMessage()).toContain('2 waiting, 1 resolved');
  });

  it('lets a finding be decided from its list, by the digest’s message and no other', async () => {
    await storm(6);
    const at = { channel: 'C0CINCH', ts: digest()?.card?.ts ?? '' };
    const finding = await world.ledger.readFinding('f4');
    expect(finding && (await isShownIn(world.ledger, finding, at))).toBe(true);
    const first = world.ledger.findings.get('f0')?.card;
    await notify(world, JSON.stringify(aClick({ planId: 'p4', channel: at.channel, ts: first?.ts ?? '' })));
    expect(world.ledger.plans.get('p4')?.status).toBe('asked');
    await notify(world, JSON.stringify(aClick({ planId: 'p4', ...at })));
    await drain();
    expect(world.ledger.plans.get('p4')?.status).toBe('approved');
    expect(world.sent.work).toMatchObject([{ message: { planId: 'p4' } }]);
    expect(digestMessage()).toContain('1 of 3 decided');
    expect(world.desk.replies.at(-1)).toMatchObject({ ...at, text: 'fn-4: 👍 Approved by <@U0ALICE>.' });
  });

  it('tells in its thread what people did, and in the channel once that something failed', async () => {
    await storm(10);
    world.desk.replies.length = 0;
    for (const index of [3, 4, 5, 6, 7]) {
      const plan = await world.ledger.readPlan(`p${index}`);
      const updatedAt = world.clock.now().toISOString();
      const approvals = index === 7 ? [{ userId: 'U0ALICE', userName: 'alice', at: updatedAt }] : [];
      const status = index === 6 || index === 7 ? 'applied' : 'failed';
      if (plan)
        await world.ledger.writePlan({ ...plan, status, approvals, appliedAt: updatedAt, updatedAt, outcome: [`why ${index}`] });
      await show(index);
    }
    const inChannel = world.desk.replies.filter(({ broadcast }) => broadcast).map(({ text }) => text);
    expect(inChannel).toEqual(['⚠️ Some of these could not be done; which and why is below this digest.']);
    const told = world.desk.replies
      .filter(({ broadcast }) => !broadcast)
      .map(({ text }) => text)
      .join('\n');
    for (const index of [3, 4, 5])
      expect(told).toContain(`fn-${index}: ⚠️ It could not be done: why ${index} <@U0DAVE>, this was your change.`);
    expect(told).not.toContain('fn-6');
    expect(told).toContain('fn-7: ✅ Applied at once, and verified. <@U0DAVE>, this was your change.');
    expect(world.desk.replies.every(({ ts }) => ts === digest()?.card?.ts)).toBe(true);
  });

  it('calls once for all of its questions that wait', async () => {
    await storm(10);
    world.desk.replies.length = 0;
    for (let index = 3; index < 10; index++) {
      const plan = await world.ledger.readPlan(`p${index}`);
      if (plan) await world.ledger.writePlan({ ...plan, remindedAt: world.clock.now().toISOString() });
      await show(index);
    }
    expect(world.desk.replies.map(({ text }) => text)).toEqual([expect.stringMatching(/^⏰ This still waits for a decision/)]);
  });

  it('shows its list in the modal that was opened', async () => {
    await storm(6);
    const view = { kind: 'view', view: 'review', id: digest()?.id, page: 0, viewId: 'V1', userId: 'U0ALICE' };
    const shown: object[] = [];
    world.desk.updateView = async (_, content) => void shown.push(content);
    await notify(world, JSON.stringify({ ...view, channel: 'C0CINCH', ts: digest()?.card?.ts }));
    expect(JSON.stringify(shown)).toContain('fn-5');
    expect(JSON.stringify(shown)).toContain(`"value":"p5"`);
  });
});

it('what was in a digest long ago and comes back is not put there again, where nobody looks', async () => {
  await storm(6);
  world.clock.advance(7 * 86_400_000);
  const back = await world.ledger.readFinding('f4');
  if (back) await world.ledger.writeFinding({ ...back, digestId: null, updatedAt: world.clock.now().toISOString() });
  await show(4);
  expect(world.ledger.findings.get('f4')).toMatchObject({ digestId: null, card: { channel: 'C0CINCH' } });
  await show(5);
  await drain();
  expect(digestMessage()).toContain('2 functions against');
  expect(digestMessage()).toContain('1 that came back since is shown elsewhere');
});

describe('a channel that refuses', () => {
  it('must not swallow a finding: it is shown in the common one', async () => {
    world = makeWorld({ config: makeConfig({ slack: { channels: [{ accounts: ['222222222222'], channel: 'C0GONE' }] } }) });
    const { post } = world.desk;
    world.desk.post = async (channel, card) => {
      if (channel === 'C0GONE') throw new SlackRefused('chat.postMessage', 'not_in_channel');
      return post(channel, card);
    };
    await storm(5);
    expect(messages()).toHaveLength(4);
    expect(world.ledger.findings.get('f0')?.card?.channel).toBe('C0CINCH');
    expect(digest()?.card?.channel).toBe('C0CINCH');
    expect(world.lines.some(({ message }) => message.startsWith('channel refused'))).toBe(true);
  });
});

it('a card stays in its channel when the configuration moves', async () => {
  await storm(1);
  const before = world.ledger.findings.get('f0')?.card;
  world.config.read = async () => makeConfig({ slack: { channel: 'C0NEW' } });
  const plan = await world.ledger.readPlan('p0');
  if (plan) await world.ledger.writePlan({ ...plan, status: 'denied' });
  await show(0);
  expect(messages()).toHaveLength(1);
  expect(world.ledger.findings.get('f0')?.card).toMatchObject({ channel: before?.channel, ts: before?.ts });
});
