import { accessory, actionsElement, anyText, contextElement, inputElement, plainText } from './block-elements.ts';
import type { Check, Findings, Problem } from './block-schema.ts';
import { array, boolean, byType, needsOne, object, oneOf, optional, string, uniqueIds } from './block-schema.ts';
import { richText, table } from './rich-text-limits.ts';

/**
 * The workspace's own Block Kit check, as strict as Slack's. The product has another one: two that were written apart catch
 * each other's mistakes. Types that this page can't draw are refused as unknown, which errs to the safe side.
 */

/** Not documented; measured by others on chat.postMessage: https://github.com/slackapi/bolt-js/issues/2509 */
export const MAX_MESSAGE_TEXT = 13_200;
const MAX_MARKDOWN = 12_000;
const MAX_MESSAGE_BLOCKS = 50;
const MAX_MODAL_BLOCKS = 100;

const base = { type: string(255), block_id: optional(string(255)) };

const uniqueActions: Check = (value, at, findings) =>
  uniqueIds((value as { elements?: unknown }).elements, 'action_id', `${at}/elements`, findings);

const imageBlock = object(
  {
    ...base,
    alt_text: string(2000),
    image_url: optional(string(3000, { pattern: /^https?:\/\// })),
    slack_file: optional(object({ id: optional(string(255)), url: optional(string(3000)) })),
    title: optional(plainText(2000)),
  },
  needsOne('image_url', 'slack_file'),
);

const everywhere: Record<string, Check> = {
  actions: object({ ...base, elements: array(actionsElement, 1, 25) }, uniqueActions),
  context: object({ ...base, elements: array(contextElement, 1, 10) }),
  divider: object(base),
  header: object({ ...base, text: plainText(150) }),
  image: imageBlock,
  input: object({
    ...base,
    label: plainText(2000),
    element: inputElement,
    hint: optional(plainText(2000)),
    optional: optional(boolean),
    dispatch_action: optional(boolean),
  }),
  rich_text: richText,
  section: object(
    {
      ...base,
      text: optional(anyText(3000)),
      fields: optional(array(anyText(2000), 1, 10)),
      accessory: optional(accessory),
      expand: optional(boolean),
    },
    needsOne('text', 'fields'),
  ),
};

const messageBlock = byType({
  ...everywhere,
  markdown: object({ ...base, text: string(MAX_MARKDOWN, { counts: true }) }),
  table,
});
const modalBlock = byType(everywhere);

const typeOf = (block: unknown): unknown => (block as { type?: unknown } | null)?.type;

function checkBlockList(blocks: unknown[], check: Check, max: number, at: string, findings: Findings): void {
  array(check, 0, max)(blocks, at, findings);
  uniqueIds(blocks, 'block_id', at, findings);
}

function checkMarkdownTotal(blocks: unknown[], at: string, findings: Findings): void {
  const texts = blocks.filter((block) => typeOf(block) === 'markdown').map((block) => (block as { text?: unknown }).text);
  const total = texts.reduce((sum: number, text) => sum + (typeof text === 'string' ? [...text].length : 0), 0);
  if (texts.length > 1 && total > MAX_MARKDOWN) {
    findings.problems.push({ pointer: at, message: `markdown blocks must be less than ${MAX_MARKDOWN + 1} characters together` });
  }
}

/** Checks the blocks of a message: the problems with their JSON pointers, and the characters of text they hold. */
export function checkMessageBlocks(blocks: unknown[], at = '/blocks'): { problems: Problem[]; textLength: number } {
  const findings: Findings = { problems: [], textLength: 0 };
  checkBlockList(blocks, messageBlock, MAX_MESSAGE_BLOCKS, at, findings);
  checkMarkdownTotal(blocks, at, findings);
  if (blocks.filter((block) => typeOf(block) === 'table').length > 1) {
    findings.problems.push({ pointer: at, message: 'only_one_table_allowed' });
  }
  return findings;
}

const view = object({
  type: oneOf('modal'),
  title: plainText(24),
  blocks: () => {},
  close: optional(plainText(24)),
  submit: optional(plainText(24)),
  private_metadata: optional(string(3000, { min: 0 })),
  callback_id: optional(string(255, { min: 0 })),
  external_id: optional(string(255, { min: 0 })),
  clear_on_close: optional(boolean),
  notify_on_close: optional(boolean),
  submit_disabled: optional(boolean),
});

/** Checks a modal: its frame, its blocks, and that one with inputs can be submitted. */
export function checkView(value: unknown, at = '/view'): Problem[] {
  const findings: Findings = { problems: [], textLength: 0 };
  view(value, at, findings);
  const { blocks, submit } = (value ?? {}) as { blocks?: unknown; submit?: unknown };
  if (blocks !== undefined && !Array.isArray(blocks))
    findings.problems.push({ pointer: `${at}/blocks`, message: 'must be an array' });
  if (Array.isArray(blocks)) {
    checkBlockList(blocks, modalBlock, MAX_MODAL_BLOCKS, `${at}/blocks`, findings);
    if (submit === undefined && blocks.some((block) => typeOf(block) === 'input')) {
      findings.problems.push({ pointer: at, message: 'missing required field: submit, which a view with input blocks needs' });
    }
  }
  return findings.problems;
}

/** One line a problem, as Slack words them in `response_metadata.messages`. */
export const describe = (problem: Problem): string => `${problem.message} [json-pointer:${problem.pointer}]`;
