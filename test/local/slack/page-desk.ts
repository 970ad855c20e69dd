import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { SlackWorkspace } from '../../../local/slack/start.ts';
import { openBrowser, openPage } from './page-bench.ts';
import { type Answering, CHANNEL, call, plain, type Received, startBot, startUnpaced } from './workspace.ts';

/** A workspace with a bot, and its page in a browser, both new for each test of a file that calls `usePage`. */

export let page: Page;
export let slack: SlackWorkspace;
export let bot: Awaited<ReturnType<typeof startBot>>;
/** What the bot answers with. */
export const script: { answer: (received: Received) => Answering | Promise<Answering> } = { answer: () => ({}) };

export function usePage(): void {
  let browser: Browser;
  let complaints: string[];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    script.answer = () => ({});
    bot = await startBot((received) => script.answer(received));
    slack = await startUnpaced({ requestUrl: bot.url });
    ({ page, complaints } = await openPage(browser, slack.pageUrl));
  });
  afterEach(async () => {
    await page.close();
    await slack.stop();
    await bot.stop();
    expect(complaints).toEqual([]);
  });
}

/** With another workspace, of which the bot and the page are. */
export async function startAnew(options: Parameters<typeof startUnpaced>[0]): Promise<void> {
  await slack.stop();
  slack = await startUnpaced({ requestUrl: bot.url, ...options });
  await page.goto(slack.pageUrl);
}

/** Answers its ts. */
export async function post(blocks: object[], more: object = {}): Promise<string> {
  const { body } = await call(slack, 'chat.postMessage', { channel: CHANNEL, text: 'fallback', blocks, ...more });
  expect(body).toMatchObject({ ok: true });
  return body.ts as string;
}

export const message = (ts: string): Locator => page.locator(`[data-ts="${ts}"]`);
export const thread = (): Locator => page.getByRole('complementary', { name: 'Thread' });
export const actAs = (name: string): Promise<void> => page.getByRole('radio', { name }).check();

/** What has the focus, by its words or its label. */
export const focused = (): Promise<string> =>
  page.evaluate(
    '(document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText ?? "").trim()',
  ) as Promise<string>;

export const press = async (...keys: string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

export const menu = {
  type: 'overflow',
  action_id: 'more',
  options: ['Snooze for 4 hours', 'Snooze for 24 hours', 'Withdraw'].map((text) => ({ text: plain(text), value: text })),
};
