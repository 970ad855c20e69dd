import { join } from 'node:path';
import { expect, it } from 'vitest';
import { observeFinding } from '../../../shared/engine/posture/observation.ts';
import { worstOf } from '../../../shared/engine/posture/worst.ts';
import { renderWeekly } from '../../../shared/slack/weekly.ts';
import { config, NOW, sampleLedger } from '../../cli/report/sample-estate.ts';
import { openBrowser, openPage } from '../../local/slack/page-bench.ts';
import { CHANNEL, call, startUnpaced } from '../../local/slack/workspace.ts';

/** The weekly message where people read it. */
it('stands in the channel with its figures, the worst functions and the link', async () => {
  const { findings, asked } = sampleLedger();
  const card = renderWeekly({
    at: NOW,
    open: { critical: 9, high: 33, medium: 144, low: 65 },
    opened: 61,
    fixed: 17,
    resolved: 24,
    asked: asked.length,
    oldestAskedAt: asked.map(({ createdAt }) => createdAt).sort()[0] ?? null,
    worst: worstOf(findings.map(observeFinding), 'function', 3),
    accounts: new Map(config.members.map(({ account, name = account }) => [account, name])),
    url: 'https://reports.example.com/cinch.html',
  });
  const slack = await startUnpaced();
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openPage(browser, slack.pageUrl);
    const { body } = await call(slack, 'chat.postMessage', { channel: CHANNEL, ...card });
    expect(body).toMatchObject({ ok: true });
    const message = page.locator(`[data-ts="${body.ts}"]`);
    await message.getByText('The week: 251 open findings, 61 new, 41 put right').waitFor();
    expect(await message.getByRole('link', { name: 'The whole report' }).getAttribute('href')).toContain(
      'https://reports.example.com/',
    );
    expect(await message.locator('code').count()).toBe(3);
    const kept = process.env.CINCH_SCREENSHOTS;
    if (kept) await message.screenshot({ path: join(kept, 'weekly.png') });
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await slack.stop();
  }
});
