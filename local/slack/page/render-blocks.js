import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { renderMarkdown } from './markdown.js';
import { renderMrkdwn } from './mrkdwn.js';
import { renderElement } from './render-elements.js';
import { renderRichText } from './rich-text.js';

/** @typedef {import('./render-elements.js').Context} Context */

/** @param {any} text @param {Context} context */
function renderText(text, context) {
  return text.type === 'mrkdwn' ? renderMrkdwn(text.text, context) : withEmoji(text.text);
}

/** Pictures are not fetched: the page shows where they are and what they say. */
function renderImage(image, small) {
  const name = small ? 'image-small' : 'image';
  return h(
    'span',
    { class: name, role: 'img', 'aria-label': image.alt_text, title: image.image_url ?? '' },
    small ? '' : image.alt_text,
  );
}

function renderSection(block, context) {
  const accessory = block.accessory
    ? block.accessory.type === 'image'
      ? renderImage(block.accessory, false)
      : renderElement(block.accessory, block, context)
    : null;
  return h(
    'div',
    { class: 'block section' },
    h(
      'div',
      { class: 'section-main' },
      block.text ? h('div', { class: 'text' }, renderText(block.text, context)) : null,
      block.fields
        ? h(
            'div',
            { class: 'fields' },
            block.fields.map((field) => h('div', { class: 'text' }, renderText(field, context))),
          )
        : null,
    ),
    accessory ? h('div', { class: 'accessory' }, accessory) : null,
  );
}

function renderContext(block, context) {
  const parts = block.elements.map((element) =>
    element.type === 'image' ? renderImage(element, true) : h('span', { class: 'text' }, renderText(element, context)),
  );
  return h('div', { class: 'block context' }, parts);
}

function renderTable(block, context) {
  const align = (column) => block.column_settings?.[column]?.align ?? 'left';
  const cell = (tag, content, column) =>
    h(
      tag,
      { class: `align-${align(column)}`, ...(tag === 'th' ? { scope: 'col' } : {}) },
      content.type === 'rich_text' ? renderRichText(content, context) : content.text,
    );
  const [head, ...rows] = block.rows;
  return h(
    'div',
    { class: 'block table-scroll' },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((content, column) => cell('th', content, column)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            {},
            row.map((content, column) => cell('td', content, column)),
          ),
        ),
      ),
    ),
  );
}

let inputs = 0;

function renderInput(block, context) {
  inputs += 1;
  const id = `input-${inputs}`;
  const field = renderElement(block.element, block, block.dispatch_action ? context : { ...context, act: undefined });
  // Its name is the block's label.
  field.removeAttribute('aria-label');
  const grouped = field.getAttribute('role') !== null;
  if (grouped) field.setAttribute('aria-labelledby', `${id}-label`);
  else field.id = id;
  field.setAttribute('aria-describedby', block.hint ? `${id}-error ${id}-hint` : `${id}-error`);
  // A group of checkboxes has no such attribute.
  if (!block.optional && field.getAttribute('role') !== 'group') field.setAttribute('aria-required', 'true');
  const optional = block.optional ? h('span', { class: 'optional' }, ' (optional)') : null;
  return h(
    'div',
    { class: 'block input', 'data-block': block.block_id },
    h(
      grouped ? 'span' : 'label',
      { class: 'label', id: `${id}-label`, for: grouped ? undefined : id },
      withEmoji(block.label.text),
      optional,
    ),
    field,
    h('p', { class: 'field-error', id: `${id}-error`, role: 'alert', hidden: true }),
    block.hint ? h('p', { class: 'hint', id: `${id}-hint` }, withEmoji(block.hint.text)) : null,
  );
}

const BLOCKS = {
  header: (block) => h('h3', { class: 'block header' }, withEmoji(block.text.text)),
  divider: () => h('hr', { class: 'block divider' }),
  section: renderSection,
  context: renderContext,
  actions: (block, context) =>
    h(
      'div',
      { class: 'block actions' },
      block.elements.map((element) => renderElement(element, block, context)),
    ),
  image: (block) =>
    h(
      'figure',
      { class: 'block figure' },
      block.title ? h('figcaption', {}, withEmoji(block.title.text)) : null,
      renderImage(block, false),
    ),
  input: renderInput,
  markdown: (block) => h('div', { class: 'block markdown' }, renderMarkdown(block.text)),
  rich_text: (block, context) => h('div', { class: 'block' }, renderRichText(block, context)),
  table: renderTable,
};

/** @param {any[]} blocks @param {Context} context */
export function renderBlocks(blocks, context) {
  return blocks.map((block) => {
    const render = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : undefined;
    return render ? render(block, context) : h('p', { class: 'unknown' }, `[${block.type}]`);
  });
}
