import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { ensureChromium } from '../../local/setup/setup.mjs';

/** The page as a person uses it. */
export interface Screen {
  readonly page: Page;
  actAs(person: string): Promise<void>;
  /** Waits for the newest message that says all of these, and stays with it when its words change. */
  card(...texts: string[]): Promise<Locator>;
  /** Keeps a picture when CINCH_SCREENSHOTS names a folder. */
  picture(name: string, what?: Locator): Promise<void>;
  close(): Promise<void>;
}

/** The sidebar may be drawn anew in the moment of the click; then once more. */
async function checkUntilItStays(radio: Locator): Promise<void> {
  for (let attempt = 1; !(await radio.isChecked()); attempt++)
    await radio.check({ timeout: 5_000 }).catch((error: unknown) => {
      if (attempt === 5) throw error;
    });
}

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openScreen(url: string): Promise<Screen> {
  const browser: Browser = await chromium.launch({ executablePath: await ensureChromium(), args: QUIET });
  const page = await browser.newPage({ viewport: { width: 1180, height: 900 }, deviceScaleFactor: 1.5 });
  await page.goto(url);
  const folder = process.env.CINCH_SCREENSHOTS;
  return {
    page,
    actAs: (person) => checkUntilItStays(page.getByRole('radio', { name: person })),
    card: async (...texts) => {
      const found = texts.reduce((some, text) => some.filter({ hasText: text }), page.locator('[data-ts]')).last();
      await found.waitFor();
      return page.locator(`[data-ts="${await found.getAttribute('data-ts')}"]`);
    },
    picture: async (name, what) => {
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      // Else what lies under the mouse is tinted.
      await page.mouse.move(2, 2);
      await (what ?? page).screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
    },
    close: () => browser.close(),
  };
}
