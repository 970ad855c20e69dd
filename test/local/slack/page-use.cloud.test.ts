import { describe, expect, it } from 'vitest';
import { actAs, bot, focused, menu, message, page, post, press, script, slack, thread, usePage } from './page-desk.ts';
import { ANA, actions, button, CHANNEL, call, modal, OTHER, plain, section } from './workspace.ts';

/** Threads, menus, modals, the composer: what the page does as Slack does, by mouse and by keyboard. */

usePage();

describe('threads', () => {
  it('open at the side, go on live, and give the focus back', async () => {
    const ts = await post([section('the card')], { text: 'the card' });
    const reply = (text: string, more: object = {}) => post([section(text)], { thread_ts: ts, ...more });
    await reply('first');
    await reply('second');
    const line = page.getByRole('button', { name: /2 replies/ });
    await line.click();
    await thread().getByText('first').waitFor();
    expect(await thread().getByText('the card').count()).toBe(1);
    expect(await line.getAttribute('aria-expanded')).toBe('true');
    await reply('third');
    await thread().getByText('third').waitFor();
    await page.getByRole('button', { name: /3 replies/ }).waitFor();
    await press('Escape');
    await thread().waitFor({ state: 'hidden' });
    expect(await focused()).toContain('3 replies');
    // A reload keeps the place.
    await press('Enter');
    await page.reload();
    await thread().getByText('third').waitFor();
    await thread().getByRole('button', { name: 'Close thread' }).click();
    await thread().waitFor({ state: 'hidden' });
  });

  it('show in the channel only what was sent there too, with a way to the thread', async () => {
    const ts = await post([section('the card')], { text: 'the *card* of <@U0DEV000001>' });
    await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'only here', thread_ts: ts });
    await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'for all', thread_ts: ts, reply_broadcast: true });
    const shown = page.locator('#messages .message').filter({ hasText: 'replied to a thread' });
    await shown.getByText('for all').waitFor();
    expect(await page.locator('#messages').getByText('only here').count()).toBe(0);
    await shown.getByRole('button', { name: 'the card of @Dev' }).click();
    await thread().getByText('only here').waitFor();
    expect(await thread().getByText('for all').count()).toBe(1);
  });

  it('keep whispers out of the count', async () => {
    const ts = await post([section('the card')]);
    await call(slack, 'chat.postEphemeral', { channel: CHANNEL, user: ANA, text: 'for Ana', thread_ts: ts });
    await post([section('below')], { thread_ts: ts });
    await page.getByRole('button', { name: /1 reply/ }).click();
    await thread().getByText('Only visible to you').waitFor();
    await actAs('Dev');
    await thread().getByText('Only visible to you').waitFor({ state: 'detached' });
    await thread().getByText('below').waitFor();
  });
});

describe('a menu', () => {
  it('is gone through with the keyboard, and gives the focus back to its button', async () => {
    const ts = await post([section('a'), actions(menu)]);
    const open = message(ts).getByRole('button', { name: 'More actions' });
    await open.focus();
    await press('ArrowDown');
    await page.getByRole('menu').waitFor();
    expect(await focused()).toBe('Snooze for 4 hours');
    await press('ArrowUp');
    expect(await focused()).toBe('Withdraw');
    await press('Home', 's');
    expect(await focused()).toBe('Snooze for 24 hours');
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
    expect(await focused()).toBe('More actions');
    await press('Enter', 'End', 'Enter');
    await expect.poll(() => bot.requests.length).toBe(1);
    expect(bot.requests[0]?.payload.actions[0].selected_option.value).toBe('Withdraw');
    expect(await focused()).toBe('More actions');
  });

  it('stays in the window, also at its lower end, and goes when the focus goes', async () => {
    await post(Array.from({ length: 30 }, (_, index) => section(`line ${index}`)));
    const ts = await post([section('a'), actions(button('Approve'), menu)]);
    await message(ts).getByRole('button', { name: 'More actions' }).click();
    const box = await page.getByRole('menu').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(900);
    expect(await page.getByRole('menuitem', { name: 'Withdraw' }).isVisible()).toBe(true);
    await message(ts).getByText('a', { exact: true }).click();
    await page.getByRole('menu').waitFor({ state: 'hidden' });
    expect(bot.requests).toEqual([]);
  });
});

describe('a modal', () => {
  const list = (more: object = {}, ...blocks: object[]) => ({
    type: 'modal',
    callback_id: 'list',
    title: plain('Review'),
    close: plain('Close'),
    blocks,
    ...more,
  });

  it('is filled while it is open: typed text and the focus stay, and its buttons act', async () => {
    const ts = await post([section('a'), actions(button('Review'))]);
    const note = { type: 'input', block_id: 'note', label: plain('Note'), element: { type: 'plain_text_input', action_id: 'n' } };
    let viewId = '';
    script.answer = async ({ payload }) => {
      if (payload.view) return {};
      const { body } = await call(slack, 'views.open', {
        trigger_id: payload.trigger_id,
        view: list({ submit: plain('Send') }, section('One moment …'), note),
      });
      viewId = (body.view as { id: string }).id;
      return {};
    };
    await message(ts).getByRole('button', { name: 'Review' }).click();
    const dialog = page.getByRole('dialog', { name: 'Review' });
    await dialog.getByLabel('Note').fill('half a thou');
    const row = { ...section('storm-a'), accessory: button('approve-one', { text: plain('Approve') }) };
    const next = actions(button('next'));
    await call(slack, 'views.update', {
      view_id: viewId,
      view: list({ submit: plain('Send') }, section('1 to 2'), row, note, next),
    });
    await dialog.getByText('storm-a').waitFor();
    expect(await dialog.getByLabel('Note').inputValue()).toBe('half a thou');
    expect(await dialog.getByText('One moment').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await expect.poll(() => bot.requests.at(-1)?.payload.actions?.[0].action_id).toBe('approve-one');
    expect(bot.requests.at(-1)?.payload.container).toEqual({ type: 'view', view_id: viewId });
    // The page is turned with the keyboard.
    await dialog.getByRole('button', { name: 'next' }).focus();
    await press('Enter');
    await call(slack, 'views.update', { view_id: viewId, view: list({}, section('3 to 4'), next) });
    await dialog.getByText('3 to 4').waitFor();
    expect(await focused()).toBe('next');
    expect(await page.getByRole('dialog').count()).toBe(1);
  });

  it('keeps the focus inside, lets another one lie over it, and gives it back in the end', async () => {
    const ts = await post([section('a'), actions(button('Review'))]);
    script.answer = async ({ payload }) => {
      const isInside = Boolean(payload.view);
      const view = isInside ? modal() : list({}, section('storm-a'), actions(button('Deny')));
      await call(slack, isInside ? 'views.push' : 'views.open', { trigger_id: payload.trigger_id, view });
      return {};
    };
    await message(ts).getByRole('button', { name: 'Review' }).focus();
    await press('Enter');
    const below = page.getByRole('dialog', { name: 'Review' });
    await below.waitFor();
    const isInside = () => page.evaluate('document.activeElement.closest("dialog") !== null');
    for (let step = 0; step < 8; step += 1) {
      await press(step < 4 ? 'Tab' : 'Shift+Tab');
      expect(await isInside()).toBe(true);
    }
    await below.getByRole('button', { name: 'Deny' }).focus();
    await press('Enter');
    const above = page.getByRole('dialog', { name: 'Deny' });
    await above.waitFor();
    await above.getByLabel('Reason').fill('not now');
    await press('Escape');
    await above.waitFor({ state: 'detached' });
    expect(await focused()).toBe('Deny');
    await press('Escape');
    await below.waitFor({ state: 'detached' });
    expect(await focused()).toBe('Review');
    expect(slack.views()).toEqual([]);
  });

  it('gives the focus to the message when the button that opened it is gone', async () => {
    const ts = await post([section('a'), actions(button('Deny'))], { text: 'the card' });
    script.answer = async ({ payload }) => {
      await call(slack, 'views.open', { trigger_id: payload.trigger_id, view: modal() });
      return {};
    };
    await message(ts).getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('dialog').waitFor();
    await call(slack, 'chat.update', { channel: CHANNEL, ts, text: 'the card', blocks: [section('decided')] });
    await message(ts).getByText('decided').waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toContain('the card');
  });
});

describe('the composer', () => {
  it('proposes the app’s command, runs it, and shows its answer to its writer alone', async () => {
    const draft = page.getByRole('combobox', { name: 'Message #guardrails' });
    await draft.focus();
    await press('/', 'c');
    await page.getByRole('option', { name: '/cinch' }).waitFor();
    await press('Enter');
    expect(await draft.inputValue()).toBe('/cinch ');
    script.answer = () => ({
      body: JSON.stringify({ response_type: 'ephemeral', text: 'Nothing is open.' }),
    });
    await draft.pressSequentially('status');
    await press('Enter');
    await page.locator('.ephemeral').getByText('Nothing is open.').waitFor();
    const form = new URLSearchParams(bot.requests[0]?.raw.toString('utf8'));
    expect(Object.fromEntries(form)).toMatchObject({ command: '/cinch', text: 'status', user_id: ANA, channel_id: CHANNEL });
    expect(await draft.inputValue()).toBe('');
    await actAs('Dev');
    await page.locator('.ephemeral').waitFor({ state: 'detached' });
  });

  it('says what went wrong and keeps what was typed', async () => {
    const draft = page.getByRole('combobox');
    await draft.fill('/nobody knows');
    await press('Enter');
    await page.getByRole('alert').getByText('/nobody is not a valid command').waitFor();
    expect(bot.requests).toEqual([]);
    script.answer = () => ({ status: 500 });
    await draft.fill('/cinch status');
    await press('Enter');
    await page.getByRole('alert').getByText('/cinch failed with the error').waitFor();
    expect(await draft.inputValue()).toBe('/cinch status');
  });

  it('writes to the channel as the acting person', async () => {
    await actAs('Dev');
    await page.getByRole('combobox').fill('I am on it <b>');
    await press('Enter');
    await page.getByRole('article', { name: /^Dev, .*I am on it <b>/ }).waitFor();
    expect(slack.messages(CHANNEL)).toMatchObject([{ user: 'U0DEV000001', text: 'I am on it &lt;b&gt;' }]);
  });
});

describe('who was away', () => {
  it('sees where the new begins', async () => {
    await post([section('old')]);
    await page.locator('#messages').getByText('old').waitFor();
    await page.getByRole('button', { name: 'other' }).click();
    await page.getByText('Nothing has been posted here yet.').waitFor();
    await post([section('new one')]);
    await page.getByRole('button', { name: 'guardrails, unread' }).click();
    await page.getByRole('separator', { name: 'New' }).waitFor();
    const order = await page.locator('#messages > *').allInnerTexts();
    expect(order.indexOf('New')).toBe(order.findIndex((text) => text.includes('new one')) - 1);
    expect(await page.getByRole('button', { name: 'guardrails', exact: true }).count()).toBe(1);
    await call(slack, 'chat.postMessage', { channel: OTHER, text: 'elsewhere' });
    await page.getByRole('button', { name: 'other, unread' }).waitFor();
  });
});

describe('who looks at another window', () => {
  it('finds the mark in the title, and where the new begins', async () => {
    const look = (away: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${away}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await post([section('old')]);
    await page.locator('#messages').getByText('old').waitFor();
    expect(await page.title()).toBe('#guardrails · Northwind');
    await look(true);
    await post([section('meanwhile')]);
    await expect.poll(() => page.title()).toBe('* #guardrails · Northwind');
    await look(false);
    await page.getByRole('separator', { name: 'New' }).waitFor();
    await expect.poll(() => page.title()).toBe('#guardrails · Northwind');
  });
});
