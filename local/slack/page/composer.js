import { act } from './api.js';
import { h } from './dom.js';

/** Where one writes: a line to the channel, or a slash command, whose answer the app gives to its writer alone. */

const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
const draft = /** @type {HTMLInputElement} */ (byId('draft'));
const list = byId('commands');
const trouble = byId('composer-trouble');

/** @typedef {{ me: string, channel: string, channelName: string, commands: { command: string, description: string, usage: string }[], done: () => Promise<void> }} Place */
/** @type {Place} */
let place = { me: '', channel: '', channelName: '', commands: [], done: () => Promise.resolve() };
let marked = 0;

/** @param {Place} now */
export function drawComposer(now) {
  if (now.channel !== place.channel || now.me !== place.me) complain('');
  place = now;
  const label = `Message ${now.channelName}`;
  draft.setAttribute('aria-label', label);
  draft.placeholder = `${label} — or type / for a command`;
}

function complain(text) {
  trouble.textContent = text;
  trouble.hidden = text === '';
}

/** The commands that begin as the draft does; none once a command is written out. */
const suggested = () =>
  draft.value.startsWith('/') && !draft.value.includes(' ')
    ? place.commands.filter(({ command }) => command.startsWith(draft.value))
    : [];

function drawList() {
  const found = suggested();
  marked = Math.min(marked, Math.max(0, found.length - 1));
  list.replaceChildren(
    ...found.map(({ command, description, usage }, at) =>
      h(
        'div',
        {
          class: 'command',
          role: 'option',
          id: `command-${at}`,
          'aria-selected': String(at === marked),
          // The field keeps the focus.
          onmousedown: (event) => event.preventDefault(),
          onclick: () => take(command),
        },
        h('span', { class: 'command-name' }, h('strong', {}, command), ` ${usage}`),
        h('span', { class: 'command-more' }, description),
      ),
    ),
  );
  list.hidden = found.length === 0;
  draft.setAttribute('aria-expanded', String(found.length > 0));
  if (found.length > 0) draft.setAttribute('aria-activedescendant', `command-${marked}`);
  else draft.removeAttribute('aria-activedescendant');
}

function take(command) {
  draft.value = `${command} `;
  drawList();
  draft.focus();
}

function onKey(event) {
  const found = suggested();
  if (list.hidden || found.length === 0) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    marked = (marked + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length;
    drawList();
  } else if (event.key === 'Escape') {
    list.hidden = true;
    draft.setAttribute('aria-expanded', 'false');
  } else if ((event.key === 'Enter' || event.key === 'Tab') && found[marked]?.command !== draft.value) {
    take(found[marked]?.command ?? '');
  } else return;
  event.preventDefault();
}

const failed = (command, error) => `${command} failed with the error “${error ?? 'dispatch_failed'}”`;

/** As Slack's client sends what a person writes; a command goes as it is (`should_escape: false`). */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

async function send() {
  const text = draft.value.trim();
  if (text === '') return;
  const [command = ''] = text.split(' ');
  const isCommand = text.startsWith('/');
  if (isCommand && !place.commands.some((known) => known.command === command))
    return complain(`${command} is not a valid command. In Slack, an app can only be called by the commands it has.`);
  draft.value = '';
  complain('');
  drawList();
  const outcome = await act(isCommand ? 'command' : 'say', {
    user: place.me,
    channel: place.channel,
    text: isCommand ? text : escaped(text),
  });
  if (!outcome.ok) {
    draft.value = text;
    complain(isCommand ? failed(command, outcome.error) : 'That could not be sent.');
  }
  await place.done();
}

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  void send();
});
draft.addEventListener('input', () => {
  marked = 0;
  complain('');
  drawList();
});
draft.addEventListener('keydown', onKey);
draft.addEventListener('blur', () => {
  list.hidden = true;
  draft.setAttribute('aria-expanded', 'false');
});
