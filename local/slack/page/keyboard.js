/** Arrow keys from message to message, once one of them or their list has the focus. @param {HTMLElement} box */
export function moveByArrows(box) {
  // A list that scrolls must be reachable, whether or not there is a button in it.
  box.tabIndex = 0;
  box.addEventListener('keydown', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target !== box && !target.matches('.message')) return;
    const all = /** @type {HTMLElement[]} */ ([...box.querySelectorAll('.message')]);
    const at = all.indexOf(target);
    const to = {
      ArrowUp: at < 0 ? all.length - 1 : at - 1,
      ArrowDown: at < 0 ? all.length - 1 : at + 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = all[Math.min(Math.max(0, to), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  });
}

const FOCUSABLE = 'a[href], button:not([tabindex="-1"]), input, select, textarea, [tabindex="0"]';

/** Tab goes round inside a dialog. @param {HTMLElement} dialog */
export function keepFocusIn(dialog) {
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Tab') return;
    const all = /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll(FOCUSABLE)]).filter((one) => one.checkVisibility());
    const [first, last] = [all[0], all.at(-1)];
    const [from, to] = event.shiftKey ? [first, last] : [last, first];
    const isOutside = !all.includes(/** @type {HTMLElement} */ (document.activeElement));
    if (document.activeElement !== from && !(isOutside && event.shiftKey)) return;
    event.preventDefault();
    to?.focus();
  });
}

/** Remembers who has the focus; the answer gives it back, or to what stands in its place when the message was drawn anew. */
export function rememberFocus() {
  const had = /** @type {HTMLElement | null} */ (document.activeElement);
  const key = had?.closest('[data-key]')?.getAttribute('data-key');
  const box = had?.closest('.messages');
  const action = had?.closest('[data-action]')?.getAttribute('data-action');
  return () => {
    if (had?.isConnected && had !== document.body) {
      had.focus({ preventScroll: true });
      return;
    }
    const group = key ? box?.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
    const same = action ? group?.querySelector(`button[data-action="${CSS.escape(action)}"]`) : null;
    /** @type {HTMLElement | null} */ (same ?? group?.querySelector('.message') ?? document.getElementById('messages'))?.focus({
      preventScroll: true,
    });
  };
}
