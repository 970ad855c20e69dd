import { describe, expect, it } from 'vitest';
import { barriers } from './page-bench.ts';
import { focused, menu, message, page, post, press, script, slack, thread, usePage } from './page-desk.ts';
import { ANA, actions, button, CHANNEL, call, modal, mrkdwn, plain, section } from './workspace.ts';

/** The page for who has no mouse, or no eyes. */

usePage();

describe('without a mouse or eyes', () => {
  it('is told in short what comes and changes, and nothing when another channel is opened', async () => {
    const news = page.locator('#news');
    const ts = await post([section('a very long card')], { text: 'High: orders-api is *open*' });
    await expect.poll(() => news.textContent()).toBe('Cinch, High: orders-api is open');
    await call(slack, 'chat.update', { channel: CHANNEL, ts, text: 'Done', blocks: [section('done')] });
    await expect.poll(() => news.textContent()).toBe('Cinch, changed: Done');
    await page.getByRole('button', { name: 'other' }).click();
    await expect.poll(() => news.textContent()).toBe('');
  });

  it('goes from message to message with the arrow keys, and by Tab in the order in which it is read', async () => {
    for (const text of ['one', 'two', 'three']) await post([section(text), actions(button(`act on ${text}`))], { text });
    await page.locator('#messages').getByText('three', { exact: true }).waitFor();
    await page.locator('#messages').focus();
    await press('ArrowUp');
    expect(await focused()).toMatch(/three$/);
    await press('ArrowUp', 'ArrowUp', 'ArrowUp');
    expect(await focused()).toMatch(/one$/);
    await press('Tab');
    expect(await focused()).toBe('act on one');
    await press('Tab', 'Tab');
    expect(await focused()).toBe('act on three');
    await press('Tab');
    expect(await focused()).toBe('Message #guardrails');
    await press('Shift+Tab');
    const ring = 'getComputedStyle(document.activeElement).outlineStyle';
    expect(await page.evaluate(ring)).toBe('solid');
  });

  it('meets no barrier that axe-core knows, in any of its states', async () => {
    // Colors on their way are not what stays to be read.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const option = { text: plain('One'), value: '1', description: plain('more') };
    const confirm = { title: plain('Sure?'), text: mrkdwn('It is *gone* then.'), confirm: plain('Yes'), deny: plain('No') };
    const ts = await post([
      { type: 'header', text: plain('Header') },
      section('*bold* `code` <https://a.example/|link> <@U0ANA000001>'),
      { type: 'context', elements: [mrkdwn('small _words_')] },
      { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '- a\n+ b' }] }] },
      actions(
        button('Approve', { style: 'primary' }),
        button('Quarantine', { style: 'danger', confirm }),
        button('Open'),
        { type: 'static_select', action_id: 'select', options: [option] },
        { type: 'checkboxes', action_id: 'checks', options: [option] },
        menu,
      ),
    ]);
    await post([section('below')], { thread_ts: ts });
    await post([section('below, for all')], { thread_ts: ts, reply_broadcast: true });
    await call(slack, 'chat.postEphemeral', { channel: CHANNEL, user: ANA, text: 'for Ana' });
    await page.locator('.ephemeral').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: /2 replies/ }).click();
    await thread().getByText('below, for all').waitFor();
    await message(ts).getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menu').waitFor();
    expect(await barriers(page)).toEqual([]);
    await press('Escape');
    await message(ts).getByRole('button', { name: 'Quarantine' }).click();
    await page.getByRole('dialog', { name: 'Sure?' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await press('Escape');
    script.answer = async ({ payload }) => {
      await call(slack, 'views.open', { trigger_id: payload.trigger_id, view: modal() });
      return {};
    };
    await message(ts).getByRole('button', { name: 'Open' }).click();
    const dialog = page.getByRole('dialog', { name: 'Deny' });
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('Please complete this required field.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('combobox', { name: 'Message #guardrails' }).fill('/');
    await page.getByRole('option', { name: '/cinch' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 700 });
    expect(await barriers(page)).toEqual([]);
  }, 60_000);
});
