import { elementsOf } from './message-json.ts';
import { asObject } from './requests.ts';
import type { Json } from './types.ts';

/** What a person entered: text, a choice's value, several values, or null for nothing. Keyed by `block_id` or `action_id`. */
export type Entries = Record<string, string | string[] | null>;

const optionsOf = (element: Json): Json[] => {
  const groups = Array.isArray(element.option_groups) ? (element.option_groups as Json[]) : [];
  return [
    ...((element.options as Json[] | undefined) ?? []),
    ...groups.flatMap((group) => (group.options as Json[] | undefined) ?? []),
  ];
};

function chosen(element: Json, value: string): Json {
  const option = optionsOf(element).find((one) => one.value === value);
  if (option === undefined) throw new Error(`"${value}" is not an option of ${String(element.action_id)}`);
  return option;
}

const single: Record<string, { field: string; initial: string }> = {
  datepicker: { field: 'selected_date', initial: 'initial_date' },
  timepicker: { field: 'selected_time', initial: 'initial_time' },
  users_select: { field: 'selected_user', initial: 'initial_user' },
};

/** An element's state as Slack sends it, from what was entered or, when nothing was touched, from its initial value. */
export function elementState(element: Json, entry: string | string[] | null | undefined): Json {
  const type = String(element.type);
  const simple = single[type];
  if (simple) return { type, [simple.field]: entry === undefined ? (element[simple.initial] ?? null) : entry || null };
  if (type === 'static_select' || type === 'radio_buttons' || type === 'overflow') {
    if (entry === undefined) return { type, selected_option: element.initial_option ?? null };
    return { type, selected_option: entry ? chosen(element, String(entry)) : null };
  }
  if (type === 'checkboxes' || type === 'multi_static_select') {
    if (entry === undefined) return { type, selected_options: element.initial_options ?? [] };
    return { type, selected_options: [entry ?? []].flat().map((value) => chosen(element, value)) };
  }
  return { type, value: entry === undefined ? (element.initial_value ?? null) : entry || null };
}

const entryOf = (entries: Entries, block: Json, element: Json): string | string[] | null | undefined => {
  const [byBlock, byAction] = [entries[String(block.block_id)], entries[String(element.action_id)]];
  return byBlock === undefined || elementsOf(block).length > 1 ? byAction : byBlock;
};

/** `state.values` of a view or message: every element that holds a value, by block and action. Buttons hold none. */
export function stateOf(blocks: Json[], entries: Entries): Json {
  const values: Record<string, Json> = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      if (element.type === 'button' || element.type === 'overflow') continue;
      const state = values[String(block.block_id)] ?? {};
      state[String(element.action_id)] = elementState(element, entryOf(entries, block, element));
      values[String(block.block_id)] = state;
    }
  }
  return values;
}

const isEmpty = (state: Json): boolean =>
  Object.entries(state).every(([key, value]) => key === 'type' || value === null || (Array.isArray(value) && value.length === 0));

function numberProblem(element: Json, value: string): string | null {
  const number = Number(value);
  if (!/^-?\d+(\.\d+)?$/.test(value)) return 'Please enter a valid number.';
  if (element.is_decimal_allowed === false && !Number.isInteger(number)) return 'Please enter a whole number.';
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter a number no less than ${element.min_value}.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter a number no more than ${element.max_value}.`;
  return null;
}

function valueProblem(element: Json, state: Json): string | null {
  const value = typeof state.value === 'string' ? state.value : null;
  if (value === null) return null;
  if (element.type === 'number_input') return numberProblem(element, value);
  const length = [...value].length;
  const [min, max] = [Number(element.min_length ?? 0), Number(element.max_length ?? 3000)];
  if (length < min) return `Please enter at least ${min} characters.`;
  if (length > max) return `Please enter no more than ${max} characters.`;
  if (element.type === 'email_text_input' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value))
    return 'Please enter a valid email address.';
  if (element.type === 'url_text_input' && !/^https?:\/\/\S+$/.test(value)) return 'Please enter a valid URL.';
  return null;
}

/** The check Slack's client makes before it sends a modal: required fields and lengths. Keyed by `block_id`; empty is good. */
export function inputProblems(blocks: Json[], values: Json): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const block of blocks.filter((one) => one.type === 'input')) {
    const element = asObject(block.element);
    const state = asObject(asObject(values[String(block.block_id)])?.[String(element?.action_id)]);
    if (element === null || state === null) continue;
    const missing = isEmpty(state) && block.optional !== true;
    const problem = missing ? 'Please complete this required field.' : valueProblem(element, state);
    if (problem !== null) problems[String(block.block_id)] = problem;
  }
  return problems;
}
