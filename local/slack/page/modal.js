import { act } from './api.js';
import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { keepFocusIn, rememberFocus } from './keyboard.js';
import { renderBlocks } from './render-blocks.js';
import { readField, writeField } from './render-elements.js';

/** @typedef {import('./message.js').Context} Context */

const TROUBLE = 'We had some trouble connecting. Try again?';

/**
 * The dialogs on the screen, the topmost last.
 * @type {{ id: string, me: string, revision: number, dialog: HTMLDialogElement, fill: (view: any, context: Context) => void, giveBack: () => void }[]}
 */
const stack = [];

/** @param {HTMLElement} body @returns {[HTMLElement, Element][]} */
const fieldsOf = (body) =>
  [...body.querySelectorAll('[data-block]')].flatMap((block) => {
    const field = block.querySelector('[data-action]');
    return field ? [[/** @type {HTMLElement} */ (block), field]] : [];
  });

/** Every input's value by its block's id. @param {HTMLElement} body */
const readValues = (body) =>
  Object.fromEntries(fieldsOf(body).map(([block, field]) => [block.dataset.block ?? '', readField(field)]));

const keyOf = (block, field) => `${block.dataset.block} ${field.getAttribute('data-action')}`;

/** @param {HTMLElement} body @param {Record<string, string>} errors */
function showErrors(body, errors) {
  let first = null;
  for (const [block, field] of fieldsOf(body)) {
    const line = block.querySelector('.field-error');
    const error = errors[block.dataset.block ?? ''];
    if (!(line instanceof HTMLElement)) continue;
    line.hidden = error === undefined;
    line.textContent = error ?? '';
    const isPlain = field.matches('input, textarea, select');
    if (isPlain) field.setAttribute('aria-invalid', String(error !== undefined));
    if (error !== undefined) first ??= isPlain ? field : field.querySelector('input');
  }
  if (first instanceof HTMLElement) first.focus();
}

/** What was complained of goes once it is typed anew. */
function clearError(event) {
  const block = event.target.closest('[data-block]');
  const line = block?.querySelector('.field-error');
  if (!line || line.hidden) return;
  line.hidden = true;
  block.querySelector('[data-action]').removeAttribute('aria-invalid');
}

async function send(view, parts, context) {
  if (parts.submit.getAttribute('aria-busy') === 'true') return;
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

const label = (text, fallback) => withEmoji(text?.text ?? fallback);

function makeParts(id) {
  return {
    trouble: h('p', { class: 'trouble', role: 'alert', hidden: true }),
    said: h('p', { class: 'unseen', role: 'status' }),
    blocks: h('div', { class: 'view-blocks' }),
    body: h('div', { class: 'dialog-body' }),
    title: h('h2', { class: 'dialog-title', id: `modal-title-${id}` }),
    submit: h('button', { type: 'submit', class: 'button button-large button-primary' }),
    cancel: h('button', { type: 'button', class: 'button button-large' }),
    foot: h('footer', { class: 'dialog-foot' }),
  };
}

/** Draws the view into its dialog. What was typed into an input that is still there stays, as Slack keeps it. */
function fill(parts, stored, context) {
  const { view } = stored;
  const typed = new Map(fieldsOf(parts.body).map(([block, field]) => [keyOf(block, field), readField(field)]));
  const bound = { ...context, act: (action) => context.act({ ...action, viewId: stored.id }) };
  parts.title.textContent = label(view.title, '');
  parts.blocks.replaceChildren(...renderBlocks(view.blocks, bound));
  for (const [block, field] of fieldsOf(parts.body)) {
    const value = typed.get(keyOf(block, field));
    if (value !== undefined) writeField(field, value);
  }
  parts.submit.textContent = label(view.submit, 'Submit');
  parts.cancel.textContent = label(view.close, view.submit ? 'Cancel' : 'Close');
  parts.foot.replaceChildren(parts.cancel, ...(view.submit ? [parts.submit] : []));
  // Without a field, the text itself takes the focus: the arrow keys scroll it.
  const hasFields = fieldsOf(parts.body).length > 0;
  if (hasFields) parts.body.removeAttribute('tabindex');
  else parts.body.setAttribute('tabindex', '0');
}

/** The same dialog with other content: it stays open, and the focus goes where it was or to the top. */
function refill(dialog, parts, stored, context) {
  const active = document.activeElement;
  const action = parts.body.contains(active) ? active?.closest('[data-action]')?.getAttribute('data-action') : null;
  const head = parts.blocks.firstElementChild?.textContent;
  fill(parts, stored, context);
  if (parts.blocks.firstElementChild?.textContent !== head) parts.body.scrollTop = 0;
  parts.said.textContent = `${parts.title.textContent}: changed`;
  if (dialog.contains(document.activeElement)) return;
  const same = action ? parts.body.querySelector(`[data-action="${CSS.escape(action)}"]`) : null;
  /** @type {HTMLElement} */ (same ?? firstField(parts.body) ?? parts.body).focus({ preventScroll: true });
}

const firstField = (body) =>
  /** @type {HTMLElement | null} */ (body.querySelector('[autofocus]') ?? body.querySelector('input, textarea, select'));

/** @param {any} stored @param {Context} context */
function open(stored, context) {
  const giveBack = rememberFocus();
  const parts = makeParts(stored.id);
  const dismiss = () => void act('dismiss', { viewId: stored.id, user: context.me });
  const submit = () => void send(stored, parts, context);
  parts.cancel.addEventListener('click', dismiss);
  const head = h(
    'header',
    { class: 'dialog-head' },
    h('img', { class: 'avatar avatar-small', src: 'cinch.svg', alt: '' }),
    parts.title,
    h('button', { type: 'button', class: 'dialog-close', 'aria-label': 'Close', onclick: dismiss }, '×'),
  );
  parts.body.addEventListener('input', clearError);
  parts.body.append(parts.trouble, parts.blocks, parts.said);
  fill(parts, stored, context);
  const onsubmit = (event) => {
    event.preventDefault();
    submit();
  };
  const onkeydown = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && parts.submit.isConnected) submit();
  };
  const oncancel = (event) => {
    event.preventDefault();
    dismiss();
  };
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      'dialog',
      { class: 'dialog modal', 'aria-labelledby': parts.title.id, oncancel, onkeydown },
      h('form', { novalidate: true, onsubmit }, head, parts.body, parts.foot),
    )
  );
  keepFocusIn(dialog);
  document.body.append(dialog);
  dialog.showModal();
  (firstField(parts.body) ?? parts.body).focus();
  const refillIt = (view, now) => refill(dialog, parts, view, now);
  return { id: stored.id, me: context.me, revision: stored.revision, dialog, fill: refillIt, giveBack };
}

function closeTop() {
  const top = stack.pop();
  top?.dialog.close();
  top?.dialog.remove();
  top?.giveBack();
}

/** Shows the acting user's modals one over the other, and leaves those alone that are already there, typed text and all. */
export function drawModal(views, context) {
  const isThere = (shown, at) => views[at]?.id === shown.id && shown.me === context.me;
  while (stack.some((shown, at) => !isThere(shown, at))) closeTop();
  for (const [at, view] of views.entries()) {
    const shown = stack[at];
    if (!shown) stack.push(open(view, context));
    else if (shown.revision !== view.revision) {
      shown.fill(view, context);
      shown.revision = view.revision;
    }
  }
}
