import { fragment, h, safeLink } from './dom.js';
import { withEmoji } from './emoji.js';

/** Standard Markdown of the `markdown` block: the part that cards use. */

const INLINE = /`([^`\n]+)`|\*\*([^\n]+?)\*\*|(?<![\w*])[*_]([^*_\n]+)[*_](?![\w*])|~~([^~\n]+)~~|\[([^\]\n]+)\]\(([^()\s]+)\)/g;

/** @param {string} text @returns {(Node | string)[]} */
function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(withEmoji(text.slice(from, match.index)));
    from = match.index + match[0].length;
    const [, code, bold, italic, strike, label, address] = match;
    if (code !== undefined) nodes.push(h('code', {}, code));
    else if (bold !== undefined) nodes.push(h('strong', {}, inline(bold)));
    else if (italic !== undefined) nodes.push(h('em', {}, inline(italic)));
    else if (strike !== undefined) nodes.push(h('s', {}, inline(strike)));
    else nodes.push(safeLink(address, label));
  }
  nodes.push(withEmoji(text.slice(from)));
  return nodes;
}

const cells = (/** @type {string} */ line) =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

/** @param {string[]} lines */
function table(lines) {
  const [head = '', , ...rows] = lines;
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        cells(head).map((cell) => h('th', { scope: 'col' }, inline(cell))),
      ),
    ),
    h(
      'tbody',
      {},
      rows.map((row) =>
        h(
          'tr',
          {},
          cells(row).map((cell) => h('td', {}, inline(cell))),
        ),
      ),
    ),
  );
}

/** Each kind: the line it begins with, the lines that belong to it, and how they are drawn. */
const KINDS = [
  { is: /^\|.*\|$/, draw: table },
  {
    is: /^\s*[-*] /,
    draw: (lines) =>
      h(
        'ul',
        {},
        lines.map((line) => h('li', {}, inline(line.replace(/^\s*[-*] /, '')))),
      ),
  },
  {
    is: /^\s*\d+\. /,
    draw: (lines) =>
      h(
        'ol',
        {},
        lines.map((line) => h('li', {}, inline(line.replace(/^\s*\d+\. /, '')))),
      ),
  },
  { is: /^> ?/, draw: (lines) => h('blockquote', {}, inline(lines.map((line) => line.replace(/^> ?/, '')).join('\n'))) },
];

/** @param {string[]} lines */
function chunk(lines) {
  const nodes = [];
  for (let at = 0; at < lines.length; ) {
    const kind = KINDS.find((one) => one.is.test(lines[at]));
    const heading = /^(#{1,6}) (.*)$/.exec(lines[at]);
    if (kind) {
      let end = at;
      while (end < lines.length && kind.is.test(lines[end])) end += 1;
      nodes.push(kind.draw(lines.slice(at, end)));
      at = end;
      continue;
    }
    if (heading)
      nodes.push(h('p', { class: 'md-heading', role: 'heading', 'aria-level': 3 + heading[1].length }, inline(heading[2])));
    else if (/^(-{3,}|\*{3,})$/.test(lines[at])) nodes.push(h('hr'));
    else if (lines[at].trim() !== '') nodes.push(h('p', {}, inline(lines[at])));
    at += 1;
  }
  return nodes;
}

/** @param {string} text */
export function renderMarkdown(text) {
  const nodes = [];
  for (const [index, part] of text.split(/^```/m).entries()) {
    if (index % 2 === 1) nodes.push(h('pre', {}, part.replace(/^[^\n]*\n/, '').replace(/\n$/, '')));
    else nodes.push(...chunk(part.split('\n')));
  }
  return fragment(nodes);
}
