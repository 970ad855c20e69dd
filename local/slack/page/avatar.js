import { h } from './dom.js';

const COLORS = 8;

/** Each person gets the next color, in the order they first appear. @type {Map<string, number>} */
const colors = new Map();

function colorOf(id) {
  const color = colors.get(id) ?? colors.size % COLORS;
  colors.set(id, color);
  return color;
}

/** The bot's icon, or a person's initials on a color of their own. @param {{ id: string, real_name: string, isBot?: boolean }} who */
export function avatar(who, size = 'medium') {
  if (who.isBot) return h('img', { class: `avatar avatar-${size}`, src: 'cinch.svg', alt: '' });
  const words = who.real_name.split(/\s+/).map((word) => [...word][0] ?? '');
  return h(
    'span',
    { class: `avatar avatar-${size} color-${colorOf(who.id)}`, 'aria-hidden': 'true' },
    words.slice(0, 2).join('').toUpperCase(),
  );
}
