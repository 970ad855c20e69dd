import { avatar } from './avatar.js';
import { h } from './dom.js';
import { formatDate, renderMrkdwn } from './mrkdwn.js';
import { renderBlocks } from './render-blocks.js';

/** @typedef {import('./render-elements.js').Context & { bot: { id: string, name: string }, act: Function, openThread: (ts: string) => void }} Context */
/** @typedef {'channel' | 'thread'} Where */

export const secondsOf = (message) => Number(message.ts.split('.')[0]);

export function authorOf(message, context) {
  if (message.bot_id) return { id: context.bot.id, real_name: context.bot.name, isBot: true };
  const user = context.users.get(message.user);
  return { id: message.user, real_name: user ? user.profile.display_name || user.real_name : message.user };
}

/** A message in one line of plain words, for screen readers and for a look back at a thread's start. */
export function plainText(message, context, max = 160) {
  const text = (renderMrkdwn(message.text, context).textContent ?? '').replace(/\s+/g, ' ').trim();
  return text.length > max ? `${text.slice(0, max - 1)}…` : text;
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

function byline(message, author) {
  const time = formatDate(secondsOf(message), '{time}');
  return h(
    'p',
    { class: 'byline' },
    h('span', { class: 'author' }, author.real_name),
    author.isBot ? h('span', { class: 'badge' }, 'APP') : null,
    h('time', { class: 'time', datetime: new Date(secondsOf(message) * 1000).toISOString() }, time),
  );
}

/** A reply that the channel shows too says where it belongs. */
function repliedTo(parent, context) {
  const label = parent ? plainText(parent, context, 90) : 'a thread';
  return h(
    'p',
    { class: 'replied-to' },
    'replied to a thread: ',
    parent ? h('button', { type: 'button', class: 'link', onclick: () => context.openThread(parent.ts) }, label) : label,
  );
}

/**
 * @param {any} message @param {Context} context
 * @param {{ where: Where, failure?: any, parent?: any }} at `parent`: of a reply that is shown in the channel
 */
export function renderMessage(message, context, { where, failure, parent }) {
  const author = authorOf(message, context);
  const bound = { ...context, act: (action) => context.act({ ...action, channel: message.channel, ts: message.ts }) };
  const body =
    message.blocks.length > 0
      ? renderBlocks(message.blocks, bound)
      : h('div', { class: 'text plain' }, renderMrkdwn(message.text, context));
  const isReply = where === 'thread' && message.thread_ts && message.thread_ts !== message.ts;
  return h(
    'article',
    {
      class: `message${message.ephemeral_to ? ' ephemeral' : ''}${isReply ? ' reply' : ''}`,
      // The same message may stand in the channel and in its thread: each place has a mark of its own.
      [where === 'thread' ? 'data-thread-ts' : 'data-ts']: message.ts,
      tabindex: '-1',
      'aria-label': `${author.real_name}, ${formatDate(secondsOf(message), '{time}')}: ${plainText(message, context)}`,
    },
    message.ephemeral_to
      ? h('p', { class: 'only-you' }, h('span', { class: 'eye', 'aria-hidden': 'true' }), 'Only visible to you')
      : null,
    h(
      'div',
      { class: 'message-row' },
      avatar(author, isReply ? 'small' : 'medium'),
      h(
        'div',
        { class: 'message-main' },
        byline(message, author),
        where === 'channel' && message.is_broadcast ? repliedTo(parent, context) : null,
        h('div', { class: 'blocks' }, body),
        failure ? renderFailure(failure, context) : null,
      ),
    ),
  );
}
