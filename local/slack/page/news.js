import { authorOf, plainText } from './message.js';

/** Tells a screen reader in short what came or changed, while the cards themselves stay silent. */

const region = /** @type {HTMLElement} */ (document.getElementById('news'));
const MOST = 3;

/** What was there the last time, as ts and revision. @type {Map<string, number>} */
let known = new Map();

/** @param {any[]} messages of the channel @param {import('./message.js').Context} context @param {boolean} isFresh another channel or user than before */
export function tellNews(messages, context, isFresh) {
  const before = known;
  known = new Map(messages.map((message) => [message.ts, message.revision]));
  if (isFresh) {
    region.textContent = '';
    return;
  }
  const changed = messages.filter(({ ts, revision }) => before.get(ts) !== revision);
  if (changed.length === 0) return;
  const told = changed.slice(-MOST).map((message) => {
    const verb = before.has(message.ts) ? 'changed: ' : message.ephemeral_to ? 'only to you: ' : '';
    return `${authorOf(message, context).real_name}, ${verb}${plainText(message, context)}`;
  });
  const more = changed.length - told.length;
  region.textContent = [...(more > 0 ? [`${more} more messages.`] : []), ...told].join(' ');
}
