import { moveByArrows } from './keyboard.js';
import { drawThread, repliesOf } from './message-list.js';

/** The pane at the side with one thread. */

const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const pane = byId('thread');
const box = byId('thread-messages');

let shown = '';

/** @param {() => void} close */
export function watchThread(close) {
  const leave = () => {
    const ts = shown;
    close();
    // Back to the line that opened it.
    const group = document.querySelector(`#messages [data-key="${CSS.escape(ts)}"]`);
    /** @type {HTMLElement | null} */ (group?.querySelector('.thread-toggle') ?? group?.querySelector('.message'))?.focus();
  };
  byId('thread-close').addEventListener('click', leave);
  pane.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    leave();
  });
  moveByArrows(box);
}

/** @param {any[]} messages of the channel @param {any[]} failures @param {import('./message.js').Context} context @param {string} ts @param {string} channelName */
export function drawThreadPane(messages, failures, context, ts, channelName) {
  const parent = messages.find((message) => message.ts === ts);
  const isFresh = shown !== (parent ? ts : '');
  shown = parent ? ts : '';
  pane.hidden = !parent;
  byId('panes').classList.toggle('with-thread', Boolean(parent));
  if (!parent) {
    box.replaceChildren();
    return;
  }
  byId('thread-channel').textContent = channelName;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  drawThread(box, parent, repliesOf(messages, ts), failures, context, isFresh);
  // As Slack does: the newest is in sight, and what was said before is above it.
  if (isFresh || atEnd) box.scrollTop = box.scrollHeight;
  if (isFresh) byId('thread-title').focus();
}
