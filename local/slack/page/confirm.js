import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { keepFocusIn, rememberFocus } from './keyboard.js';
import { renderMrkdwn } from './mrkdwn.js';

/** @param {any} text @param {import('./mrkdwn.js').Names} names */
const textNode = (text, names) => (text.type === 'mrkdwn' ? renderMrkdwn(text.text, names) : withEmoji(text.text));

/**
 * Asks with Slack's confirm dialog. Resolves true when the person goes ahead.
 * @param {any} confirm @param {import('./mrkdwn.js').Names} names @returns {Promise<boolean>}
 */
export function askConfirm(confirm, names) {
  return new Promise((resolve) => {
    const giveBack = rememberFocus();
    const title = h('h2', { class: 'dialog-title', id: 'confirm-title' }, withEmoji(confirm.title.text));
    const style = confirm.style === 'danger' ? 'button-danger' : 'button-primary';
    const deny = h(
      'button',
      { type: 'button', class: 'button button-large', onclick: () => finish(false) },
      withEmoji(confirm.deny.text),
    );
    const accept = h(
      'button',
      { type: 'button', class: `button button-large ${style}`, onclick: () => finish(true) },
      withEmoji(confirm.confirm.text),
    );
    const dialog = /** @type {HTMLDialogElement} */ (
      h(
        'dialog',
        {
          class: 'dialog confirm',
          'aria-labelledby': 'confirm-title',
          'aria-describedby': 'confirm-text',
          oncancel: () => finish(false),
        },
        h('header', { class: 'dialog-head' }, title),
        h('div', { class: 'dialog-body', id: 'confirm-text' }, textNode(confirm.text, names)),
        h('footer', { class: 'dialog-foot' }, deny, accept),
      )
    );
    const finish = (/** @type {boolean} */ answer) => {
      dialog.close();
      dialog.remove();
      giveBack();
      resolve(answer);
    };
    keepFocusIn(dialog);
    document.body.append(dialog);
    dialog.showModal();
    accept.focus();
  });
}
