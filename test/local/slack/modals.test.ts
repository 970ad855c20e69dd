import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, SlackWorkspace, StoredView } from '../../../local/slack/start.ts';
import {
  ANA,
  type Answering,
  actions,
  button,
  CHANNEL,
  call,
  DEV,
  modal,
  plain,
  type Received,
  section,
  startBot,
  startUnpaced,
} from './workspace.ts';

let slack: SlackWorkspace;
let bot: Awaited<ReturnType<typeof startBot>>;
let answer: (received: Received) => Answering;
let now: number;

beforeEach(async () => {
  now = Date.now();
  answer = () => ({});
  bot = await startBot((received) => answer(received));
  slack = await startUnpaced({ requestUrl: bot.url, clock: () => now });
});
afterEach(async () => {
  await slack.stop();
  await bot.stop();
});

async function trigger(user: string = ANA): Promise<string> {
  const { body } = await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'a', blocks: [actions(button('deny'))] });
  return (await slack.click({ user, channel: CHANNEL, ts: body.ts as string, actionId: 'deny' })).triggerId;
}

const open = async (trigger_id: string, view: object = modal()) => (await call(slack, 'views.open', { trigger_id, view })).body;

async function openModal(view: object = modal()): Promise<StoredView> {
  expect(await open(await trigger(), view)).toMatchObject({ ok: true });
  return slack.views(ANA)[0] as StoredView;
}

const submit = async (values: Record<string, string | string[] | null>): Promise<Delivery> => {
  const view = slack.views(ANA).at(-1) as StoredView;
  return slack.submit({ viewId: view.id, user: ANA, values });
};

describe('a trigger', () => {
  it('opens one modal for the one who clicked', async () => {
    const id = await trigger();
    expect(await open(id)).toMatchObject({
      ok: true,
      view: { type: 'modal', callback_id: 'deny', private_metadata: 'request-1' },
    });
    expect(slack.views(ANA)).toHaveLength(1);
    expect(slack.views(DEV)).toEqual([]);
    expect(await open(id)).toEqual({ ok: false, error: 'exchanged_trigger_id' });
  });

  it('lives for three seconds', async () => {
    const [late, timely] = [await trigger(), await trigger()];
    now += 2999;
    expect(await open(timely)).toMatchObject({ ok: true });
    now += 1;
    expect(await open(late)).toEqual({ ok: false, error: 'expired_trigger_id' });
  });

  it('must be one of ours, and a refused view leaves it alone', async () => {
    expect(await open('1.2.abc')).toEqual({ ok: false, error: 'invalid_trigger_id' });
    const id = await trigger();
    expect(await open(id, modal({ title: plain('x'.repeat(25)) }))).toEqual({
      ok: false,
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'] },
    });
    expect((await call(slack, 'views.open', { trigger_id: id })).body.error).toBe('invalid_arguments');
    expect(await open(id)).toMatchObject({ ok: true });
  });
});

describe('a submission', () => {
  it('sends the state by block and action, closes the modal on an empty answer', async () => {
    const view = await openModal();
    const delivery = await submit({ reason: 'because é', scope: 'all' });
    expect(delivery).toMatchObject({ ok: true, kind: 'view_submission', viewId: view.id });
    expect(bot.requests.at(-1)?.payload).toMatchObject({
      type: 'view_submission',
      user: { id: ANA },
      view: {
        id: view.id,
        callback_id: 'deny',
        private_metadata: 'request-1',
        state: {
          values: {
            reason: { text: { type: 'plain_text_input', value: 'because é' } },
            days: { number: { type: 'number_input', value: null } },
            scope: { select: { type: 'static_select', selected_option: { value: 'all' } } },
          },
        },
      },
    });
    expect(slack.views(ANA)).toEqual([]);
  });

  it.each([
    [{}, { reason: 'Please complete this required field.' }],
    [{ reason: 'ab' }, { reason: 'Please enter at least 3 characters.' }],
    [{ reason: 'x'.repeat(51) }, { reason: 'Please enter no more than 50 characters.' }],
    [{ reason: 'good', days: 'two' }, { days: 'Please enter a valid number.' }],
    [{ reason: 'good', days: '1.5' }, { days: 'Please enter a whole number.' }],
    [{ reason: 'good', days: '91' }, { days: 'Please enter a number no more than 90.' }],
    [{ reason: 'good', days: '0' }, { days: 'Please enter a number no less than 1.' }],
  ])('is held back by Slack itself when the input is wrong: %j', async (values, errors) => {
    await openModal();
    const sent = bot.requests.length;
    expect(await submit(values as Record<string, string>)).toMatchObject({ ok: false, error: 'input_invalid', errors });
    expect(bot.requests).toHaveLength(sent);
    expect(slack.views(ANA)).toHaveLength(1);
  });

  it('shows the bot’s own errors and stays open', async () => {
    await openModal();
    answer = () => ({ body: JSON.stringify({ response_action: 'errors', errors: { reason: 'Say more.' } }) });
    expect(await submit({ reason: 'short' })).toMatchObject({ ok: true, errors: { reason: 'Say more.' } });
    expect(slack.views(ANA)).toHaveLength(1);
  });

  it('takes another view in its place, one on top, or away with all of them', async () => {
    await openModal();
    const next = modal({ title: plain('Sure?'), blocks: [section('Really?')] });
    answer = () => ({ body: JSON.stringify({ response_action: 'push', view: next }) });
    await submit({ reason: 'good' });
    expect(slack.views(ANA).map((one) => one.view.title)).toEqual([plain('Deny'), plain('Sure?')]);
    answer = () => ({ body: JSON.stringify({ response_action: 'update', view: { ...next, title: plain('Done') } }) });
    await submit({});
    expect(slack.views(ANA).map((one) => one.view.title)).toEqual([plain('Deny'), plain('Done')]);
    answer = () => ({ body: JSON.stringify({ response_action: 'clear' }) });
    await submit({});
    expect(slack.views(ANA)).toEqual([]);
  });

  it.each([
    ['text that is no JSON', 'OK'],
    ['errors for a block that has no input', JSON.stringify({ response_action: 'errors', errors: { nope: 'x' } })],
    ['no errors at all', JSON.stringify({ response_action: 'errors' })],
    ['a view that Slack refuses', JSON.stringify({ response_action: 'update', view: { type: 'modal' } })],
    ['an action that is none', JSON.stringify({ response_action: 'dance', view: modal() })],
  ])('fails on %s, and the modal stays', async (_what, body) => {
    await openModal();
    answer = () => ({ body });
    expect(await submit({ reason: 'good' })).toMatchObject({ ok: false, error: 'bad_answer' });
    expect(slack.views(ANA)).toHaveLength(1);
  });

  it('fails on a bad status, and only its owner can send it', async () => {
    const view = await openModal();
    answer = () => ({ status: 503 });
    expect(await submit({ reason: 'good' })).toMatchObject({ ok: false, error: 'bad_status' });
    await expect(slack.submit({ viewId: view.id, user: DEV, values: {} })).rejects.toThrow(/no open view/);
  });
});

describe('views.update', () => {
  it('changes an open view, guarded by its hash', async () => {
    const view = await openModal(modal({ external_id: 'mine' }));
    const update = async (args: object) =>
      (await call(slack, 'views.update', { view: modal({ title: plain('New') }), ...args })).body;
    expect(await update({ view_id: view.id, hash: 'old' })).toEqual({ ok: false, error: 'hash_conflict' });
    expect(await update({ external_id: 'mine', hash: view.hash })).toMatchObject({
      ok: true,
      view: { id: view.id, title: plain('New') },
    });
    expect(await update({ view_id: 'V0NOPE' })).toEqual({ ok: false, error: 'not_found' });
    expect(await update({})).toEqual({ ok: false, error: 'not_found' });
  });
});
