import { act, readState, watchChanges } from './api.js';
import { avatar } from './avatar.js';
import { h } from './dom.js';
import { drawMessages } from './message-list.js';
import { drawModal } from './modal.js';

const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const box = byId('messages');

/** What the address says: `#channel=C1&user=U1`, so that a reload and a second window keep their place. */
const place = () => new URLSearchParams(location.hash.slice(1));

function go(change) {
  const next = place();
  for (const [key, value] of Object.entries(change)) next.set(key, value);
  history.replaceState(null, '', `#${next}`);
  refresh().catch(() => report(false));
}

const isActive = (user) => !user.deleted && !user.is_bot;

/** @param {any} state */
function contextOf(state, me) {
  return {
    users: new Map([
      ...state.users.map((user) => [user.id, user]),
      [state.bot.id, { id: state.bot.id, real_name: state.bot.name, profile: {} }],
    ]),
    channels: new Map(state.channels.map((channel) => [channel.id, channel])),
    groups: new Map(state.userGroups.map((group) => [group.id, group])),
    bot: state.bot,
    me,
    act: async (action) => {
      await act('click', { ...action, user: me });
      await refresh();
    },
  };
}

/** The newest message a person has seen in each channel, for the unread mark. */
const seen = new Map();

function channelLink(id, name, state, current, icon) {
  const last = state.messages.findLast((message) => message.channel === id)?.ts ?? '';
  const own = `${current.me} ${id}`;
  if (id === current.channel) seen.set(own, last);
  const unread = last > (seen.get(own) ?? '');
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
        onclick: () => go({ channel: id }),
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

function drawSidebar(state, current) {
  byId('team').textContent = state.team;
  redraw(
    byId('channels'),
    state.channels.map((channel) => channelLink(channel.id, channel.name, state, current, hash())),
  );
  const icon = avatar({ id: state.bot.id, real_name: state.bot.name, isBot: true }, 'tiny');
  redraw(byId('directs'), state.direct ? [channelLink(state.direct, state.bot.name, state, current, icon)] : []);
  byId('directs-title').hidden = !state.direct;
}

function drawHead(state, current) {
  const channel = state.channels.find((one) => one.id === current.channel);
  const name = channel ? `# ${channel.name}` : state.bot.name;
  byId('channel-name').textContent = name;
  byId('channel-topic').textContent = channel?.topic ?? (channel ? '' : 'Direct message with the app');
  document.title = `${name} · ${state.team}`;
  const members = state.users.filter(isActive);
  redraw(byId('members'), [
    ...members.slice(0, 3).map((user) => avatar(user, 'tiny')),
    h('span', { 'aria-label': `${members.length} members` }, String(members.length)),
  ]);
}

function drawActing(state, me) {
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

let lastPlace = '';
let drawn = 0;

/** Reads what the acting user sees. An address without a user, or with one who left, means the first. */
async function readPlace() {
  const asked = place().get('user') ?? '';
  const state = await readState(asked);
  const active = state.users.filter(isActive);
  const me = active.find((user) => user.id === asked)?.id ?? active[0]?.id ?? '';
  return { state: me === asked ? state : await readState(me), me };
}

async function draw() {
  const { state, me } = await readPlace();
  const ids = [...state.channels.map((channel) => channel.id), ...(state.direct ? [state.direct] : [])];
  const asked = place().get('channel') ?? '';
  const current = { me, channel: ids.includes(asked) ? asked : (ids[0] ?? '') };
  const context = contextOf(state, me);
  const fresh = lastPlace !== `${me} ${current.channel}`;
  const atEnd = fresh || box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  drawSidebar(state, current);
  drawHead(state, current);
  drawActing(state, me);
  const here = state.messages.filter((message) => message.channel === current.channel);
  drawMessages(box, here, state.failures, context, fresh);
  drawModal(state.views, context);
  if (atEnd) box.scrollTop = box.scrollHeight;
  lastPlace = `${me} ${current.channel}`;
  drawn += 1;
  document.body.dataset.drawn = String(drawn);
}

/** @type {Promise<void> | null} */
let running = null;
let again = false;

/** Draws the newest state. Asked for while drawing, it draws once more after: in a storm of posts the page keeps up. */
function refresh() {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await draw();
    } while (again);
  })().finally(() => {
    running = null;
  });
  return running;
}

const report = (online) => {
  byId('offline').hidden = online;
};

watchChanges(() => refresh().catch(() => report(false)), report);
addEventListener('hashchange', () => refresh().catch(() => report(false)));
