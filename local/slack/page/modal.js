import { act } from './api.js';
import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { renderBlocks } from './render-blocks.js';
import { readField } from './render-elements.js';

/** @typedef {import('./message-list.js').Context} Context */

const TROUBLE = 'We had some trouble connecting. Try again?';

/** @type {{ key: string, dialog: HTMLDialogElement } | null} */
let shown = null;

function close() {
  shown?.dialog.close();
  shown?.dialog.remove();
  shown = null;
}

/** Every input's value by its block's id. @param {HTMLElement} body */
function readValues(body) {
  const values = {};
  for (const block of body.querySelectorAll('[data-block]')) {
    const field = block.querySelector('[data-action]');
    if (field) values[/** @type {HTMLElement} */ (block).dataset.block ?? ''] = readField(field);
  }
  return values;
}

/** @param {HTMLElement} body @param {Record<string, string>} errors */
function showErrors(body, errors) {
  let first = null;
  for (const block of body.querySelectorAll('[data-block]')) {
    const line = block.querySelector('.field-error');
    const field = block.querySelector('[data-action]');
    const error = errors[/** @type {HTMLElement} */ (block).dataset.block ?? ''];
    if (!(line instanceof HTMLElement) || !field) continue;
    line.hidden = error === undefined;
    line.textContent = error ?? '';
    field.setAttribute('aria-invalid', String(error !== undefined));
    if (error !== undefined) first ??= field;
  }
  if (first instanceof HTMLElement) (first.matches('input, textarea, select') ? first : first.querySelector('input'))?.focus();
}

async function send(view, parts, context) {
  parts.submit.setAttribute('aria-busy', 'true');
  parts.trouble.hidden = true;
  const outcome = await act('submit', { viewId: view.id, user: context.me, values: readValues(parts.body) });
  parts.submit.removeAttribute('aria-busy');
  showErrors(parts.body, outcome.errors ?? {});
  if (!outcome.ok && !outcome.errors) {
    parts.trouble.textContent = TROUBLE;
    parts.trouble.hidden = false;
  }
}

/** @param {any} view @param {Context} context */
function open(view, context) {
  const bound = { ...context, act: (action) => context.act({ ...action, viewId: view.id }) };
  const dismiss = () => act('dismiss', { viewId: view.id, user: context.me });
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true });
  const body = h('div', { class: 'dialog-body' }, trouble, renderBlocks(view.view.blocks, bound));
  const label = (text, fallback) => withEmoji(text?.text ?? fallback);
  const submit = h('button', { type: 'submit', class: 'button button-large button-primary' }, label(view.view.submit, 'Submit'));
  const cancel = h(
    'button',
    { type: 'button', class: 'button button-large', onclick: dismiss },
    label(view.view.close, view.view.submit ? 'Cancel' : 'Close'),
  );
  const onsubmit = (event) => {
    event.preventDefault();
    if (submit.getAttribute('aria-busy') !== 'true') void send(view, { body, submit, trouble }, context);
  };
  const head = h(
    'header',
    { class: 'dialog-head' },
    h('img', { class: 'avatar avatar-small', src: 'cinch.svg', alt: '' }),
    h('h2', { class: 'dialog-title', id: 'modal-title' }, label(view.view.title, '')),
    h('button', { type: 'button', class: 'dialog-close', 'aria-label': 'Close', onclick: dismiss }, '×'),
  );
  const foot = h('footer', { class: 'dialog-foot' }, cancel, view.view.submit ? submit : null);
  const oncancel = (event) => {
    event.preventDefault();
    void dismiss();
  };
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      { class: 'dialog modal', 'aria-labelledby': 'modal-title', oncancel },
      h('form', { novalidate: true, onsubmit }, head, body, foot),
    )
  );
  document.body.append(dialog);
  dialog.showModal();
  const field = body.querySelector('[autofocus], input, textarea, select');
  if (field instanceof HTMLElement) field.focus();
  return dialog;
}

/** Shows the acting user's topmost modal, and leaves one alone that is already there, typed text and all. */
export function drawModal(views, context) {
  const view = views.at(-1);
  const key = view ? `${context.me} ${view.id} ${view.revision}` : '';
  if (shown?.key === key || (!shown && !view)) return;
  close();
  if (view) shown = { key, dialog: open(view, context) };
}
