import { fragment, h, safeLink } from './dom.js';
import { emojiFor } from './emoji.js';

/** Slack's mrkdwn to nodes: https://docs.slack.dev/messaging/formatting-message-text */

/** @typedef {{ users: Map<string, any>, channels: Map<string, any>, groups: Map<string, any>, me: string }} Names */

/** @param {string} text */
const decode = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** @param {string} id @param {Names} names */
export function userMention(id, names) {
  const user = names.users.get(id);
  const own = id === names.me ? ' mention-me' : '';
  return h('span', { class: `mention${own}` }, `@${user ? user.profile.display_name || user.real_name : id}`);
}

/** @param {string} range */
export const broadcast = (range) => h('span', { class: 'mention mention-all' }, `@${range}`);

const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');

const DATE_TOKENS = {
  date: (/** @type {Date} */ at) => at.toLocaleDateString('en-US', { year: 'numeric', month: 'long', day: 'numeric' }),
  date_short: (/** @type {Date} */ at) => at.toLocaleDateString('en-US', { year: 'numeric', month: 'short', day: 'numeric' }),
  date_long: (/** @type {Date} */ at) =>
    at.toLocaleDateString('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
  date_num: (/** @type {Date} */ at) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`,
  time: (/** @type {Date} */ at) => at.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' }),
  time_secs: (/** @type {Date} */ at) =>
    at.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', second: '2-digit' }),
};

/** "today", "tomorrow" or "yesterday" where it fits, as the `_pretty` tokens say. */
function prettyDay(/** @type {Date} */ at) {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000);
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
}

/** @param {number} seconds @param {string} format */
export function formatDate(seconds, format) {
  const at = new Date(seconds * 1000);
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (token, name, pretty) => {
    const write = Object.hasOwn(DATE_TOKENS, name) ? DATE_TOKENS[name] : undefined;
    if (!write) return token;
    return (pretty && prettyDay(at)) || write(at);
  });
}

/** @param {string} inner @param {string | undefined} label @param {Names} names */
function special(inner, label, names) {
  if (inner.startsWith('subteam^')) {
    const group = names.groups.get(inner.slice(8));
    return h('span', { class: 'mention' }, group ? `@${group.handle}` : (label ?? '@group'));
  }
  if (inner.startsWith('date^')) {
    const [, seconds, format, link] = inner.split('^');
    const text = Number.isFinite(Number(seconds)) && format ? formatDate(Number(seconds), decode(format)) : (label ?? '');
    return link ? safeLink(decode(link), text) : h('time', {}, text);
  }
  return ['here', 'channel', 'everyone'].includes(inner) ? broadcast(inner) : `<!${inner}>`;
}

/** What stands between angle brackets. @param {string} body @param {Names} names */
function bracket(body, names) {
  const bar = body.indexOf('|');
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? undefined : decode(body.slice(bar + 1));
  if (target.startsWith('@')) return userMention(target.slice(1), names);
  if (target.startsWith('#')) {
    const channel = names.channels.get(target.slice(1));
    return h('span', { class: 'mention' }, `#${channel?.name ?? label ?? target.slice(1)}`);
  }
  if (target.startsWith('!')) return special(target.slice(1), label, names);
  return safeLink(decode(target), label ?? decode(target));
}

// In order: code, brackets, bold, italic, strike, emoji, bare link. A mark counts only at a word's edge.
const INLINE =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*?\S)\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*?\S)~(?![\p{L}\p{N}~])|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)])/gu;

/** @param {string} text @param {Names} names @returns {(Node | string)[]} */
function inline(text, names) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(decode(text.slice(from, match.index)));
    from = match.index + match[0].length;
    const [whole, code, angle, bold, italic, strike, emoji, url] = match;
    if (code !== undefined) nodes.push(h('code', {}, decode(code)));
    else if (angle !== undefined) nodes.push(bracket(angle, names));
    else if (bold !== undefined) nodes.push(h('strong', {}, inline(bold, names)));
    else if (italic !== undefined) nodes.push(h('em', {}, inline(italic, names)));
    else if (strike !== undefined) nodes.push(h('s', {}, inline(strike, names)));
    else if (emoji !== undefined) nodes.push(emojiFor(emoji) ?? whole);
    else nodes.push(safeLink(decode(url), decode(url)));
  }
  nodes.push(decode(text.slice(from)));
  return nodes;
}

/** Lines, with those that begin with `>` as quotes. @param {string} text @param {Names} names */
function paragraphs(text, names) {
  const nodes = [];
  let quote = [];
  const flush = () => {
    if (quote.length > 0) nodes.push(h('blockquote', {}, inline(quote.join('\n'), names)));
    quote = [];
  };
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    if (quoted) {
      quote.push(line.slice(quoted[0].length));
      continue;
    }
    flush();
    nodes.push(...inline(index === lines.length - 1 ? line : `${line}\n`, names));
  }
  flush();
  return nodes;
}

/** @param {string} text @param {Names} names */
export function renderMrkdwn(text, names) {
  const nodes = [];
  for (const [index, part] of text.split(/```/).entries()) {
    if (index % 2 === 1) nodes.push(h('pre', {}, decode(part.replace(/^\n|\n$/g, ''))));
    else if (part.trim() !== '' || nodes.length === 0)
      nodes.push(...paragraphs(index > 0 ? part.replace(/^\n/, '') : part, names));
  }
  return fragment(nodes);
}
