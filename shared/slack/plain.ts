/** Text from outside made fit to be shown. Names, session names and policies are hostile input. Pure. */

/** Control characters, and all format characters: right-to-left marks, zero-width and tag characters hide or reorder what people read. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const INVISIBLE_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Cf}]/gu;
const LONE_SURROGATE = /\p{Cs}/gu;

/** One line. Line breaks become spaces. */
export function oneLine(text: string, max: number): string {
  const cleaned = text
    .slice(0, max * 4)
    .replace(/\s+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATE, '\uFFFD');
  return clip(cleaned.trim(), max);
}

/** Lines stay lines. */
export function lines(text: string, max: number): string {
  const cleaned = text.slice(0, max * 4).replace(/\r\n?|[\u2028\u2029]/gu, '\n');
  return clip(cleaned.replace(INVISIBLE_BUT_LINES, '').replace(LONE_SURROGATE, '\uFFFD'), max);
}

/** At most `max` characters as Slack and JavaScript count them, the last one an ellipsis when something was cut. Never splits a code point. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, Math.max(0, max - 1));
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** Clips a list to a number of entries and of characters; the last entry then says how many more there are. */
export function clipList(entries: readonly string[], limits: { entries: number; each: number; total: number }): string[] {
  const kept: string[] = [];
  let left = limits.total;
  for (const entry of entries) {
    const line = oneLine(entry, limits.each);
    if (line === '') continue;
    if (kept.length === limits.entries || line.length > left) {
      kept.push(`… and ${entries.length - kept.length} more`);
      break;
    }
    left -= line.length;
    kept.push(line);
  }
  return kept;
}
