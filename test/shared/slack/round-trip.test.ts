import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SlackWorkspace, startSlack, TEAM } from '../../../local/slack/start.ts';
import { notify } from '../../../shared/flows/notify.ts';
import { makeOnSlack } from '../../../shared/flows/on-slack.ts';
import { makeDesk } from '../../../shared/slack/desk.ts';
import { makeLightSlack } from '../../../shared/slack/light-calls.ts';
import { aFinding, aPlan } from '../../support/slack-samples.ts';
import { type MemoryWorld, makeConfig, makeWorld } from '../../support/world.ts';

/** Card, signed clicks, dialogs and answers through real HTTP, with the ledger and the queues in memory. */

const SECRET = { signingSecret: 'round-trip', botToken: 'xoxb-1' };
const CHANNEL = 'C0CINCH';
let slack: SlackWorkspace;
let world: MemoryWorld;
let clicks: string[];
let isQueueDown: boolean;
let stopBot: () => Promise<unknown>;

beforeEach(async () => {
  const person = (id: string, name: string) => ({ id, name, real_name: name, profile: { email: `${name}@example.com` } });
  slack = await startSlack({
    ...SECRET,
    users: [person('U0ALICE', 'alice'), person('U0BOB', 'bob'), person('U0DAVE', 'dave'), person('U0EVE', 'eve')],
    channels: [{ id: CHANNEL, name: 'guardrails' }],
    limits: { postIntervalMs: 0, tiers: false },
  });
  const secret = { read: async () => SECRET, refresh: async () => SECRET };
  const memory = makeWorld({ config: makeConfig({ slack: { team: TEAM.id } }), now: new Date().toISOString() });
  // Signatures and triggers live by the real clock.
  const clock = { ...memory.clock, now: () => new Date() };
  world = {
    ...memory,
    clock,
    desk: makeDesk({ secret, readTeam: async () => TEAM.id, clock, log: memory.log, apiUrl: slack.apiUrl }) as never,
  };
  clicks = [];
  isQueueDown = false;
  const answer = makeOnSlack({
    clock,
    log: world.log,
    teamId: TEAM.id,
    secret,
    slack: makeLightSlack(slack.apiUrl),
    claim: (id, seconds) => world.ledger.claim(id, seconds),
    send: async (message) => {
      if (isQueueDown) throw new Error('down');
      clicks.push(JSON.stringify(message));
    },
    countSignatureFailure: () => {},
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { statusCode, headers, body } = await answer({
      headers: request.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    });
    response.writeHead(statusCode, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stopBot = () => new Promise((resolve) => server.close(resolve));
  slack.setRequestUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack`);
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  await world.ledger.writePlan(aPlan({ expiresAt: tomorrow }));
  await world.ledger.writeFinding(aFinding({ card: null }));
  await notify(world, JSON.stringify({ kind: 'card', findingId: 'f1' }));
});
afterEach(async () => {
  await stopBot();
  await slack.stop();
});

const message = () => slack.messages(CHANNEL)[0];
const click = (user: string, actionId: string) => slack.click({ user, channel: CHANNEL, ts: message()?.ts ?? '', actionId });
const workOff = async () => {
  for (const body of clicks.splice(0)) await notify(world, body);
};
const shown = () => JSON.stringify(message()?.blocks);

describe('a round trip', () => {
  it('approve: a signed click becomes one decision, and the card says so', async () => {
    expect(await click('U0ALICE', 'cinch-approve')).toMatchObject({ ok: true, status: 200, responseBody: '' });
    await workOff();
    expect(world.sent.work).toHaveLength(1);
    expect(shown()).toContain('Approved by ');
    expect(shown()).not.toContain('cinch-approve');
  });

  it('duplicate delivery, replayed and signed again, is still one decision', async () => {
    slack.setDuplicateDelivery(true);
    const delivery = await click('U0ALICE', 'cinch-approve');
    // The click and its replay go out together: whichever comes second is refused.
    const [resigned, replayed] = delivery.duplicates;
    expect([delivery.status, replayed?.status].sort()).toEqual([200, 409]);
    expect(resigned?.status).toBe(200);
    await workOff();
    expect(world.ledger.plans.get('f1-p1')?.approvals).toHaveLength(1);
    expect(new Set(world.sent.work.map(({ message: work }) => work.planId)).size).toBe(1);
  });

  it('deny: dialog, error at the field, reason, and the card says why', async () => {
    await click('U0BOB', 'cinch-deny');
    const [view] = slack.views('U0BOB');
    expect(view?.view).toMatchObject({ callback_id: 'cinch-deny-dialog' });
    const blank = await slack.submit({ viewId: view?.id ?? '', user: 'U0BOB', values: { 'cinch-reason': '   ' } });
    expect(blank.errors).toHaveProperty('cinch-reason');
    await slack.submit({ viewId: view?.id ?? '', user: 'U0BOB', values: { 'cinch-reason': 'partners call it, é 漢' } });
    expect(slack.views('U0BOB')).toEqual([]);
    await workOff();
    expect(world.ledger.plans.get('f1-p1')).toMatchObject({ status: 'denied', decisionReason: 'partners call it, é 漢' });
    expect(shown()).toContain('partners call it, é 漢');
  });

  it('exempt: reason and days', async () => {
    await click('U0BOB', 'cinch-exempt');
    const [view] = slack.views('U0BOB');
    await slack.submit({ viewId: view?.id ?? '', user: 'U0BOB', values: { 'cinch-reason': 'a demo', 'cinch-days': '7' } });
    await workOff();
    expect(world.ledger.exemptions).toMatchObject([{ owner: 'bob', reason: 'a demo' }]);
  });

  it('the author and a bystander are told why not, and nobody else sees it', async () => {
    await click('U0DAVE', 'cinch-approve');
    await click('U0EVE', 'cinch-approve');
    await workOff();
    expect(world.sent.work).toEqual([]);
    expect(slack.ephemerals('U0DAVE').map(({ text }) => text)).toEqual(['You are not one of the configured approvers.']);
    expect(slack.ephemerals('U0EVE')).toHaveLength(1);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });

  it('a queue that is down is told to the user through the response url', async () => {
    isQueueDown = true;
    expect((await click('U0ALICE', 'cinch-approve')).ok).toBe(true);
    expect(slack.ephemerals('U0ALICE').map(({ text }) => text)).toEqual([
      'Your click could not be recorded, and nothing was changed. Click again.',
    ]);
    isQueueDown = false;
    await click('U0ALICE', 'cinch-approve');
    await workOff();
    expect(world.sent.work).toHaveLength(1);
  });

  it('details: the modal opens at once and is filled by notify, and its reader may close it', async () => {
    expect(await click('U0EVE', 'cinch-details')).toMatchObject({ ok: true });
    expect(JSON.stringify(slack.views('U0EVE'))).toContain('One moment');
    await workOff();
    const [view] = slack.views('U0EVE');
    expect(JSON.stringify(view)).toContain('What the click does');
    expect(JSON.stringify(view)).not.toContain('One moment');
    await click('U0EVE', 'cinch-details');
    const pending = clicks.splice(0);
    await slack.click({ user: 'U0EVE', channel: CHANNEL, ts: message()?.ts ?? '', actionId: 'cinch-deny' });
    for (const body of pending) await notify(world, body);
    expect(slack.views('U0EVE')).toHaveLength(1);
  });

  it('snooze and withdraw come from the menu', async () => {
    const choose = (user: string, value: string) =>
      slack.click({ user, channel: CHANNEL, ts: message()?.ts ?? '', actionId: 'cinch-more', value });
    await choose('U0ALICE', 'snooze 24 f1-p1');
    await workOff();
    expect(shown()).toContain('Snoozed until ');
    await choose('U0EVE', 'discard 0 f1-p1');
    await workOff();
    expect(world.ledger.findings.get('f1')?.status).toBe('discarded');
    expect(shown()).toContain('Withdrawn by ');
  });

  it('quarantine is confirmed, asked for once, and said on the card', async () => {
    expect(shown()).toContain('Quarantine this function?');
    slack.setDuplicateDelivery(true);
    await click('U0BOB', 'cinch-quarantine');
    await workOff();
    expect(new Set(world.sent.work.map(({ message: work }) => work.planId))).toEqual(new Set(['f1-aid1']));
    expect(shown()).toContain('Quarantine is being put in place');
  });

  it('slash commands are acknowledged at once, and answered when they are done', async () => {
    const type = (text: string) => slack.command({ user: 'U0ALICE', channel: CHANNEL, command: '/cinch', text });
    const said = () => slack.ephemerals('U0ALICE').map(({ text }) => text);
    expect(await type('stop deploys look wrong')).toMatchObject({ ok: true });
    expect(said()).toEqual([]);
    await workOff();
    expect(said()[0]).toContain('🛑 Stopped');
    await type('status');
    await workOff();
    expect(said().at(-1)).toMatch(/Stopped\* by <@U0ALICE>(.|\n)*1 waiting for a decision/);
    slack.setDuplicateDelivery(true);
    await type('resume');
    slack.setDuplicateDelivery(false);
    await workOff();
    expect(world.ledger.entries.filter(({ what }) => what === 'goes on')).toHaveLength(1);
    expect(await type('stop')).toMatchObject({ ok: true });
    expect(said().at(-1)).toMatch(/^Say why/);
    expect(slack.messages(CHANNEL)).toHaveLength(1);
  });
});
