import { describe, expect, it } from 'vitest';
import { coloursOf } from '../../../cli/frame/colours.ts';
import { traceWords } from '../../../cli/trace/print.ts';
import { storyOf, traceOf } from '../../../cli/trace/story.ts';
import type { Told } from '../../../shared/aws/ledger/story.ts';
import { apply } from '../../../shared/flows/apply.ts';
import { notify } from '../../../shared/flows/notify.ts';
import { onChange } from '../../../shared/flows/on-change.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { makeTimeoutAccount, TIMEOUT_RULE } from '../../support/account.ts';
import { lambdaEvent } from '../../support/events.ts';
import { ALICE, DAVE } from '../../support/slack-samples.ts';
import { makeConfig, makeWorld } from '../../support/world.ts';

const rules = [TIMEOUT_RULE];
const ORDERS = 'arn:aws:lambda:eu-central-1:222222222222:function:orders';

/** A finding that was asked, approved, fixed and undone, by the real flows. */
async function wholeStory() {
  const account = makeTimeoutAccount();
  account.timeouts.set(ORDERS, 900);
  const config = makeConfig({ rules: { 'lambda-timeout-excessive': 'ask' } });
  const world = makeWorld({ config, reader: account.reader, steps: account.steps, users: [ALICE, DAVE] });
  const finding = () => [...world.ledger.findings.values()][0] as Finding;
  const showCards = async () => {
    for (let sent = world.sent.notices.shift(); sent; sent = world.sent.notices.shift())
      await notify(world, JSON.stringify(sent.message));
  };
  const work = async () => {
    for (let sent = world.sent.work.shift(); sent; sent = world.sent.work.shift()) await apply(world, rules, sent.message.planId);
    await showCards();
  };
  const click = async (action: string) => {
    const { channel, ts } = finding().card ?? { channel: '', ts: '' };
    const planId = finding().planId;
    const nothing = { reason: null, days: null, owner: null, hours: null, typedName: null };
    await notify(world, JSON.stringify({ kind: 'click', id: action, action, planId, userId: ALICE.id, channel, ts, ...nothing }));
  };
  await onChange(world, rules, { kind: 'event', event: lambdaEvent() });
  await showCards();
  for (const action of ['approve', 'undo']) {
    world.clock.advance(60_000);
    await click(action);
    world.clock.advance(1_000);
    await work();
  }
  const told: Told = {
    finding: finding(),
    causes: world.ledger.causes,
    plans: [...world.ledger.plans.values()],
    audit: world.ledger.entries,
  };
  return { world, told };
}

describe('the story of a finding', () => {
  it('goes from the event to the undo, with who did what', async () => {
    const { told } = await wholeStory();
    const planId = told.finding.planId;
    const story = storyOf(told);
    expect(story).toMatchObject({ status: 'undone', rule: 'lambda-timeout-excessive', resource: ORDERS });
    const without = story.lines.filter(({ step }) => step !== 'card');
    expect(without.map(({ what, by, planId: plan }) => [what, by === ALICE.id ? 'alice' : by?.slice(0, 5), plan])).toEqual([
      ['CreateFunction', expect.any(String), null],
      ['ask', 'cinch', planId],
      ['change planned', 'cinch', planId],
      ['approved', 'alice', null],
      ['remedy applied', 'alice', null],
      ['read again and verified', 'cinch', planId],
      ['undo planned', 'cinch', `${planId}-undo`],
      ['undo asked for', 'alice', null],
      ['undo applied', 'alice', null],
      ['put back', 'cinch', `${planId}-undo`],
      ['outcome', 'cinch', `${planId}-undo`],
    ]);
    expect(story.lines.filter(({ step }) => step === 'card')).toHaveLength(1);
    expect(without[0]?.detail).toBe(told.finding.cause);
  });

  it('of a finding that an earlier version has recorded tells what that version wrote down', async () => {
    const { told } = await wholeStory();
    const { cause: _cause, ...finding } = told.finding;
    // The desk in memory has times of its own.
    const [first] = storyOf({ ...told, finding, causes: [] }).lines.filter(({ step }) => step !== 'card');
    expect(first).toMatchObject({ step: 'event', what: 'change', detail: finding.lastChangeId, at: finding.authoredAt });
    expect(first?.by).toContain('dave@example.com');
  });

  it('is found in the logs by every id that it has', async () => {
    const { world, told } = await wholeStory();
    const { logs } = traceOf(told.finding.id, { kind: 'finding', told: [told] }, world.clock.now().toISOString());
    const named = world.lines.filter(({ ids }) =>
      [ids.cause, ids.finding, ids.plan].some((id) => typeof id === 'string' && logs.query.includes(JSON.stringify(id))),
    );
    const messages = new Set(named.map(({ message }) => message));
    for (const message of ['decided', 'told', 'approved', 'undo asked for', 'plan applied']) expect(messages).toContain(message);
  });

  it('is one line an outcome for people, and says so when an event showed nothing', async () => {
    const { told } = await wholeStory();
    const colours = coloursOf(process.stdout);
    const words = traceWords(traceOf('f', { kind: 'finding', told: [told] }, '2026-11-22T12:00:00.000Z'), true, colours);
    expect(words.filter((line) => line.includes('remedy applied'))).toHaveLength(1);
    expect(words.join('\n')).toContain('aws logs start-query');
    const nothing = traceOf('e-1', { kind: 'event', told: [] }, '2026-11-22T12:00:00.000Z');
    expect(traceWords(nothing, false, colours)).toEqual(['The event e-1 was judged, and nothing was found.']);
  });
});
