import { askConfirm } from './confirm.js';
import { h } from './dom.js';
import { withEmoji } from './emoji.js';
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
    'aria-label': element.placeholder?.text,
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

function renderOverflow(element, block, context) {
  const menu = h('div', { class: 'menu', role: 'menu', hidden: true });
  const toggle = (open) => {
    menu.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    if (open) menu.querySelector('button')?.focus();
  };
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button button-icon',
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      'aria-label': 'More actions',
      onclick: () => toggle(menu.hidden),
    },
    '⋯',
  );
  menu.append(
    ...element.options.map((option) =>
      h(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          onclick: () => {
            toggle(false);
            void fire(element, block, context, option.value);
          },
        },
        optionLabel(option),
      ),
    ),
  );
  const onkeydown = (event) => {
    if (event.key === 'Escape' && !menu.hidden) {
      toggle(false);
      button.focus();
    }
  };
  const onfocusout = (event) => {
    if (!wrapper.contains(event.relatedTarget)) toggle(false);
  };
  const wrapper = h('span', { class: 'overflow', 'data-action': element.action_id, onkeydown, onfocusout }, button, menu);
  return wrapper;
}

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
