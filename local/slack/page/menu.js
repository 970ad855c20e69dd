import { h } from './dom.js';

let menus = 0;

/**
 * A button that opens a menu above everything else.
 * @param {{ label: string, items: { text: string, choose: () => void }[], actionId?: string }} menu
 */
export function menuButton({ label, items, actionId }) {
  menus += 1;
  const id = `menu-${menus}`;
  const list = h('div', { class: 'menu', role: 'menu', id, popover: 'manual', 'aria-label': label });
  const isOpen = () => list.matches(':popover-open');
  const close = () => {
    if (isOpen()) list.hidePopover();
    button.setAttribute('aria-expanded', 'false');
    removeEventListener('scroll', onScroll, true);
  };
  // It goes along with its button, until that is out of sight.
  const onScroll = () => {
    if (isInSight(button)) place(list, button);
    else close();
  };
  const open = (at) => {
    list.showPopover();
    place(list, button);
    button.setAttribute('aria-expanded', 'true');
    addEventListener('scroll', onScroll, true);
    focusItem(at);
  };
  const all = () => /** @type {HTMLElement[]} */ ([...list.children]);
  const focusItem = (at) =>
    all()
      .at(at % items.length)
      ?.focus({ preventScroll: true });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button button-icon',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-controls': id,
      'aria-label': label,
      onclick: () => (isOpen() ? close() : open(0)),
    },
    '⋯',
  );
  list.append(
    ...items.map(({ text, choose }) =>
      h(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          tabindex: '-1',
          onclick: () => {
            close();
            button.focus();
            choose();
          },
        },
        text,
      ),
    ),
  );
  const onkeydown = (event) => {
    const at = all().indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (!isOpen()) {
      if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
      open(event.key === 'ArrowDown' ? 0 : -1);
    } else if (event.key === 'Escape') {
      close();
      button.focus();
    } else if (event.key === 'ArrowDown') focusItem(at + 1);
    else if (event.key === 'ArrowUp') focusItem(at - 1);
    else if (event.key === 'Home') focusItem(0);
    else if (event.key === 'End') focusItem(-1);
    else if (/^\p{L}$/u.test(event.key)) focusLetter(event.key.toLowerCase(), at);
    else return;
    // Else Escape would close the modal around it, and an arrow scroll.
    event.preventDefault();
    event.stopPropagation();
  };
  const focusLetter = (letter, at) => {
    const order = all().map((_, index) => (at + 1 + index) % items.length);
    const found = order.find((index) => items[index]?.text.toLowerCase().startsWith(letter));
    if (found !== undefined) focusItem(found);
  };
  const onfocusout = (event) => {
    if (!wrapper.contains(event.relatedTarget)) close();
  };
  const wrapper = h('span', { class: 'overflow', 'data-action': actionId, onkeydown, onfocusout }, button, list);
  return wrapper;
}

const GAP = 4;

function isInSight(button) {
  const { top, bottom } = button.getBoundingClientRect();
  const frame = (button.closest('.messages, .dialog-body') ?? document.documentElement).getBoundingClientRect();
  return bottom > frame.top && top < frame.bottom;
}

/** Below the button, above it where there is no room, and never beyond the window's edge. */
function place(list, button) {
  const from = button.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = from.bottom + GAP;
  const top = below + height > innerHeight ? Math.max(GAP, from.top - height - GAP) : below;
  list.style.top = `${top}px`;
  list.style.left = `${Math.max(GAP, Math.min(from.left, innerWidth - width - GAP))}px`;
}
