import { avatar } from './avatar.js';
import { h } from './dom.js';
import { formatDate, renderMrkdwn } from './mrkdwn.js';
import { renderBlocks } from './render-blocks.js';

/** @typedef {import('./render-elements.js').Context & { bot: { id: string, name: string }, act: Function }} Context */

const seconds = (message) => Number(message.ts.split('.')[0]);
const FOLD_REPLIES_FROM = 4;

function authorOf(message, context) {
  if (message.bot_id) return { id: context.bot.id, real_name: context.bot.name, isBot: true };
  const user = context.users.get(message.user);
  return { id: message.user, real_name: user ? user.profile.display_name || user.real_name : message.user };
}

const REASONS = {
  operation_timeout: 'didn’t answer within 3 seconds (operation_timeout)',
  connection_failed: 'could not be reached (dispatch_failed)',
  no_request_url: 'has no request URL for clicks (no_request_url)',
};

function renderFailure(failure, context) {
  const reason = REASONS[failure.error] ?? `answered with an error (HTTP ${failure.status ?? 'none'})`;
  return h(
    'p',
    { class: 'failure', role: 'alert' },
    h('span', { class: 'failure-sign', 'aria-hidden': 'true' }, '⚠'),
    ` ${context.bot.name} ${reason}`,
  );
}

/** @param {any} message @param {Context} context @param {any} failure @param {boolean} small */
function renderMessage(message, context, failure, small) {
  const author = authorOf(message, context);
  const bound = { ...context, act: (action) => context.act({ ...action, channel: message.channel, ts: message.ts }) };
  const body =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, bound)
      : h('div', { class: 'text plain' }, renderMrkdwn(message.text, context));
  const time = formatDate(seconds(message), '{time}');
  return h(
    'article',
    {
      class: `message${message.ephemeral_to ? ' ephemeral' : ''}${small ? ' reply' : ''}`,
      'data-ts': message.ts,
      tabindex: '-1',
      'aria-label': `${author.real_name}, ${time}: ${message.text.slice(0, 120)}`,
    },
    message.ephemeral_to
      ? h('p', { class: 'only-you' }, h('span', { class: 'eye', 'aria-hidden': 'true' }), 'Only visible to you')
      : null,
    h(
      'div',
      { class: 'message-row' },
      avatar(author, small ? 'small' : 'medium'),
      h(
        'div',
        { class: 'message-main' },
        h(
          'p',
          { class: 'byline' },
          h('span', { class: 'author' }, author.real_name),
          author.isBot ? h('span', { class: 'badge' }, 'APP') : null,
          h('time', { class: 'time', datetime: new Date(seconds(message) * 1000).toISOString() }, time),
        ),
        h('div', { class: 'blocks' }, body),
        failure ? renderFailure(failure, context) : null,
      ),
    ),
  );
}

/** Which threads a person opened or folded; the others follow their length. @type {Map<string, boolean>} */
const unfolded = new Map();

function renderThread(parent, replies, context, failureOf) {
  const list = h(
    'div',
    { class: 'replies' },
    replies.map((reply) => renderMessage(reply, context, failureOf(reply), true)),
  );
  const count = `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`;
  const last = formatDate(seconds(replies.at(-1)), 'Last reply {date_short_pretty} at {time}');
  const button = h(
    'button',
    {
      type: 'button',
      class: 'thread-toggle',
      onclick: () => show(list.hidden),
    },
    avatar(authorOf(replies.at(-1), context), 'tiny'),
    h('strong', {}, count),
    h('span', { class: 'thread-last' }, last),
  );
  const show = (open) => {
    unfolded.set(parent.ts, open);
    list.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  const open = unfolded.get(parent.ts) ?? replies.length < FOLD_REPLIES_FROM;
  list.hidden = !open;
  button.setAttribute('aria-expanded', String(open));
  return h('div', { class: 'thread' }, button, list);
}

/** Groups a channel's messages: parents with their replies. */
function threads(messages) {
  const known = new Set(messages.map((message) => message.ts));
  const parents = messages.filter(
    (message) => !message.thread_ts || !known.has(message.thread_ts) || message.thread_ts === message.ts,
  );
  return parents.map((parent) => ({
    parent,
    replies: messages.filter((message) => message.thread_ts === parent.ts && message.ts !== parent.ts),
  }));
}

const dayOf = (message) => formatDate(seconds(message), '{date_num}');
const dayLabel = (message) => {
  const label = formatDate(seconds(message), '{date_long_pretty}');
  return label[0].toUpperCase() + label.slice(1);
};

const dayLine = (message) => h('div', { class: 'day', role: 'separator' }, h('span', {}, dayLabel(message)));

/** Brings the box to these children, moving only what isn't in place: moving a node would drop its focus and its open menu. */
function reconcile(box, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...box.children]) if (!wanted.has(child)) child.remove();
  for (const [index, node] of nodes.entries())
    if (box.children[index] !== node) box.insertBefore(node, box.children[index] ?? null);
}

function drawGroup(parent, replies, context, failureOf, arriving) {
  const node = h(
    'div',
    {
      class: arriving ? 'group group-new' : 'group',
      'data-key': parent.ts,
      onanimationend: () => node.classList.remove('group-new'),
    },
    renderMessage(parent, context, failureOf(parent), false),
  );
  if (replies.length > 0) node.append(renderThread(parent, replies, context, failureOf));
  return node;
}

/**
 * Draws a channel into its box. What didn't change keeps its nodes, so that focus and open menus stay.
 * @param {HTMLElement} box @param {any[]} messages @param {any[]} failures @param {Context} context @param {boolean} fresh another channel or user than before
 */
export function drawMessages(box, messages, failures, context, fresh) {
  const failureOf = (message) => failures.find((one) => one.channel === message.channel && one.ts === message.ts);
  const old = new Map(
    [...box.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.key, /** @type {any} */ (node)]),
  );
  const focused = box.contains(document.activeElement)
    ? document.activeElement?.closest('[data-key]')?.getAttribute('data-key')
    : null;
  const keep = (key, state, draw) => {
    const kept = old.get(key);
    if (kept?.drawnFrom === state) return kept;
    const node = draw(kept === undefined);
    node.dataset.key = key;
    node.drawnFrom = state;
    return node;
  };
  const nodes = [];
  let day = '';
  for (const { parent, replies } of threads(messages)) {
    if (dayOf(parent) !== day) {
      day = dayOf(parent);
      nodes.push(keep(`day ${day}`, dayLabel(parent), () => dayLine(parent)));
    }
    const state = JSON.stringify([parent, replies, failureOf(parent), replies.map(failureOf), context.me]);
    nodes.push(keep(parent.ts, state, (isNew) => drawGroup(parent, replies, context, failureOf, isNew && !fresh)));
  }
  if (nodes.length === 0) nodes.push(keep('empty', '', () => h('p', { class: 'empty' }, 'Nothing has been posted here yet.')));
  reconcile(box, nodes);
  // The button that was clicked may be gone now; a keyboard user should stay at its message.
  if (focused && !box.contains(document.activeElement)) {
    /** @type {HTMLElement | null} */ (box.querySelector(`[data-key="${CSS.escape(focused)}"] .message`))?.focus({
      preventScroll: true,
    });
  }
}
