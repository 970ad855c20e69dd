import { avatar } from './avatar.js';
import { h } from './dom.js';
import { authorOf, renderMessage, secondsOf } from './message.js';
import { formatDate } from './mrkdwn.js';

/** @typedef {import('./message.js').Context} Context */

const isReply = (message) => message.thread_ts !== undefined && message.thread_ts !== message.ts;

/** What a thread holds below its first message, oldest first. @param {any[]} messages @param {string} ts */
export const repliesOf = (messages, ts) => messages.filter((message) => message.thread_ts === ts && message.ts !== ts);

/** The line below a message that opens its thread. */
function threadLine(parent, replies, context) {
  // A whisper in a thread is nobody's reply.
  const counted = replies.filter((reply) => !reply.ephemeral_to);
  const last = counted.at(-1);
  if (!last) return null;
  const faces = [...new Map(counted.map((reply) => authorOf(reply, context)).map((author) => [author.id, author])).values()];
  const isOpen = context.openedThread === parent.ts;
  return h(
    'div',
    { class: 'thread' },
    h(
      'button',
      {
        type: 'button',
        class: 'thread-toggle',
        'data-action': 'open-thread',
        'aria-expanded': String(isOpen),
        'aria-controls': 'thread',
        onclick: () => context.openThread(parent.ts),
      },
      faces.slice(0, 4).map((face) => avatar(face, 'tiny')),
      h('strong', {}, `${counted.length} ${counted.length === 1 ? 'reply' : 'replies'}`),
      h('span', { class: 'thread-last' }, formatDate(secondsOf(last), 'Last reply {date_short_pretty} at {time}')),
      h('span', { class: 'thread-view', 'aria-hidden': 'true' }, 'View thread'),
    ),
  );
}

const dayOf = (message) => formatDate(secondsOf(message), '{date_num}');
const dayLabel = (message) => {
  const label = formatDate(secondsOf(message), '{date_long_pretty}');
  return label[0].toUpperCase() + label.slice(1);
};
const dayLine = (message) => h('div', { class: 'day', role: 'separator' }, h('span', {}, dayLabel(message)));
const newLine = () => h('div', { class: 'new-line', role: 'separator', 'aria-label': 'New' }, h('span', {}, 'New'));

/** Brings the box to these children, moving only what isn't in place: moving a node would drop its focus and its open menu. */
function reconcile(box, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...box.children]) if (!wanted.has(child)) child.remove();
  for (const [index, node] of nodes.entries())
    if (box.children[index] !== node) box.insertBefore(node, box.children[index] ?? null);
}

/**
 * Draws into a box what changed and keeps the other nodes, so that focus and open menus stay.
 * @param {HTMLElement} box @param {{ key: string, from: string, draw: (isNew: boolean) => HTMLElement }[]} parts
 */
function drawKept(box, parts) {
  const old = new Map(
    [...box.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.key, /** @type {any} */ (node)]),
  );
  const active = document.activeElement;
  const focused = box.contains(active) ? active?.closest('[data-key]')?.getAttribute('data-key') : null;
  const action = active?.closest('[data-action]')?.getAttribute('data-action');
  const nodes = parts.map(({ key, from, draw }) => {
    const kept = old.get(key);
    if (kept?.drawnFrom === from) return kept;
    const node = /** @type {any} */ (draw(kept === undefined));
    node.dataset.key = key;
    node.drawnFrom = from;
    return node;
  });
  reconcile(box, nodes);
  if (focused && !box.contains(document.activeElement)) focusIn(box, focused, action);
}

/** The button that was clicked may be gone now; a keyboard user should stay at its message. */
function focusIn(box, key, action) {
  const group = box.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const same = action ? group?.querySelector(`button[data-action="${CSS.escape(action)}"]`) : null;
  /** @type {HTMLElement | null} */ (same ?? group?.querySelector('.message'))?.focus({ preventScroll: true });
}

const drawGroup = (isNew, ...children) => {
  const node = h('div', { class: isNew ? 'group group-new' : 'group', onanimationend: () => node.classList.remove('group-new') });
  node.append(...children.filter(Boolean));
  return node;
};

/**
 * Draws a channel.
 * @param {HTMLElement} box @param {any[]} messages @param {any[]} failures @param {Context & { openedThread: string }} context
 * @param {{ isFresh: boolean, newAfter: string | null }} how fresh: another channel or user than before; what came after `newAfter` is new
 */
export function drawChannel(box, messages, failures, context, { isFresh, newAfter }) {
  const failureOf = (message) => failures.find((one) => one.channel === message.channel && one.ts === message.ts);
  const known = new Map(messages.map((message) => [message.ts, message]));
  const parts = [];
  let day = '';
  let isMarked = newAfter === null;
  for (const message of messages) {
    if (isReply(message) && known.has(message.thread_ts) && !message.is_broadcast) continue;
    if (dayOf(message) !== day) {
      day = dayOf(message);
      parts.push({ key: `day ${day}`, from: dayLabel(message), draw: () => dayLine(message) });
    }
    if (!isMarked && message.ts > newAfter) {
      isMarked = true;
      parts.push({ key: 'new', from: newAfter, draw: newLine });
    }
    const replies = message.is_broadcast ? [] : repliesOf(messages, message.ts);
    const parent = message.is_broadcast ? known.get(message.thread_ts) : undefined;
    const isOpen = context.openedThread === message.ts;
    const from = JSON.stringify([message, replies, failureOf(message), parent?.text, context.me, isOpen]);
    const draw = (isNew) =>
      drawGroup(
        isNew && !isFresh,
        renderMessage(message, context, { where: 'channel', failure: failureOf(message), parent }),
        threadLine(message, replies, context),
      );
    parts.push({ key: message.ts, from, draw });
  }
  if (parts.length === 0)
    parts.push({ key: 'empty', from: '', draw: () => h('p', { class: 'empty' }, 'Nothing has been posted here yet.') });
  drawKept(box, parts);
}

/**
 * Draws a thread: its first message, how many replies, and these.
 * @param {HTMLElement} box @param {any} parent @param {any[]} replies @param {any[]} failures @param {Context} context @param {boolean} isFresh
 */
export function drawThread(box, parent, replies, failures, context, isFresh) {
  const failureOf = (message) => failures.find((one) => one.channel === message.channel && one.ts === message.ts);
  const part = (message) => ({
    key: message.ts,
    from: JSON.stringify([message, failureOf(message), context.me]),
    draw: (isNew) =>
      drawGroup(isNew && !isFresh, renderMessage(message, context, { where: 'thread', failure: failureOf(message) })),
  });
  const count = replies.filter((reply) => !reply.ephemeral_to).length;
  const label = count === 0 ? 'No replies yet' : `${count} ${count === 1 ? 'reply' : 'replies'}`;
  const line = { key: 'count', from: label, draw: () => h('p', { class: 'reply-count' }, h('span', {}, label)) };
  drawKept(box, [part(parent), line, ...replies.map(part)]);
}
