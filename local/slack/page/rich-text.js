import { h, safeLink } from './dom.js';
import { emojiFor } from './emoji.js';
import { broadcast, formatDate, userMention } from './mrkdwn.js';

/** Rich text: its leaves carry text as it is, with nothing to decode. */

const MARKS = [
  ['code', 'code'],
  ['bold', 'strong'],
  ['italic', 'em'],
  ['strike', 's'],
  ['underline', 'u'],
  ['highlight', 'mark'],
];

/** @param {any} leaf @param {import('./mrkdwn.js').Names} names @returns {Node | string} */
function content(leaf, names) {
  switch (leaf.type) {
    case 'text':
      return leaf.text;
    case 'link':
      return safeLink(leaf.url, leaf.text ?? leaf.url);
    case 'user':
      return userMention(leaf.user_id, names);
    case 'usergroup':
      return h('span', { class: 'mention' }, `@${names.groups.get(leaf.usergroup_id)?.handle ?? leaf.usergroup_id}`);
    case 'channel':
      return h('span', { class: 'mention' }, `#${names.channels.get(leaf.channel_id)?.name ?? leaf.channel_id}`);
    case 'emoji':
      return emojiFor(leaf.name) ?? `:${leaf.name}:`;
    case 'broadcast':
      return broadcast(leaf.range);
    case 'date':
      return h('time', {}, formatDate(leaf.timestamp, leaf.format));
    case 'color':
      return h('code', {}, leaf.value);
    default:
      return '';
  }
}

/** @param {any} leaf @param {import('./mrkdwn.js').Names} names */
function styled(leaf, names) {
  let node = content(leaf, names);
  for (const [mark, tag] of MARKS) if (leaf.style?.[mark]) node = h(tag, {}, node);
  return node;
}

/** @param {any} part @param {import('./mrkdwn.js').Names} names @returns {HTMLElement} */
function renderPart(part, names) {
  const inner = () => part.elements.map((/** @type {any} */ leaf) => styled(leaf, names));
  if (part.type === 'rich_text_preformatted') return h('pre', {}, inner());
  if (part.type === 'rich_text_quote') return h('blockquote', {}, inner());
  if (part.type === 'rich_text_list') {
    const items = part.elements.map((/** @type {any} */ item) =>
      h(
        'li',
        {},
        item.elements.map((leaf) => styled(leaf, names)),
      ),
    );
    const tag = part.style === 'ordered' ? 'ol' : 'ul';
    return h(tag, { class: `indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : undefined }, items);
  }
  return h('p', {}, inner());
}

/** @param {any} block @param {import('./mrkdwn.js').Names} names */
export const renderRichText = (block, names) =>
  h(
    'div',
    { class: 'rich-text' },
    block.elements.map((part) => renderPart(part, names)),
  );
