import { askConfirm } from './confirm.js';
import { h } from './dom.js';
import { withEmoji } from './emoji.js';
import { menuButton } from './menu.js';
import { renderMrkdwn } from './mrkdwn.js';

/**
 * Interactive elements. In a message each one acts at once; in a modal's input they only hold a value.
 * @typedef {import('./mrkdwn.js').Names & { act?: (action: { blockId: string, actionId: string, value?: string | string[] }) => Promise<void> }} Context
 */

/** @param {any} element @param {any} block @param {Context} context @param {string | string[]} [value] @returns {Promise<boolean>} */
async function fire(element, block, context, value) {
  if (!context.act) return false;
  if (element.confirm && !(await askConfirm(element.confirm, context))) return false;
  await context.act({ blockId: block.block_id, actionId: element.action_id, ...(value === undefined ? {} : { value }) });
  return true;
}

function renderButton(element, block, context) {
  const style = element.style ? ` button-${element.style}` : '';
  const button = h(
    'button',
    {
      type: 'button',
      class: `button${style}`,
      'aria-label': element.accessibility_label,
      'data-action': element.action_id,
      onclick: async () => {
        if (button.getAttribute('aria-busy') === 'true') return;
        if (/^https?:\/\//.test(element.url ?? '')) window.open(element.url, '_blank', 'noopener,noreferrer');
        const confirmed = !element.confirm || (await askConfirm(element.confirm, context));
        if (!confirmed) return;
        button.setAttribute('aria-busy', 'true');
        await fire({ ...element, confirm: undefined }, block, context);
        button.removeAttribute('aria-busy');
      },
    },
    h('span', {}, withEmoji(element.text.text)),
  );
  return button;
}

const optionLabel = (option) => withEmoji(option.text.text);

function renderSelect(element, block, context) {
  const initial = (element.initial_options ?? [element.initial_option]).filter(Boolean).map((option) => option.value);
  const many = element.type === 'multi_static_select';
  const choice = (option) => h('option', { value: option.value, selected: initial.includes(option.value) }, optionLabel(option));
  const groups = (element.option_groups ?? []).map((group) =>
    h('optgroup', { label: group.label.text }, group.options.map(choice)),
  );
  const empty = many ? null : h('option', { value: '' }, element.placeholder?.text ?? 'Select an item');
  return h(
    'select',
    {
      class: 'field select',
      multiple: many,
      'aria-label': element.placeholder?.text ?? 'Select an item',
      'data-action': element.action_id,
      onchange: (event) => fire(element, block, context, readField(event.target)),
    },
    empty,
    (element.options ?? []).map(choice),
    groups,
  );
}

function renderUsers(element, block, context) {
  const people = [...context.users.values()].filter((user) => !user.deleted);
  return h(
    'select',
    {
      class: 'field select',
      'aria-label': element.placeholder?.text ?? 'Select a user',
      'data-action': element.action_id,
      onchange: (event) => fire(element, block, context, readField(event.target)),
    },
    h('option', { value: '' }, element.placeholder?.text ?? 'Select a user'),
    people.map((user) => h('option', { value: user.id, selected: user.id === element.initial_user }, user.real_name)),
  );
}

function renderChoices(element, block, context) {
  const many = element.type === 'checkboxes';
  const initial = (element.initial_options ?? [element.initial_option]).filter(Boolean).map((option) => option.value);
  const name = `${block.block_id} ${element.action_id}`;
  const label = (text) => (text.type === 'mrkdwn' ? renderMrkdwn(text.text, context) : withEmoji(text.text));
  const group = h(
    'div',
    {
      class: 'choices',
      role: many ? 'group' : 'radiogroup',
      'data-action': element.action_id,
      onchange: () => fire(element, block, context, readField(group)),
    },
    element.options.map((option) =>
      h(
        'label',
        { class: 'choice' },
        h('input', { type: many ? 'checkbox' : 'radio', name, value: option.value, checked: initial.includes(option.value) }),
        h(
          'span',
          {},
          label(option.text),
          option.description ? h('span', { class: 'choice-more' }, label(option.description)) : null,
        ),
      ),
    ),
  );
  return group;
}

function renderPicker(element, block, context) {
  const [type, value] = element.type === 'datepicker' ? ['date', element.initial_date] : ['time', element.initial_time];
  const onchange = (event) => fire(element, block, context, readField(event.target));
  return h('input', {
    class: 'field',
    type,
    value,
    'data-action': element.action_id,
    'aria-label': element.placeholder?.text ?? (type === 'date' ? 'Date' : 'Time'),
    onchange,
  });
}

function renderTextInput(element) {
  const kinds = { number_input: 'text', email_text_input: 'email', url_text_input: 'url' };
  const shared = {
    class: 'field',
    'data-action': element.action_id,
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load,
    inputmode: element.type === 'number_input' ? (element.is_decimal_allowed ? 'decimal' : 'numeric') : undefined,
  };
  if (element.multiline) return h('textarea', { ...shared, rows: 4 }, element.initial_value ?? '');
  return h('input', { ...shared, type: kinds[element.type] ?? 'text', value: element.initial_value, autocomplete: 'off' });
}

const renderOverflow = (element, block, context) =>
  menuButton({
    label: 'More actions',
    actionId: element.action_id,
    items: element.options.map((option) => ({
      text: optionLabel(option),
      choose: () => void fire(element, block, context, option.value),
    })),
  });

const RENDERERS = {
  button: renderButton,
  overflow: renderOverflow,
  static_select: renderSelect,
  multi_static_select: renderSelect,
  users_select: renderUsers,
  checkboxes: renderChoices,
  radio_buttons: renderChoices,
  datepicker: renderPicker,
  timepicker: renderPicker,
  plain_text_input: renderTextInput,
  number_input: renderTextInput,
  email_text_input: renderTextInput,
  url_text_input: renderTextInput,
};

/** @param {any} element @param {any} block @param {Context} context @returns {HTMLElement} */
export function renderElement(element, block, context) {
  const render = Object.hasOwn(RENDERERS, element.type) ? RENDERERS[element.type] : undefined;
  return render ? render(element, block, context) : h('span', { class: 'unknown' }, `[${element.type}]`);
}

/**
 * What a field holds: text, one value, several, or null.
 * @param {Element} field
 */
export function readField(field) {
  if (field instanceof HTMLSelectElement && field.multiple) return [...field.selectedOptions].map((option) => option.value);
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)
    return field.value || null;
  const checked = [...field.querySelectorAll('input:checked')].map((input) => /** @type {HTMLInputElement} */ (input).value);
  return field.getAttribute('role') === 'radiogroup' ? (checked[0] ?? null) : checked;
}

/**
 * Puts back into a field what was typed before it was drawn anew.
 * @param {Element} field @param {string | string[] | null} value as {@link readField} gives it
 */
export function writeField(field, value) {
  const values = Array.isArray(value) ? value : [value ?? ''];
  if (field instanceof HTMLSelectElement && field.multiple) {
    for (const option of field.options) option.selected = values.includes(option.value);
  } else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) {
    field.value = values[0] ?? '';
  } else {
    for (const input of field.querySelectorAll('input')) input.checked = values.includes(input.value);
  }
}
