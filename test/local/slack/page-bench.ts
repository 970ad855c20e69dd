import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ensureChromium } from '../../../local/setup/setup.mjs';

const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function openBrowser(): Promise<Browser> {
  const executablePath = await ensureChromium();
  return chromium.launch({ executablePath, args: [...ARGS, ...QUIET] });
}

export interface Opened {
  readonly page: Page;
  /** What the page should not have done: thrown, complained on the console, opened a dialog of the browser. */
  readonly complaints: string[];
}

export async function openPage(browser: Browser, url: string): Promise<Opened> {
  const complaints: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is what some tests are about; everything else on the console is a mistake of the page.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.getByText('Nothing has been posted here yet.').waitFor();
  return { page, complaints };
}

const { source } = createRequire(import.meta.url)('axe-core') as { source: string };

interface AxeResults {
  violations: { id: string; nodes: { target: string[]; failureSummary?: string }[] }[];
}

/** What axe-core finds wrong with the page as it is now, as `rule: element`. */
export async function barriers(page: Page): Promise<string[]> {
  // By the debugger, since the page's own policy lets no other script in.
  await page.evaluate(source);
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`;
  const { violations } = (await page.evaluate(run)) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')} (${failureSummary.replace(/\s+/g, ' ')})`),
  );
}
