import type { Check, Fields } from './block-schema.ts';
import { array, boolean, byType, integer, needsOne, object, oneOf, optional, string } from './block-schema.ts';

/** Block Kit's composition objects and interactive elements with their limits: https://docs.slack.dev/reference/block-kit */

const anyType = string(255);
const actionId = string(255);

function textFields(max: number, kind: 'plain_text' | 'mrkdwn'): Fields {
  const text = string(max, { counts: true });
  return kind === 'plain_text'
    ? { type: anyType, text, emoji: optional(boolean) }
    : { type: anyType, text, verbatim: optional(boolean) };
}

export const plainText = (max: number): Check => byType({ plain_text: object(textFields(max, 'plain_text')) });
export const anyText = (max: number): Check =>
  byType({ plain_text: object(textFields(max, 'plain_text')), mrkdwn: object(textFields(max, 'mrkdwn')) });

const style = oneOf('primary', 'danger');

const confirm = object({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: optional(style),
});

const optionOf = (text: Check, extra: Fields = {}): Check =>
  object({ text, value: string(150), description: optional(plainText(75)), ...extra });
const selectOption = optionOf(plainText(75));
const choiceOption = optionOf(anyText(75));

const interactive: Fields = { type: anyType, action_id: optional(actionId), confirm: optional(confirm) };
const focusable: Fields = { ...interactive, focus_on_load: optional(boolean) };
const placeholder = { placeholder: optional(plainText(150)) };
const optionGroup = object({ label: plainText(75), options: array(selectOption, 1, 100) });

/** An initial option must be one of the options, word for word. */
function initialAmongOptions(key: 'initial_option' | 'initial_options'): Check {
  return (value, at, findings) => {
    const element = value as Record<string, unknown>;
    if (element[key] === undefined) return;
    const groups = Array.isArray(element.option_groups) ? element.option_groups : [];
    const grouped = groups.flatMap((group) => (group as { options?: unknown[] })?.options ?? []);
    const options = [...(Array.isArray(element.options) ? element.options : []), ...grouped].map((item) => JSON.stringify(item));
    const initial = key === 'initial_option' ? [element[key]] : element[key];
    for (const item of Array.isArray(initial) ? initial : []) {
      if (!options.includes(JSON.stringify(item))) {
        findings.problems.push({ pointer: `${at}/${key}`, message: 'initial option is not among the options' });
      }
    }
  };
}

function optionsOrGroups(value: unknown, at: string, findings: Parameters<Check>[2]): void {
  needsOne('options', 'option_groups')(value, at, findings);
}

const both =
  (...checks: Check[]): Check =>
  (value, at, findings) => {
    for (const check of checks) check(value, at, findings);
  };

const selectSource: Fields = {
  options: optional(array(selectOption, 1, 100)),
  option_groups: optional(array(optionGroup, 1, 100)),
};

const textInput: Fields = {
  type: anyType,
  action_id: optional(actionId),
  ...placeholder,
  focus_on_load: optional(boolean),
  initial_value: optional(string(3000, { min: 0 })),
  dispatch_action_config: optional(
    object({ trigger_actions_on: array(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) }),
  ),
};

export const image: Check = object(
  {
    type: anyType,
    alt_text: string(2000),
    image_url: optional(string(3000, { pattern: /^https?:\/\// })),
    slack_file: optional(object({ id: optional(anyType), url: optional(string(3000)) })),
  },
  needsOne('image_url', 'slack_file'),
);

const button = object({
  ...interactive,
  text: plainText(75),
  url: optional(string(3000)),
  value: optional(string(2000)),
  style: optional(style),
  accessibility_label: optional(string(75)),
});

const checkboxes = object(
  { ...focusable, options: array(choiceOption, 1, 10), initial_options: optional(array(choiceOption, 1, 10)) },
  initialAmongOptions('initial_options'),
);
const radioButtons = object(
  { ...focusable, options: array(choiceOption, 1, 10), initial_option: optional(choiceOption) },
  initialAmongOptions('initial_option'),
);
const staticSelect = object(
  { ...focusable, ...placeholder, ...selectSource, initial_option: optional(selectOption) },
  both(optionsOrGroups, initialAmongOptions('initial_option')),
);
const multiStaticSelect = object(
  {
    ...focusable,
    ...placeholder,
    ...selectSource,
    initial_options: optional(array(selectOption, 1, 100)),
    max_selected_items: optional(integer(1, 100)),
  },
  both(optionsOrGroups, initialAmongOptions('initial_options')),
);
const usersSelect = object({ ...focusable, ...placeholder, initial_user: optional(anyType) });
const datepicker = object({
  ...focusable,
  ...placeholder,
  initial_date: optional(string(10, { pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/ })),
});
const timepicker = object({
  ...focusable,
  ...placeholder,
  initial_time: optional(string(5, { pattern: /^([01]\d|2[0-3]):[0-5]\d$/ })),
  timezone: optional(anyType),
});
const overflow = object({ ...interactive, options: array(optionOf(plainText(75), { url: optional(string(3000)) }), 1, 5) });

const plainTextInput = object({
  ...textInput,
  multiline: optional(boolean),
  min_length: optional(integer(0, 3000)),
  max_length: optional(integer(1, 3000)),
});
const decimal = optional(string(100, { pattern: /^-?\d+(\.\d+)?$/ }));
const numberInput = object({
  ...textInput,
  is_decimal_allowed: boolean,
  initial_value: decimal,
  min_value: decimal,
  max_value: decimal,
});

const choosers = {
  checkboxes,
  radio_buttons: radioButtons,
  static_select: staticSelect,
  multi_static_select: multiStaticSelect,
  users_select: usersSelect,
  datepicker,
  timepicker,
};

export const actionsElement: Check = byType({ button, overflow, ...choosers });
export const accessory: Check = byType({ button, overflow, image, ...choosers });
export const contextElement: Check = byType({
  image,
  plain_text: object(textFields(3000, 'plain_text')),
  mrkdwn: object(textFields(3000, 'mrkdwn')),
});
/** Entry of an input block, which needs its own `action_id` to be found again in `state.values`; Slack makes one up when it is missing. */
export const inputElement: Check = byType({
  plain_text_input: plainTextInput,
  number_input: numberInput,
  email_text_input: object(textInput),
  url_text_input: object(textInput),
  ...choosers,
});
