import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetFunctionConcurrencyCommand, GetPolicyCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Developer, makeFunction, makeRole, openToEverybody, openUrl, signIn } from '../../local/demo/workloads.ts';
import { PEOPLE } from '../../local/people.ts';
import { HUB, type System, startSystem } from '../../local/system.ts';
import { botFunctionName } from '../../shared/names.ts';
import { barriers } from '../local/slack/page-bench.ts';
import { openScreen, type Screen } from './browser.ts';
import { type HubView, viewHub } from './hub.ts';
import { pause } from './until.ts';

/** Every way through a card, by a person's hand in Chromium, on the deployed system. Its pictures are those of docs/slack.md. */

const CONFIG_FILE = join(dirname(fileURLToPath(import.meta.url)), 'page.yaml');

const WINDOW = { width: 1120, height: 890 };
/** No card is longer. */
const TALL = { width: 1040, height: 1600 };

/** An element in the browser, whose types are not here. */
interface Scrolled {
  scrollIntoView(to: { block: 'end' }): void;
}

let system: System;
let hub: HubView;
let screen: Screen;
let dana: Developer;

beforeAll(async () => {
  system = await startSystem({ configFile: CONFIG_FILE, unlimitedSlack: true });
  [hub, dana, screen] = await Promise.all([viewHub(system), signIn(system), openScreen(system.slack.pageUrl)]);
  await screen.page.setViewportSize(WINDOW);
  await screen.page.emulateMedia({ reducedMotion: 'reduce' });
  // Asked while a question lives for half a minute; all the others get their day.
  await makePublic(await signIn(system, PEOPLE.bo.profile.email), 'nightly-import');
  await screen.card('nightly-import', 'Remove the statement');
  const config = JSON.parse(await hub.readConfig()) as { slack: object };
  await hub.putConfig(JSON.stringify({ ...config, slack: { ...config.slack, approvalHours: 24 } }), 'on-change', 'notify');
  await makeWorkloads();
}, 300_000);

afterAll(async () => {
  await screen?.close();
  await system?.stop();
});

async function makePublic(developer: Developer, name: string): Promise<void> {
  await makeFunction(developer, { name });
  await openToEverybody(developer, name);
}

/** Of each rule fewer than a digest gathers. */
async function makeWorkloads(): Promise<void> {
  const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  const withUrl = async (name: string): Promise<void> => {
    await makeFunction(dana, { name });
    await openUrl(dana, name);
  };
  await Promise.all([
    ...['report-export', 'partner-hook', 'order-events'].map((name) => makePublic(dana, name)),
    ...['image-resizer', 'newsletter', 'checkout'].map(withUrl),
    makeRole(dana, 'data-sync-role', everything).then((role) => makeFunction(dana, { name: 'data-sync', role })),
  ]);
}

const policy = async (name: string): Promise<string | null> => {
  try {
    return (await dana.lambda.send(new GetPolicyCommand({ FunctionName: name }))).Policy ?? null;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return null;
    throw error;
  }
};

/** The card of a question, on the screen. */
async function asked(name: string): Promise<Locator> {
  const card = await screen.card(name, 'Asked because');
  await card.getByRole('button', { name: 'Approve' }).waitFor();
  return card;
}

const button = (inside: Locator, name: string): Locator => inside.getByRole('button', { name, exact: true });
const dialog = (name: string): Locator => screen.page.getByRole('dialog', { name });

/** A card that is brought up to date meanwhile is another element, and closes what was open on it: then once more, as a person would. */
async function openThen(open: Locator, inside: Locator): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await open.click();
    try {
      return await inside.click({ timeout: attempt < 4 ? 2_000 : 20_000 });
    } catch (error) {
      if (attempt === 4) throw error;
    }
  }
}

/** Clicks what asks once more. */
const press = (card: Locator, name: string, title: string): Promise<void> =>
  openThen(button(card, name), button(dialog(title), name));

const says = (card: Locator, words: string): Promise<void> => card.getByText(words, { exact: false }).first().waitFor();

/** A picture of a message whole, of a part of the page, or of the page. */
async function picture(name: string, message?: Locator): Promise<void> {
  if (!process.env.CINCH_SCREENSHOTS) return;
  if (!message) return screen.picture(name);
  // A card is taller than the window; a dialog is not.
  if ((await message.getAttribute('open')) === null) await screen.page.setViewportSize(TALL);
  try {
    await screen.picture(name, message);
  } catch {
    // It was brought up to date meanwhile, and is another element now.
    await pause(500);
    await screen.picture(name, message);
  }
  await screen.page.setViewportSize(WINDOW);
}

/** Chooses from the card's menu. */
const choose = (card: Locator, item: string): Promise<void> =>
  openThen(button(card, 'More actions'), screen.page.getByRole('menuitem', { name: item }));

describe('a question', () => {
  it('says what happened and what the click would do; the author is told that it is not for them', async () => {
    const card = await asked('report-export');
    await picture('asked', card);
    await screen.actAs('Dana');
    await press(card, 'Approve', 'Approve this change?');
    const refusal = screen.page.locator('.ephemeral').last();
    await refusal.getByText('You made this change, so somebody else must decide.').waitFor();
    await picture('refused', refusal);
    expect(await policy('report-export')).toContain('open-to-partners');
  });

  it('has details behind it', async () => {
    await screen.actAs('Alice');
    const card = await asked('report-export');
    await button(card, 'Details').click();
    const details = dialog('Details');
    await details.getByRole('heading', { name: 'What the click does' }).waitFor();
    await picture('details', details);
    await details.getByRole('heading', { name: 'Who may decide' }).waitFor();
    expect(await details.textContent()).toContain('lambda:RemovePermission');
    expect(await barriers(screen.page)).toEqual([]);
    await button(details, 'Close').last().click();
    await details.waitFor({ state: 'detached' });
    await card.evaluate((node: Scrolled) => node.scrollIntoView({ block: 'end' }));
    await picture('channel');
  });

  it('is approved, done, told in its thread, and undone to the byte', async () => {
    const before = await policy('report-export');
    const card = await asked('report-export');
    await button(card, 'Approve').click();
    await picture('confirm', dialog('Approve this change?'));
    await button(dialog('Approve this change?'), 'Approve').click();
    await says(card, 'Done and checked.');
    expect(await policy('report-export')).toBeNull();
    await button(card, 'Undo').waitFor();
    await picture('approved', card);
    await press(card, 'Undo', 'Undo this change?');
    await says(card, 'It is as it was before.');
    expect(await policy('report-export')).toBe(before);
    await picture('undone', card);
    await screen.page
      .locator(`.group:has(${await selectorOf(card)})`)
      .getByRole('button', { name: /repl/ })
      .click();
    const thread = screen.page.getByRole('complementary', { name: 'Thread' });
    for (const told of ['Approved by', 'and verified.', 'Undo asked for by', 'Undone, and verified.'])
      await thread.locator('.reply').getByText(told, { exact: false }).first().waitFor();
    await picture('thread');
    expect(await barriers(screen.page)).toEqual([]);
    await button(thread, 'Close thread').click();
  });

  it('is denied, with a reason', async () => {
    const card = await asked('image-resizer');
    await button(card, 'Deny').click();
    const deny = dialog('Deny this change');
    await button(deny, 'Deny').click();
    await deny.getByText('Please complete this required field.').waitFor();
    await deny.getByLabel('Reason').fill('It is a public thumbnail service; the security review was in May.');
    await picture('deny');
    await button(deny, 'Deny').click();
    await says(card, 'Denied by');
    await picture('denied', card);
  });

  it('ends in an exemption with an owner, a reason and an end', async () => {
    const card = await asked('partner-hook');
    await button(card, 'Exempt').click();
    const exempt = dialog('Exempt this resource');
    await exempt.getByLabel('Reason').fill('A partner calls it without AWS credentials until the migration.');
    await exempt.getByLabel('For how many days').fill('0');
    await exempt.getByLabel('Who answers for it').fill('payments@northwind.example');
    await button(exempt, 'Exempt').click();
    await exempt.locator('.field-error:visible').waitFor();
    await picture('exempt', exempt);
    await exempt.getByLabel('For how many days').fill('60');
    expect(await exempt.locator('.field-error:visible').count()).toBe(0);
    await button(exempt, 'Exempt').click();
    await says(card, 'Exempted by');
    await picture('exempted', card);
    expect(await policy('partner-hook')).toContain('open-to-partners');
  });

  it('is put off, and withdrawn', async () => {
    const card = await asked('data-sync-role');
    await button(card, 'More actions').click();
    await screen.page.getByRole('menu').waitFor();
    await picture('menu');
    await screen.page.getByRole('menuitem', { name: 'Snooze for 24 hours' }).click();
    await says(card, 'Snoozed until');
    await choose(card, 'Withdraw the question');
    await says(card, 'Nothing was decided or changed.');
    await picture('withdrawn', card);
  });

  it('that nobody answers expires, and changes nothing', async () => {
    const card = await screen.card('nightly-import', 'Finding');
    const lambda = new LambdaClient(system.clientConfig(HUB.account, HUB.region));
    for (let tries = 0; tries < 40 && !(await card.textContent())?.includes('Expired'); tries += 1) {
      await lambda.send(new InvokeCommand({ FunctionName: botFunctionName('sweep') }));
      await pause(1000);
    }
    await says(card, 'Expired: nobody decided in time.');
    await picture('expired', card);
    expect(await policy('nightly-import')).toContain('open-to-partners');
  });
});

describe('what is out of the ordinary', () => {
  it('a resource that moved is not touched: it is asked anew, for what it is now', async () => {
    const card = await asked('order-events');
    await hub.setConsumed('changes', false);
    await openToEverybody(dana, 'order-events', 'open-to-auditors');
    await press(card, 'Approve', 'Approve this change?');
    await says(card, 'it is no longer what this was proposed for');
    await picture('stale', card);
    expect(await policy('order-events')).toContain('open-to-partners');
    await hub.setConsumed('changes', true);
    await card.getByText('open-to-auditors').first().waitFor();
    await button(card, 'Approve').waitFor();
    await press(card, 'Approve', 'Approve this change?');
    await says(card, 'Done and checked.');
    expect(await policy('order-events')).toBeNull();
  });

  it('a function is put in quarantine, and let out', async () => {
    const reserved = async () =>
      (await dana.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: 'newsletter' }))).ReservedConcurrentExecutions;
    const card = await asked('newsletter');
    await press(card, 'Quarantine', 'Quarantine this function?');
    await says(card, 'Quarantined: every call of it is refused');
    expect(await reserved()).toBe(0);
    await picture('quarantined', card);
    await button(card, 'Undo quarantine').click();
    await screen.page.getByRole('dialog').getByRole('button').last().click();
    await says(card, 'Quarantine lifted');
    expect(await reserved()).toBeUndefined();
  });

  it('the author breaks the glass, and everybody hears of it', async () => {
    const card = await asked('checkout');
    await screen.actAs('Dana');
    await button(card, 'Break glass …').click();
    const glass = screen.page.getByRole('dialog').last();
    const confirm = glass.getByRole('button', { name: 'Break glass …' });
    if (await confirm.count()) await confirm.click();
    const form = dialog('Break the glass');
    await form.getByLabel('Reason').fill('The page is being scraped right now and nobody else is awake.');
    await form.getByLabel('Type the name').fill('checkout');
    await picture('break-glass', form);
    await button(form, 'Approve alone').click();
    await says(card, 'BREAK-GLASS');
    const told = screen.page
      .locator('#messages .message')
      .filter({ hasText: 'replied to a thread' })
      .filter({ hasText: 'Break-glass' });
    await told.waitFor();
    await says(card, 'Done and checked.');
    await picture('break-glass-told', told);
    await screen.actAs('Alice');
  });
});

describe('a storm', () => {
  it('is one message, and is decided from its list', async () => {
    const builder = await signIn(system, 'build-77');
    const names = ['catalog-a', 'catalog-b', 'catalog-c', 'catalog-d', 'catalog-e', 'catalog-f'];
    await Promise.all(names.map((name) => makePublic(builder, name)));
    const digest = await screen.card('functions against', 'build-77', '3 functions');
    await picture('digest', digest);
    await button(digest, 'Review').click();
    const review = dialog('Review');
    await review.getByText('1 to 3 of 3').waitFor();
    await picture('review', review);
    await button(review, 'Approve').first().click();
    await button(dialog('Approve this change?'), 'Approve').click();
    await says(digest, '1 of 3 decided: 2 waiting, 1 done.');
    await button(review, 'Close').last().click();
    await review.waitFor({ state: 'detached' });
    const open = await Promise.all(names.map(policy));
    expect(open.filter((text) => text === null)).toHaveLength(1);
  });
});

describe('a command', () => {
  it('says what is open, to its writer alone', async () => {
    const draft = screen.page.getByRole('combobox');
    await draft.pressSequentially('/c');
    await screen.page.getByRole('option', { name: '/cinch' }).waitFor();
    await picture('command');
    await draft.press('Tab');
    await draft.pressSequentially('status');
    await draft.press('Enter');
    const answer = screen.page.locator('.ephemeral').filter({ hasText: 'Cinch is running' });
    await answer.waitFor();
    expect(await answer.textContent()).toContain('waiting for a decision');
    await picture('status', answer);
  });
});

const selectorOf = async (card: Locator): Promise<string> => `[data-ts="${await card.getAttribute('data-ts')}"]`;

it('every click was answered in time', () => {
  const failed = system.slack.deliveries().filter(({ ok, error }) => !ok && error !== 'input_invalid');
  expect(failed).toEqual([]);
});
