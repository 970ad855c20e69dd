import { oneLine } from './plain.ts';

/** A piece of mrkdwn that Cinch itself made and that must not be escaped. */
export interface Trusted {
  readonly mrkdwn: string;
}

const MAX_VALUE = 300;

/**
 * Builds mrkdwn; every interpolation is cleaned, clipped and escaped unless it is {@link Trusted}. `*`, `_`, `~` and backticks can't be
 * escaped in mrkdwn, so names of resources belong in plain or rich text; here they can change the look but ping nobody and link nowhere.
 */
export function mrkdwn(parts: TemplateStringsArray, ...values: readonly (string | number | Trusted)[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1];
    return built + (typeof value === 'object' ? value.mrkdwn : escapeMrkdwn(oneLine(String(value), MAX_VALUE))) + part;
  });
}

/** `&` first, or the others' own would be escaped again. https://docs.slack.dev/messaging/formatting-message-text */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A mention of a user, for ids that have the form of one; other text stays text. */
export const mention = (userId: string): Trusted => ({
  mrkdwn: /^[UW][A-Z0-9]{2,30}$/.test(userId)
    ? `<@${userId}>`
    : escapeMrkdwn(oneLine(userId.slice(userId.lastIndexOf('/') + 1), 100)),
});

/** A time in the reader's own time zone. @param iso ISO time */
export function slackDate(iso: string): Trusted {
  const seconds = unixSeconds(iso);
  if (seconds === undefined) return { mrkdwn: escapeMrkdwn(oneLine(iso, 40)) };
  return { mrkdwn: `<!date^${seconds}^{date_short_pretty} at {time}|${utcText(seconds)}>` };
}

/** Undefined for what is no time. */
export function unixSeconds(iso: string): number | undefined {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.floor(ms / 1000);
}

export const utcText = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
