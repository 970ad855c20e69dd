import type { Card } from '../flows/ports.ts';

/** What Slack would refuse, with the place of it. */
export interface BlockProblem {
  /** JSON pointer into the checked value. */
  readonly pointer: string;
  readonly message: string;
}

/** Slack's limit is not documented and was seen at 11,341 characters (https://github.com/slackapi/bolt-js/issues/2867). */
export const MESSAGE_BUDGET = 8000;
const MESSAGE_BLOCKS = 50;
const MODAL_BLOCKS = 100;

type Json = Record<string, unknown>;
type Report = (pointer: string, message: string) => void;
type Check = (value: Json, at: string, report: Report) => void;

/** Checks a message against Block Kit's limits, for the kinds of blocks that Cinch sends; others are reported as unknown. Pure. */
export function validateBlocks(blocks: readonly unknown[], max = MESSAGE_BLOCKS): BlockProblem[] {
  const problems: BlockProblem[] = [];
  const report: Report = (pointer, message) => problems.push({ pointer, message });
  if (blocks.length === 0 || blocks.length > max) report('/blocks', `must have 1 to ${max} blocks`);
  blocks.forEach((block, index) => {
    dispatch(BLOCKS, block, `/blocks/${index}`, report);
  });
  const length = textLength(blocks);
  if (max === MESSAGE_BLOCKS && length > MESSAGE_BUDGET)
    report('/blocks', `${length} characters of text, above ${MESSAGE_BUDGET}`);
  return problems;
}

/** Checks a modal's frame and blocks. Pure. */
export function validateView(view: unknown): BlockProblem[] {
  if (!isJson(view)) return [{ pointer: '', message: 'not an object' }];
  const problems = validateBlocks(Array.isArray(view.blocks) ? view.blocks : [], MODAL_BLOCKS);
  const report: Report = (pointer, message) => problems.push({ pointer, message });
  if (view.type !== 'modal') report('/type', 'not `modal`');
  const hasInput = Array.isArray(view.blocks) && view.blocks.some((block) => isJson(block) && block.type === 'input');
  // A modal that only shows has no submit button; one with inputs needs it.
  for (const key of ['title', 'close', ...(hasInput || view.submit !== undefined ? ['submit'] : [])])
    textObject(view[key], `/${key}`, report, 24, ['plain_text']);
  stringOf(view.private_metadata, '/private_metadata', report, 3000);
  stringOf(view.callback_id, '/callback_id', report, 255);
  return problems;
}

/** The card, or one of plain text that still carries the buttons when Slack would refuse it: approvals must not fail silently. Pure. */
export function presentable(card: Card): { readonly card: Card; readonly problems: readonly BlockProblem[] } {
  const problems = validateBlocks(card.blocks);
  if (problems.length === 0 && card.text !== '') return { card, problems };
  return { card: degrade(card), problems };
}

/** Plain text and the buttons. Pure. */
export function degrade(card: Card): Card {
  const text = card.text.slice(0, 2900) || 'A finding that could not be shown in full';
  const buttons = card.blocks.filter(
    (block) => (block as { type?: unknown }).type === 'actions' && validateBlocks([block]).length === 0,
  );
  return { text, blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }, ...buttons.slice(0, 5)] };
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function dispatch(checks: Readonly<Record<string, Check>>, value: unknown, at: string, report: Report): void {
  if (!isJson(value)) {
    report(at, 'not an object');
    return;
  }
  const check = typeof value.type === 'string' && Object.hasOwn(checks, value.type) ? checks[value.type] : undefined;
  if (!check) {
    report(`${at}/type`, `unknown type ${String(value.type).slice(0, 40)}`);
    return;
  }
  for (const key of ['block_id', 'action_id']) if (value[key] !== undefined) stringOf(value[key], `${at}/${key}`, report, 255);
  check(value, at, report);
}

function stringOf(value: unknown, at: string, report: Report, max: number): void {
  if (typeof value !== 'string' || value === '') report(at, 'missing or not a text');
  else if (value.length > max) report(at, `${value.length} characters, above ${max}`);
}

function textObject(value: unknown, at: string, report: Report, max: number, types = ['plain_text', 'mrkdwn']): void {
  if (!isJson(value)) {
    report(at, 'missing text object');
    return;
  }
  if (!types.includes(String(value.type))) report(`${at}/type`, `not one of ${types.join(', ')}`);
  stringOf(value.text, `${at}/text`, report, max);
}

function listOf(value: unknown, at: string, report: Report, max: number, each: (item: unknown, at: string) => void): void {
  if (!Array.isArray(value) || value.length === 0 || value.length > max) report(at, `must have 1 to ${max} entries`);
  if (Array.isArray(value)) for (const [index, item] of value.entries()) each(item, `${at}/${index}`);
}

const LEAVES: Readonly<Record<string, Check>> = {
  text: (leaf, at, report) => stringOf(leaf.text, `${at}/text`, report, 3000),
  usergroup: (leaf, at, report) => stringOf(leaf.usergroup_id, `${at}/usergroup_id`, report, 255),
  user: (leaf, at, report) => stringOf(leaf.user_id, `${at}/user_id`, report, 255),
  link: (leaf, at, report) => {
    stringOf(leaf.url, `${at}/url`, report, 3000);
    if (!/^https:\/\//.test(String(leaf.url))) report(`${at}/url`, 'not an address that begins with https://');
    stringOf(leaf.text, `${at}/text`, report, 3000);
  },
  date: (leaf, at, report) => {
    if (!Number.isInteger(leaf.timestamp)) report(`${at}/timestamp`, 'not a whole number of seconds');
    stringOf(leaf.format, `${at}/format`, report, 255);
    stringOf(leaf.fallback, `${at}/fallback`, report, 300);
  },
};

const leaves: Check = (part, at, report) =>
  listOf(part.elements, `${at}/elements`, report, 1000, (leaf, here) => dispatch(LEAVES, leaf, here, report));

const RICH_PARTS: Readonly<Record<string, Check>> = {
  rich_text_section: leaves,
  rich_text_preformatted: leaves,
  rich_text_list: (list, at, report) => {
    if (list.style !== 'bullet' && list.style !== 'ordered') report(`${at}/style`, 'neither `bullet` nor `ordered`');
    listOf(list.elements, `${at}/elements`, report, 1000, (item, here) =>
      dispatch({ rich_text_section: leaves }, item, here, report),
    );
  },
};

const ELEMENTS: Readonly<Record<string, Check>> = {
  button: (button, at, report) => {
    textObject(button.text, `${at}/text`, report, 75, ['plain_text']);
    stringOf(button.value, `${at}/value`, report, 2000);
    stringOf(button.action_id, `${at}/action_id`, report, 255);
    if (button.style !== undefined && button.style !== 'primary' && button.style !== 'danger')
      report(`${at}/style`, 'unknown style');
    if (button.confirm !== undefined) confirmDialog(button.confirm, `${at}/confirm`, report);
  },
  overflow: (menu, at, report) => {
    stringOf(menu.action_id, `${at}/action_id`, report, 255);
    listOf(menu.options, `${at}/options`, report, 5, (option, here) => {
      if (!isJson(option)) return report(here, 'not an object');
      textObject(option.text, `${here}/text`, report, 75, ['plain_text']);
      stringOf(option.value, `${here}/value`, report, 150);
    });
  },
};

function confirmDialog(value: unknown, at: string, report: Report): void {
  if (!isJson(value)) {
    report(at, 'not an object');
    return;
  }
  textObject(value.title, `${at}/title`, report, 100, ['plain_text']);
  textObject(value.text, `${at}/text`, report, 300);
  textObject(value.confirm, `${at}/confirm`, report, 30, ['plain_text']);
  textObject(value.deny, `${at}/deny`, report, 30, ['plain_text']);
}

const INPUTS: Readonly<Record<string, Check>> = {
  plain_text_input: (input, at, report) => stringOf(input.action_id, `${at}/action_id`, report, 255),
  number_input: (input, at, report) => {
    if (typeof input.is_decimal_allowed !== 'boolean') report(`${at}/is_decimal_allowed`, 'missing');
  },
};

const BLOCKS: Readonly<Record<string, Check>> = {
  rich_text: (block, at, report) =>
    listOf(block.elements, `${at}/elements`, report, 1000, (part, here) => dispatch(RICH_PARTS, part, here, report)),
  section: (block, at, report) => textObject(block.text, `${at}/text`, report, 3000),
  divider: () => {},
  header: (block, at, report) => textObject(block.text, `${at}/text`, report, 150, ['plain_text']),
  context: (block, at, report) =>
    listOf(block.elements, `${at}/elements`, report, 10, (item, here) => textObject(item, here, report, 3000)),
  actions: (block, at, report) => {
    listOf(block.elements, `${at}/elements`, report, 25, (item, here) => dispatch(ELEMENTS, item, here, report));
    const ids = Array.isArray(block.elements) ? block.elements.map((item) => (isJson(item) ? item.action_id : undefined)) : [];
    if (new Set(ids).size !== ids.length) report(`${at}/elements`, 'two elements with the same action_id');
  },
  input: (block, at, report) => {
    textObject(block.label, `${at}/label`, report, 2000, ['plain_text']);
    dispatch(INPUTS, block.element, `${at}/element`, report);
  },
};

/** Characters of everything that is shown. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (!isJson(value)) return 0;
  return Object.entries(value).reduce((sum, [key, item]) => {
    if (typeof item === 'string') return key === 'text' ? sum + item.length : sum;
    return sum + textLength(item);
  }, 0);
}
