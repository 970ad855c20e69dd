import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReport } from '../../../cli/report/build.ts';
import { sourceFromLedger } from '../../../cli/report/from-ledger.ts';
import { sourceFromScans } from '../../../cli/report/from-scans.ts';
import { reportPage } from '../../../cli/report/html/page.ts';
import { RULES } from '../../../shared/rules/index.ts';
import { barriers, openBrowser } from '../../local/slack/page-bench.ts';
import { config, NOW, sampleLedger, sampleScan } from './sample-estate.ts';

/** The page in a browser: what people meet on a screen, on a phone and on paper. */

const settings = { days: 30, members: config.members, catalogue: RULES };
const nothing = { findings: [], asked: [], exemptions: [] };
const PAGES = {
  ledger: buildReport(sourceFromLedger(sampleLedger(), config.exemptions, NOW), settings),
  scans: buildReport(
    sourceFromScans(
      [0, 3, 6].map((week) => ({ file: String(week), document: sampleScan(week) })),
      () => 'low',
    ),
    settings,
  ),
  'an empty ledger': buildReport(sourceFromLedger(nothing, [], NOW), settings),
};

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'cinch-report-'));
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

interface Opened {
  readonly page: Page;
  /** What was asked for besides the file itself, or complained about. */
  readonly complaints: string[];
}

async function open(name: keyof typeof PAGES, width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, reportPage(PAGES[name]));
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: true });
  const complaints: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(request.url());
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

const scrollWidth = (page: Page) => page.evaluate('document.documentElement.scrollWidth') as Promise<number>;

describe.each(Object.keys(PAGES) as (keyof typeof PAGES)[])('the page of %s', (name) => {
  it.each([
    ['on a screen', 1280, 'light'],
    ['in the dark', 1280, 'dark'],
    ['on a phone', 390, 'light'],
    ['on a phone in the dark', 390, 'dark'],
  ] as const)('meets no barrier that axe-core knows %s, asks for nothing and fits', async (_, width, scheme) => {
    const { page, complaints } = await open(name, width, scheme);
    expect(await scrollWidth(page)).toBe(width);
    expect(complaints).toEqual([]);
    expect(await barriers(page)).toEqual([]);
    await page.close();
  });
});

describe('the page', () => {
  it('shows one chart of each pair, with letters that can be read', async () => {
    for (const [width, shown] of [
      [1280, 'wide'],
      [390, 'narrow'],
    ] as const) {
      const { page } = await open('ledger', width);
      const charts = page.locator('.chart svg:visible');
      expect(await charts.count()).toBe(3);
      expect(await page.locator(`.chart svg.${shown}:visible`).count()).toBe(3);
      const size = (await page.evaluate(
        `(() => { const svg = document.querySelector('.chart svg.${shown}'); return 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; })()`,
      )) as number;
      expect(size).toBeGreaterThan(11);
      await page.close();
    }
  });

  it('names tables, rows and charts for who can’t see them', async () => {
    const { page } = await open('ledger', 390);
    await page.getByRole('table', { name: 'By account' }).waitFor();
    expect(await page.getByRole('rowheader', { name: /shop-production/ }).count()).toBe(1);
    await page.getByRole('img', { name: 'Open findings over time' }).waitFor();
    await page.close();
  });

  it('prints light on white, without what only a screen needs', async () => {
    const { page } = await open('ledger', 800, 'dark');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
    await page.close();
  });

  it('is kept as a picture where CINCH_SCREENSHOTS names a folder', async () => {
    const { page } = await open('ledger', 1280);
    const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 1280, height: 1560 }, fullPage: true });
    expect(picture.length).toBeGreaterThan(50_000);
    const kept = process.env.CINCH_SCREENSHOTS;
    if (kept) writeFileSync(join(kept, 'report.png'), picture);
    await page.close();
  });
});
