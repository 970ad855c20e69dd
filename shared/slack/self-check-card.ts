import type { Check } from '../flows/doctor/check.ts';
import type { Card } from '../flows/ports.ts';
import { escapeMrkdwn } from './mrkdwn.ts';
import { clip } from './plain.ts';

/** More than this is for `cinch doctor`. */
const MOST_LINES = 10;
const LINE = 250;

/** What has turned broken, or that all is well again. Pure. */
export function selfCheckCard(news: readonly Check[], total: number): Card {
  if (news.length === 0) return plain('✅ Cinch’s self-check finds everything in order again.');
  const lines = news
    .slice(0, MOST_LINES)
    .map(({ place, title, verdict, seen }) => `• *${place}*: ${escapeMrkdwn(clip(`${title}: ${verdict}, ${seen}`, LINE))}`);
  const more = news.length > MOST_LINES ? [`… and ${news.length - MOST_LINES} more.`] : [];
  const all = total > news.length ? ` (${total} in all)` : '';
  const head = `🩺 *Cinch’s self-check: ${news.length} turned broken or could not be checked${all}.*`;
  return plain([head, ...lines, ...more, '`cinch doctor` says how to mend each.'].join('\n'));
}

/** What `cinch doctor --post` writes to each channel, and takes back. */
export const POST_TEST = '🩺 `cinch doctor --post` tries whether Cinch may write here. This message is taken back at once.';
export const postTestCard = (): Card => plain(POST_TEST);

const plain = (text: string): Card => ({
  text: clip(text, 2900),
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: clip(text, 2900) } }],
});
