import type { RichTextBlock, RichTextBlockElement, RichTextElement, RichTextSection } from '@slack/types';
import { unixSeconds, utcText } from './mrkdwn.ts';
import { lines, oneLine } from './plain.ts';

/** Rich text needs no escaping: a text element is shown as it is, whatever it holds, and can't ping or link. Pure. */

export type Leaf = RichTextElement;

/** Slack's own limit for one text; longer ones are clipped. */
const MAX_TEXT = 2900;

export const words = (text: string): Leaf => ({ type: 'text', text: text === '' ? ' ' : text });
export const bold = (text: string): Leaf => ({ type: 'text', text, style: { bold: true } });
export const italic = (text: string): Leaf => ({ type: 'text', text, style: { italic: true } });

/** A name from outside, in one line. */
export const name = (text: string, max = 140): Leaf => ({
  type: 'text',
  text: oneLine(text, max) || '(no name)',
  style: { code: true },
});

/** A sentence from outside, in one line. */
export const sentence = (text: string, max = 400): Leaf => words(oneLine(text, max));

/** In the reader's own time zone. */
export function time(iso: string): Leaf {
  const timestamp = unixSeconds(iso);
  if (timestamp === undefined) return sentence(iso, 40);
  return { type: 'date', timestamp, format: '{date_short_pretty} at {time}', fallback: utcText(timestamp) };
}

/** The id must come from Slack; who decided by the command line has an ARN, of which the session is told; anything else is shown as text. */
export const person = (userId: string): Leaf =>
  /^[UW][A-Z0-9]{2,30}$/.test(userId) ? { type: 'user', user_id: userId } : name(sessionOf(userId), 100);

/** `alice@example.com` of `arn:aws:sts::111111111111:assumed-role/ops/alice@example.com`. */
export const sessionOf = (id: string): string => (id.startsWith('arn:') ? id.slice(id.lastIndexOf('/') + 1) : id);

/** A user or a user group of the configuration, by the form of its id. Slack tells them, once, when the message is posted. */
export const called = (id: string): Leaf => (/^S[A-Z0-9]{2,30}$/.test(id) ? { type: 'usergroup', usergroup_id: id } : person(id));

export const line = (...elements: Leaf[]): RichTextSection => ({ type: 'rich_text_section', elements });

export const preformatted = (text: string, max = MAX_TEXT): RichTextBlockElement => ({
  type: 'rich_text_preformatted',
  elements: [{ type: 'text', text: lines(text, Math.min(max, MAX_TEXT)) || ' ' }],
});

export const bullets = (items: readonly RichTextSection[]): RichTextBlockElement => ({
  type: 'rich_text_list',
  style: 'bullet',
  elements: [...items],
});

export const richText = (...elements: RichTextBlockElement[]): RichTextBlock => ({ type: 'rich_text', elements });

/** Several lines as one section, which Slack shows without space between. */
export function stacked(rows: readonly (readonly Leaf[])[]): RichTextSection {
  return line(...rows.flatMap((row, index) => (index === 0 ? [...row] : [words('\n'), ...row])));
}
