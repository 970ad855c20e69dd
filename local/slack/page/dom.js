/**
 * Makes an element. Text goes in as text, never as markup; functions are listeners (`onclick` and kin).
 * @param {string} tag
 * @param {Record<string, unknown>} [props] attributes; `class` too; undefined, null and false are left out
 * @param {...(Node | string | null | undefined | (Node | string | null | undefined)[])} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

/** @param {(Node | string)[]} nodes */
export function fragment(nodes) {
  const result = document.createDocumentFragment();
  result.append(...nodes);
  return result;
}

/**
 * A link that opens apart, or plain text when the address is no web address: `javascript:` and kin must not become links.
 * @param {string} address
 * @param {Node | string} label
 */
export function safeLink(address, label) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return h('span', {}, label);
  }
  if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return h('span', {}, label);
  return h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, label);
}
