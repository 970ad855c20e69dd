import { describe, expect, it } from 'vitest';
import { actAs, bot, message, page, post, script, slack, startAnew, usePage } from './page-desk.ts';
import { ANA, actions, button, CHANNEL, call, DEV, modal, mrkdwn, OTHER, plain, section } from './workspace.ts';

usePage();

describe('the page', () => {
  it('shows what the bot posts as it is posted, and changes with it', async () => {
    const ts = await post([
      { type: 'header', text: plain(':warning: Open to all') },
      section('*bold* `code` <@U0DEV000001> &lt;b&gt;'),
    ]);
    await message(ts).getByRole('heading', { name: '⚠️ Open to all' }).waitFor();
    expect(await message(ts).locator('strong').textContent()).toBe('bold');
    expect(await message(ts).locator('code').textContent()).toBe('code');
    expect(await message(ts).locator('.mention').textContent()).toBe('@Dev');
    expect(await message(ts).locator('.section').textContent()).toContain('<b>');
    await post([section('below')], { thread_ts: ts });
    await page.getByRole('button', { name: /1 reply/ }).waitFor();
    await call(slack, 'chat.update', { channel: CHANNEL, ts, text: 'x', blocks: [section('changed')] });
    await message(ts).getByText('changed').waitFor();
    expect(await message(ts).getByRole('heading').count()).toBe(0);
  });

  it('draws every kind of block that the workspace takes', async () => {
    const option = { text: plain('One'), value: '1' };
    const ts = await post([
      { type: 'header', text: plain('Header') },
      { type: 'divider' },
      { type: 'section', fields: [mrkdwn('*Field*'), plain('two')], accessory: button('accessory') },
      { type: 'context', elements: [mrkdwn('small'), { type: 'image', image_url: 'https://a.example/i.png', alt_text: 'icon' }] },
      { type: 'image', image_url: 'https://a.example/p.png', alt_text: 'A chart' },
      { type: 'markdown', text: '# Title\n- item\n\n| a | b |\n|---|---|\n| 1 | 2 |' },
      {
        type: 'rich_text',
        elements: [
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: '- old\n+ new' }] },
          {
            type: 'rich_text_list',
            style: 'ordered',
            elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'first' }] }],
          },
        ],
      },
      { type: 'table', rows: [[{ type: 'raw_text', text: 'Head' }], [{ type: 'raw_text', text: 'Cell' }]] },
      actions(
        { type: 'static_select', action_id: 'select', options: [option] },
        { type: 'datepicker', action_id: 'date' },
        { type: 'timepicker', action_id: 'time' },
        { type: 'users_select', action_id: 'user' },
        { type: 'checkboxes', action_id: 'checks', options: [option] },
        { type: 'radio_buttons', action_id: 'radios', options: [option] },
        { type: 'overflow', action_id: 'more', options: [option] },
      ),
      { type: 'input', label: plain('Label'), element: { type: 'plain_text_input', action_id: 'input' } },
    ]);
    await message(ts).getByRole('img', { name: 'A chart' }).waitFor();
    expect(await message(ts).locator('.unknown').count()).toBe(0);
    expect(await message(ts).locator('.block').count()).toBe(10);
    expect(await message(ts).locator('pre').textContent()).toBe('- old\n+ new');
    expect(await message(ts).getByRole('cell', { name: 'Cell' }).count()).toBe(1);
    expect(await message(ts).locator('[data-action]').count()).toBe(9);
  });

  it('keeps hostile names text', async () => {
    const script = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const escaped = '&lt;img src=x onerror=alert(1)&gt;';
    const ts = await post([
      { type: 'header', text: plain(script) },
      section(`${escaped} <javascript:alert(3)|Approve> <https://good.example/|docs>`),
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'link', url: 'data:text/html,x', text: 'data' },
              { type: 'text', text: script },
            ],
          },
        ],
      },
      { type: 'markdown', text: `[click](javascript:alert(4)) ${script}` },
      actions(button('go', { text: plain('<b>go</b>'), url: 'javascript:alert(5)' })),
    ]);
    await message(ts).getByText('docs').waitFor();
    expect(await message(ts).getByRole('heading').textContent()).toBe(script);
    expect(await page.locator('.blocks img, .blocks script, .blocks b').count()).toBe(0);
    const links = await message(ts)
      .locator('a')
      .evaluateAll((all) => all.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]));
    expect(links).toEqual([['https://good.example/', 'noopener noreferrer nofollow']]);
    await message(ts).getByRole('button', { name: '<b>go</b>' }).click();
    await expect.poll(() => bot.requests.length).toBe(1);
    expect(page.context().pages()).toHaveLength(1);
  });

  it('sends a click as the acting user, after its confirm dialog, and shows what becomes of it', async () => {
    const confirm = {
      title: plain('Remove it?'),
      text: mrkdwn('It is *gone* then.'),
      confirm: plain('Remove'),
      deny: plain('Keep'),
    };
    const ts = await post([section('Open to all'), actions(button('Approve', { style: 'primary', confirm }))]);
    script.answer = async ({ payload }) => {
      await call(slack, 'chat.update', {
        channel: CHANNEL,
        ts,
        text: 'done',
        blocks: [section(`Approved by <@${payload.user.id}>`)],
      });
      return {};
    };
    await actAs('Dev');
    await message(ts).getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
    expect(bot.requests).toEqual([]);
    await message(ts).getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog', { name: 'Remove it?' }).getByRole('button', { name: 'Remove' }).click();
    await message(ts).getByText('Approved by').waitFor();
    expect(bot.requests.map(({ payload }) => payload.user.id)).toEqual([DEV]);
    expect(await message(ts).getByRole('button').count()).toBe(0);
  });

  it('warns when the bot does not answer, until a click works', async () => {
    const ts = await post([section('a'), actions(button('Deny'))]);
    script.answer = () => ({ status: 500 });
    await message(ts).getByRole('button', { name: 'Deny' }).click();
    await message(ts).getByRole('alert').getByText('HTTP 500').waitFor();
    await actAs('Dev');
    await message(ts).getByRole('alert').waitFor({ state: 'detached' });
    await actAs('Ana');
    await message(ts).getByRole('alert').waitFor();
    script.answer = () => ({});
    await message(ts).getByRole('button', { name: 'Deny' }).click();
    await message(ts).getByRole('alert').waitFor({ state: 'detached' });
  });

  it('names the answer that came too late', async () => {
    await startAnew({ limits: { postIntervalMs: 0, tiers: false, answerMs: 100 } });
    const ts = await post([section('a'), actions(button('Deny'))]);
    script.answer = () => ({ afterMs: 2000 });
    await message(ts).getByRole('button', { name: 'Deny' }).click();
    await message(ts).getByRole('alert').getByText('operation_timeout').waitFor();
  });

  it('keeps up with a storm of posts', async () => {
    const posts = Array.from({ length: 200 }, (_, index) => post([section(`card ${index}`), actions(button('Undo'))]));
    await Promise.all(posts);
    await expect.poll(() => page.locator('.message').count()).toBe(200);
  });

  it('whispers to one person only', async () => {
    await post([section('for all')]);
    await call(slack, 'chat.postEphemeral', { channel: CHANNEL, user: ANA, text: 'for Ana' });
    await page.locator('.message').getByText('for Ana').waitFor();
    expect(await page.getByText('Only visible to you').count()).toBe(1);
    await actAs('Dev');
    await page.locator('.message').getByText('for Ana').waitFor({ state: 'detached' });
    expect(await page.getByText('for all').count()).toBe(1);
  });

  it('fills in and sends a modal, with the errors at their fields', async () => {
    const ts = await post([section('a'), actions(button('Deny'))]);
    script.answer = async ({ payload }) => {
      if (payload.type === 'block_actions') {
        await call(slack, 'views.open', { trigger_id: payload.trigger_id, view: modal() });
        return {};
      }
      const reason = payload.view.state.values.reason.text.value;
      return reason === 'no way' ? { body: JSON.stringify({ response_action: 'errors', errors: { reason: 'Say why.' } }) } : {};
    };
    await message(ts).getByRole('button', { name: 'Deny' }).click();
    const dialog = page.getByRole('dialog', { name: 'Deny' });
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('Please complete this required field.').waitFor();
    await dialog.getByLabel('Reason').fill('no way');
    await post([section('meanwhile')]);
    await page.getByText('meanwhile').waitFor();
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('no way');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('Say why.').waitFor();
    await dialog.getByLabel('Reason').fill('Partners call it');
    await dialog.getByLabel('Days').fill('30');
    await dialog.getByLabel('Scope').selectOption('All');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(bot.requests.at(-1)?.payload.view.state.values).toMatchObject({
      reason: { text: { value: 'Partners call it' } },
      days: { number: { value: '30' } },
      scope: { select: { selected_option: { value: 'all' } } },
    });
  });

  it('closes a modal with Escape, and is used with the keyboard alone', async () => {
    const ts = await post([section('a'), actions(button('Deny'))]);
    script.answer = async ({ payload }) => {
      await call(slack, 'views.open', { trigger_id: payload.trigger_id, view: modal() });
      return {};
    };
    await message(ts).getByRole('button', { name: 'Deny' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Deny' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(slack.views()).toEqual([]);
  });

  it('marks channels with something new, and fits a telephone', async () => {
    await call(slack, 'chat.postMessage', { channel: OTHER, text: 'elsewhere' });
    await page.getByRole('button', { name: 'other, unread' }).click();
    await page.getByText('elsewhere').waitFor();
    expect(await page.getByRole('button', { name: 'other', exact: true }).getAttribute('aria-current')).toBe('page');
    await page.setViewportSize({ width: 360, height: 700 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});

describe('the page’s door', () => {
  it('is shut to other sites and other names', async () => {
    const body = JSON.stringify({ user: ANA, channel: CHANNEL, ts: '1.1', actionId: 'x' });
    const knock = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${slack.pageUrl}page/click`, { method: 'POST', headers, body })).status;
    expect(await knock({ 'content-type': 'text/plain' })).toBe(403);
    expect(await knock({ 'content-type': 'application/json', origin: 'https://evil.example' })).toBe(403);
    expect(await knock({ 'content-type': 'application/json', origin: 'null' })).toBe(403);
    expect(await knock({ 'content-type': 'application/json' })).toBe(409);
    expect((await fetch(`${slack.pageUrl}..%2fserver.ts`)).status).toBe(404);
  });
});
