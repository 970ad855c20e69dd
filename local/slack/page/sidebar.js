import { avatar } from './avatar.js';
import { h } from './dom.js';

/** Channels, the channel's head, and who acts. */

const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export const isActive = (user) => !user.deleted && !user.is_bot;

/** The newest message a person has seen in each channel. @type {Map<string, string>} */
const seen = new Map();

const newestIn = (state, channel) => state.messages.findLast((message) => message.channel === channel)?.ts ?? '';

/** Where the new begins for one who comes (back) to a channel; null when nothing is new. The first look has seen all that was there. */
export function firstNew(state, me, channel) {
  const last = seen.get(`${me} ${channel}`);
  return last !== undefined && newestIn(state, channel) > last ? last : null;
}

/** What is on a screen that somebody looks at is seen. */
export function markSeen(state, current) {
  for (const id of [...state.channels.map((channel) => channel.id), state.direct]) {
    const own = `${current.me} ${id}`;
    if (!id) continue;
    if (id === current.channel ? !document.hidden || !seen.has(own) : current.isFirst && !seen.has(own))
      seen.set(own, newestIn(state, id));
  }
}

function channelLink(id, name, state, current, icon, go) {
  const unread = newestIn(state, id) > (seen.get(`${current.me} ${id}`) ?? '');
  return h(
    'li',
    {},
    h(
      'button',
      {
        type: 'button',
        class: `channel-link${unread ? ' unread' : ''}`,
        'aria-label': unread ? `${name}, unread` : name,
        'aria-current': id === current.channel ? 'page' : undefined,
        onclick: () => go({ channel: id, thread: '' }),
      },
      icon,
      h('span', {}, name),
    ),
  );
}

const hash = () => h('span', { class: 'hash', 'aria-hidden': 'true' }, '#');

/** Replaces a list only when it differs, and keeps the focus where it was. */
function redraw(parent, nodes) {
  const fresh = h('div', {}, nodes);
  if (parent.innerHTML === fresh.innerHTML) return;
  const focused = [...parent.querySelectorAll('button, input')].indexOf(document.activeElement);
  parent.replaceChildren(...fresh.childNodes);
  if (focused >= 0) parent.querySelectorAll('button, input')[focused]?.focus();
}

export function drawSidebar(state, current, go) {
  byId('team').textContent = state.team;
  redraw(
    byId('channels'),
    state.channels.map((channel) => channelLink(channel.id, channel.name, state, current, hash(), go)),
  );
  const icon = avatar({ id: state.bot.id, real_name: state.bot.name, isBot: true }, 'tiny');
  redraw(byId('directs'), state.direct ? [channelLink(state.direct, state.bot.name, state, current, icon, go)] : []);
  byId('directs-title').hidden = !state.direct;
}

/** `#name` of a channel, the app's name for a direct message with it. */
export function channelName(state, id) {
  const channel = state.channels.find((one) => one.id === id);
  return channel ? `#${channel.name}` : state.bot.name;
}

export function drawHead(state, current) {
  const channel = state.channels.find((one) => one.id === current.channel);
  const name = channelName(state, current.channel);
  byId('channel-name').textContent = name.replace('#', '# ');
  byId('channel-topic').textContent = channel?.topic ?? (channel ? '' : 'Direct message with the app');
  const unread = newestIn(state, current.channel) > (seen.get(`${current.me} ${current.channel}`) ?? '');
  document.title = `${unread ? '* ' : ''}${name} · ${state.team}`;
  const members = state.users.filter(isActive);
  redraw(byId('members'), [
    ...members.slice(0, 3).map((user) => avatar(user, 'tiny')),
    h('span', {}, String(members.length), h('span', { class: 'unseen' }, ' members')),
  ]);
}

export function drawActing(state, me, go) {
  const cards = state.users.filter(isActive).map((user) =>
    h(
      'label',
      { class: 'actor' },
      h('input', {
        type: 'radio',
        name: 'acting',
        value: user.id,
        checked: user.id === me,
        onchange: () => go({ user: user.id }),
      }),
      avatar(user, 'small'),
      h(
        'span',
        { class: 'actor-name' },
        user.real_name,
        user.profile.title ? h('span', { class: 'actor-title' }, user.profile.title) : null,
      ),
    ),
  );
  redraw(byId('acting-users'), cards);
  const own = byId('acting-users').querySelector(`input[value="${CSS.escape(me)}"]`);
  if (own instanceof HTMLInputElement) own.checked = true;
}
