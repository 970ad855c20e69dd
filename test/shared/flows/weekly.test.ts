import { beforeEach, describe, expect, it } from 'vitest';
import { notify } from '../../../shared/flows/notify.ts';
import { sweep } from '../../../shared/flows/sweep.ts';
import { lastDue } from '../../../shared/flows/weekly.ts';
import { TryAgain } from '../../../shared/model/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { functionResource } from '../../../shared/model/resource.ts';
import { OutcomeUnknown } from '../../../shared/slack/slack-errors.ts';
import { validateBlocks } from '../../../shared/slack/validate-blocks.ts';
import { renderWeekly, type WeeklyView } from '../../../shared/slack/weekly.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

const HOUR = 3_600_000;
/** A Monday. */
const DUE = '2026-11-23T08:00:00.000Z';
const report = { weekday: 'monday', hour: 8, url: 'https://reports.example.com/cinch.html' } as const;

let world: MemoryWorld;
const start = (now: string, settings: Parameters<typeof makeConfig>[0] = { report }) => {
  const reader = { listFunctions: async function* () {}, listApis: async function* () {}, listUsers: async function* () {} };
  world = makeWorld({ now, config: makeConfig(settings), reader });
};
beforeEach(() => start(DUE));

const messages = () => [...world.desk.messages.values()];
const asked = () => world.sent.notices.filter(({ message }) => message.kind === 'weekly').map(({ message }) => message);
async function deliver(): Promise<void> {
  for (const message of asked()) await notify(world, JSON.stringify(message));
}

describe('when it is due', () => {
  it.each([
    ['2026-11-23T08:00:00.000Z', DUE],
    ['2026-11-23T07:59:59.999Z', '2026-11-16T08:00:00.000Z'],
    ['2026-11-29T23:59:59.999Z', DUE],
    ['2026-11-30T08:00:00.000Z', '2026-11-30T08:00:00.000Z'],
    ['2027-01-01T00:00:00.000Z', '2026-12-28T08:00:00.000Z'],
  ])('%s: it was at %s', (now, due) => {
    expect(lastDue(report, new Date(now))).toBe(due);
  });

  it('is asked for once, however often sweep runs', async () => {
    for (let minute = 0; minute < 5; minute++) {
      await sweep(world);
      world.clock.advance(60_000);
    }
    expect(asked()).toEqual([{ kind: 'weekly', at: DUE }]);
    world.clock.advance(7 * 24 * HOUR);
    await sweep(world);
    expect(asked()).toHaveLength(2);
  });

  it('is asked for a little late, when sweep did not run, but not days late', async () => {
    start('2026-11-23T19:00:00.000Z');
    expect(await sweep(world)).toMatchObject({ weekly: 1 });
    start('2026-11-24T08:00:00.000Z');
    expect(await sweep(world)).toMatchObject({ weekly: 0 });
  });

  it('is asked for again when the queue did not take it', async () => {
    const send = world.queues.sendNotice;
    Object.assign(world.queues, { sendNotice: () => Promise.reject(new TryAgain('the queue is down')) });
    await expect(sweep(world)).rejects.toThrow('the queue is down');
    Object.assign(world.queues, { sendNotice: send });
    expect(await sweep(world)).toMatchObject({ weekly: 1 });
  });

  it('is never asked for where nobody configured it', async () => {
    start(DUE, {});
    expect(await sweep(world)).toMatchObject({ weekly: 0 });
    await notify(world, JSON.stringify({ kind: 'weekly', at: DUE }));
    expect(messages()).toEqual([]);
  });
});

describe('what it tells', () => {
  const record = (id: string, changes: Partial<Finding>) =>
    world.ledger.writeFinding(
      aFinding({
        id,
        planId: null,
        openedAt: '2026-11-01T00:00:00.000Z',
        updatedAt: '2026-11-01T00:00:00.000Z',
        resource: functionResource('222222222222', 'eu-central-1', `fn-${id}`),
        ...changes,
      }),
    );

  it('is what is open, new, put right and asked, and the three worst, once', async () => {
    await record('a', { severity: 'critical', status: 'asked', openedAt: '2026-11-20T00:00:00.000Z' });
    await record('b', { severity: 'high', status: 'reported' });
    await record('c', { severity: 'medium', status: 'denied' });
    await record('d', { severity: 'low', status: 'reported' });
    await record('e', { severity: 'low', status: 'exempt' });
    await record('f', { status: 'fixed', openedAt: '2026-11-18T00:00:00.000Z', updatedAt: '2026-11-18T01:00:00.000Z' });
    await record('g', { status: 'resolved', updatedAt: '2026-11-22T01:00:00.000Z' });
    // Before the week.
    await record('h', { status: 'fixed', updatedAt: '2026-11-10T01:00:00.000Z' });
    await world.ledger.writePlan(aPlan({ id: 'p-new', createdAt: '2026-11-22T00:00:00.000Z' }));
    await world.ledger.writePlan(aPlan({ id: 'p-old', createdAt: '2026-11-20T00:00:00.000Z' }));
    await sweep(world);
    await deliver();
    await deliver();
    expect(messages()).toHaveLength(1);
    const [posted] = messages();
    expect(posted?.channel).toBe('C0CINCH');
    expect(posted?.card.text).toBe('The week: 4 open findings, 2 new, 2 put right');
    const text = JSON.stringify(posted?.card.blocks);
    expect(text).toContain('🔴 Critical 1   🟠 High 1   🟡 Medium 1   ⚪ Low 1');
    expect(text).toContain('1 put right by Cinch, 1 by people or deployments, or gone');
    expect(text).toContain('2 questions wait for a decision, the oldest since ');
    expect(text).toContain(`"timestamp":${Date.parse('2026-11-20T00:00:00.000Z') / 1000}`);
    expect([...text.matchAll(/"text":"(fn-\w)"/g)].map(([, name]) => name)).toEqual(['fn-a', 'fn-b', 'fn-c']);
    expect(text).toContain('"url":"https://reports.example.com/cinch.html"');
  });

  it('goes to its own channel where one is named, and links to nothing where nothing is kept', async () => {
    start(DUE, { report: { weekday: 'monday', hour: 8, channel: 'C0WEEKLY' } });
    await sweep(world);
    await deliver();
    expect(messages()[0]?.channel).toBe('C0WEEKLY');
    const text = JSON.stringify(messages()[0]?.card);
    expect(text).toContain('Nothing waits for a decision');
    expect(text).not.toContain('"link"');
  });
});

describe('when Slack fails', () => {
  it('is told with the next delivery', async () => {
    await sweep(world);
    world.desk.before.post = () => {
      delete world.desk.before.post;
      throw new TryAgain('Slack is down');
    };
    await expect(deliver()).rejects.toThrow('Slack is down');
    await deliver();
    expect(messages()).toHaveLength(1);
  });

  it('is not told again when nobody knows whether it was', async () => {
    await sweep(world);
    world.desk.before.post = () => {
      delete world.desk.before.post;
      throw new OutcomeUnknown('chat.postMessage');
    };
    await expect(deliver()).rejects.toThrow();
    await deliver();
    expect(messages()).toHaveLength(0);
  });
});

describe('the message', () => {
  const NASTY = '<!channel> *x* \u202Eevil <https://evil.example|click>'.repeat(40);
  const view = (changes: Partial<WeeklyView> = {}): WeeklyView => ({
    at: DUE,
    open: { critical: 1, high: 0, medium: 0, low: 0 },
    opened: 1,
    fixed: 0,
    resolved: 0,
    asked: 1,
    oldestAskedAt: DUE,
    worst: [],
    accounts: new Map(),
    url: null,
    ...changes,
  });

  it('is one that Slack takes, and nothing in it pings or links but what Cinch says', () => {
    const resource = { ...functionResource('222222222222', 'eu-central-1', 'x'), name: NASTY };
    const finding = { ...aFinding(), standing: 'open', summary: NASTY, endedAt: null, endedBy: null, remedy: null } as const;
    const worst = [1, 2, 3].map((weight) => ({ resource, weight, findings: [finding] }));
    const card = renderWeekly(view({ worst, url: report.url }));
    expect(validateBlocks(card.blocks)).toEqual([]);
    const text = JSON.stringify(card);
    expect(text).not.toContain('\u202E');
    expect([...text.matchAll(/"type":"(link|user|usergroup|broadcast)"/g)].map(([, type]) => type)).toEqual(['link']);
    expect(card.text).toBe('The week: 1 open finding, 1 new, 0 put right');
  });

  it('is the same for the same week', () => {
    expect(renderWeekly(view())).toEqual(renderWeekly(view()));
  });
});
