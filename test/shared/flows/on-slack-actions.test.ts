import { beforeEach, describe, expect, it } from 'vitest';
import { makeOnSlack } from '../../../shared/flows/on-slack.ts';
import { validateView } from '../../../shared/slack/validate-blocks.ts';
import { type Bench, makeBench } from '../../support/on-slack-bench.ts';
import { aClick, buttonPayload, CARD, dialogPayload, formOf, signedRequest } from '../../support/slack-samples.ts';
import { TEST_NOW } from '../../support/world.ts';

/** What cards and modals offer besides Approve, Deny, Exempt and Undo; and the slash command. */

let bench: Bench;
beforeEach(() => {
  bench = makeBench();
});
const send = (payload: unknown) => bench.answer(signedRequest(formOf(payload), bench.clock.now()));

const inModal = (changes: Record<string, unknown> = {}) => ({
  container: { type: 'view', view_id: 'V0REVIEW' },
  channel: undefined,
  message: undefined,
  response_url: undefined,
  view: { id: 'V0REVIEW', callback_id: 'cinch-review-view', private_metadata: JSON.stringify(CARD) },
  ...changes,
});
const action = (action_id: string, value: string) => ({ actions: [{ type: 'button', action_id, value }] });

describe('the menu', () => {
  const choose = (value: string) =>
    send(buttonPayload('cinch-more', { actions: [{ type: 'overflow', action_id: 'cinch-more', selected_option: { value } }] }));

  it.each([
    ['snooze 4 f1-p1', { action: 'snooze', hours: 4 }],
    ['snooze 168 f1-p1', { action: 'snooze', hours: 168 }],
    ['discard 0 f1-p1', { action: 'discard', hours: null }],
  ] as const)('%s is queued as what it is', async (value, changes) => {
    expect((await choose(value)).statusCode).toBe(200);
    expect(bench.clicks.map(({ message }) => message)).toEqual([aClick({ ...changes, id: expect.any(String) })]);
  });

  it.each(['approve 0 f1-p1', 'snooze 5 f1-p1', 'snooze 4', 'snooze 4 f1-p1 x', 'snooze 4 <x>', 'f1-p1'])(
    '%j is no choice of it',
    async (value) => {
      expect((await choose(value)).statusCode).toBe(400);
      expect(bench.clicks).toEqual([]);
    },
  );
});

describe('a modal that is read later', () => {
  it.each(['details', 'review'] as const)('%s opens at once, and notify is asked to fill it', async (view) => {
    expect((await send(buttonPayload('x', action(`cinch-${view}`, 'f1')))).statusCode).toBe(200);
    expect(bench.views).toMatchObject([{ trigger: '1.2.abc', over: 'message', view: { callback_id: `cinch-${view}-view` } }]);
    expect(validateView(bench.views[0]?.view)).toEqual([]);
    expect(bench.clicks.map(({ message }) => message)).toEqual([
      { kind: 'view', view, id: 'f1', page: 0, viewId: 'V0OPENED', userId: 'U0ALICE', ...CARD },
    ]);
  });

  it('lies over the modal that its button was in', async () => {
    await send(buttonPayload('x', { ...inModal(), ...action('cinch-details', 'f1') }));
    expect(bench.views).toMatchObject([{ over: 'modal' }]);
    expect(bench.clicks[0]?.message).toMatchObject({ kind: 'view', view: 'details', ...CARD });
  });

  it('turns its page in place', async () => {
    await send(buttonPayload('x', { ...inModal(), ...action('cinch-next', 'd1 3') }));
    expect(bench.views).toEqual([]);
    expect(bench.clicks.map(({ message }) => message)).toEqual([
      { kind: 'view', view: 'review', id: 'd1', page: 3, viewId: 'V0REVIEW', userId: 'U0ALICE', ...CARD },
    ]);
  });

  it('is said to have failed when it does not open', async () => {
    bench.broken.views = 'expired_trigger_id';
    await send(buttonPayload('x', action('cinch-details', 'f1')));
    expect(bench.told[0]?.text).toContain('Click again');
    expect(bench.clicks).toEqual([]);
  });

  it.each([
    ['a page that is none', { ...inModal(), ...action('cinch-next', 'd1 x') }],
    ['a page outside of a modal', action('cinch-next', 'd1 1')],
    [
      'a modal of somebody else',
      { ...inModal({ view: { id: 'V', callback_id: 'x', private_metadata: '{}' } }), ...action('cinch-next', 'd1 1') },
    ],
    [
      'metadata without a message',
      { ...inModal({ view: { id: 'V', callback_id: 'x', private_metadata: '{}' } }), ...action('cinch-approve', 'f1-p1') },
    ],
  ])('%s gets 400', async (_, changes) => {
    expect((await send(buttonPayload('x', changes))).statusCode).toBe(400);
    expect(bench.clicks).toEqual([]);
  });

  it('decides with the buttons in it for the message that it was opened from', async () => {
    await send(buttonPayload('x', { ...inModal(), ...action('cinch-approve', 'f1-p1') }));
    expect(bench.clicks.map(({ message }) => message)).toEqual([aClick({ id: expect.any(String) })]);
    await send(buttonPayload('x', { ...inModal(), ...action('cinch-deny', 'f1-p1'), trigger_id: '2' }));
    expect(bench.views).toMatchObject([{ over: 'modal', view: { callback_id: 'cinch-deny-dialog' } }]);
  });

  it('has nobody to whisper to: then Slack shows that it failed', async () => {
    bench.broken.queue = true;
    expect((await send(buttonPayload('x', { ...inModal(), ...action('cinch-approve', 'f1-p1') }))).statusCode).toBe(503);
    expect(bench.told).toEqual([]);
  });
});

describe('the dialog of break glass', () => {
  const typed = (name: string | null) => {
    const payload = dialogPayload('cinch-break-glass-dialog', { reason: 'prod is down' });
    const { values } = (payload.view as { state: { values: Record<string, unknown> } }).state;
    values['cinch-name'] = { 'cinch-name': { type: 'plain_text_input', value: name } };
    return payload;
  };

  it('hands on reason and name', async () => {
    await send(typed(' report-export '));
    expect(bench.clicks.map(({ message }) => message)).toEqual([
      aClick({ id: expect.any(String), action: 'break-glass', reason: 'prod is down', typedName: 'report-export' }),
    ]);
  });

  it.each([null, '  ', 'x'.repeat(201)])('wants a name, not %j', async (name) => {
    expect(JSON.parse((await send(typed(name))).body).errors).toHaveProperty('cinch-name');
    expect(bench.clicks).toEqual([]);
  });
});

it('exempt hands on who answers for it', async () => {
  const payload = dialogPayload('cinch-exempt-dialog', { reason: 'a demo', days: '30' });
  const { values } = (payload.view as { state: { values: Record<string, unknown> } }).state;
  values['cinch-owner'] = { 'cinch-owner': { type: 'plain_text_input', value: ' team-data ' } };
  await send(payload);
  expect(bench.clicks[0]?.message).toMatchObject({ action: 'exempt', owner: 'team-data', typedName: null });
});

describe('a slash command', () => {
  const command = (text: string, changes: Record<string, string> = {}) => {
    const form = new URLSearchParams({
      command: '/cinch',
      text,
      team_id: 'T0CINCH0001',
      user_id: 'U0ALICE',
      channel_id: 'C0CINCH',
      response_url: 'https://hooks.slack.com/commands/T0/1/x',
      trigger_id: '1.2.abc',
      ...changes,
    });
    return bench.answer(signedRequest(form.toString(), bench.clock.now()));
  };

  it('is queued, and its giver told so', async () => {
    const answer = await command('stop deploys look wrong');
    expect(answer.body).toBe('');
    expect(bench.clicks.map(({ message }) => message)).toEqual([
      {
        kind: 'command',
        text: 'stop deploys look wrong',
        userId: 'U0ALICE',
        responseUrl: 'https://hooks.slack.com/commands/T0/1/x',
        at: TEST_NOW,
      },
    ]);
  });

  it.each(['', 'help', 'stop', 'nonsense'])('%j is answered with help, and nothing is queued', async (text) => {
    expect(JSON.parse((await command(text)).body).text).toContain('/cinch status');
    expect(bench.clicks).toEqual([]);
  });

  it('that can’t be queued says so', async () => {
    bench.broken.queue = true;
    expect(JSON.parse((await command('status')).body).text).toContain('nothing was changed');
  });

  it('of another workspace is refused, and of the organization accepted', async () => {
    expect((await command('resume', { team_id: 'T0OTHER' })).statusCode).toBe(403);
    const answer = makeOnSlack({ ...bench.world, teamId: 'E0NORTHWIND' });
    const form = new URLSearchParams({
      command: '/cinch',
      text: 'status',
      enterprise_id: 'E0NORTHWIND',
      user_id: 'U0A',
      response_url: 'x',
    });
    expect((await answer(signedRequest(form.toString(), bench.clock.now()))).statusCode).toBe(200);
  });

  it.each([
    ['no user', { user_id: '' }],
    ['a user that is none', { user_id: '<!channel>' }],
    ['no response url', { response_url: '' }],
  ])('with %s gets 400', async (_, changes) => {
    expect((await command('status', changes)).statusCode).toBe(400);
    expect(bench.clicks).toEqual([]);
  });
});
