import { act, readState, watchChanges } from './api.js';
import { drawComposer } from './composer.js';
import { moveByArrows } from './keyboard.js';
import { drawChannel } from './message-list.js';
import { drawModal } from './modal.js';
import { tellNews } from './news.js';
import { channelName, drawActing, drawHead, drawSidebar, firstNew, isActive, markSeen } from './sidebar.js';
import { drawThreadPane, watchThread } from './thread-pane.js';

const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const box = byId('messages');

/** What the address says: `#channel=C1&user=U1&thread=1.1`, so that a reload and a second window keep their place. */
const place = () => new URLSearchParams(location.hash.slice(1));

function go(change) {
  const next = place();
  for (const [key, value] of Object.entries(change)) {
    if (value === '') next.delete(key);
    else next.set(key, value);
  }
  history.replaceState(null, '', `#${next}`);
  refresh().catch(() => report(false));
}

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
    openedThread: place().get('thread') ?? '',
    openThread: (ts) => go({ thread: ts }),
    act: async (action) => {
      await act('click', { ...action, user: me });
      await refresh();
    },
  };
}

let lastPlace = '';
/** Where the new began when the acting user came to the channel, or back to the window: the line stays until they leave. @type {string | null} */
let newAfter = null;
let wasHidden = false;
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
  const channel = ids.includes(asked) ? asked : (ids[0] ?? '');
  const isFresh = lastPlace !== `${me} ${channel}`;
  const current = { me, channel, isFirst: lastPlace === '' };
  const context = contextOf(state, me);
  const atEnd = isFresh || box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  const isBack = wasHidden && !document.hidden;
  wasHidden = document.hidden;
  if (isFresh) newAfter = firstNew(state, me, channel);
  else if (isBack) newAfter = firstNew(state, me, channel) ?? newAfter;
  markSeen(state, current);
  drawSidebar(state, current, go);
  drawHead(state, current);
  drawActing(state, me, go);
  drawComposer({ me, channel, channelName: channelName(state, channel), commands: state.commands, done: () => refresh() });
  const here = state.messages.filter((message) => message.channel === channel);
  drawChannel(box, here, state.failures, context, { isFresh, newAfter });
  drawThreadPane(here, state.failures, context, context.openedThread, channelName(state, channel));
  tellNews(here, context, isFresh);
  drawModal(state.views, context);
  if (atEnd) box.scrollTop = box.scrollHeight;
  lastPlace = `${me} ${channel}`;
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
const redraw = () => refresh().catch(() => report(false));

moveByArrows(box);
watchThread(() => go({ thread: '' }));
watchChanges(redraw, report);
addEventListener('hashchange', redraw);
document.addEventListener('visibilitychange', redraw);
