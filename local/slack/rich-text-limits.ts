import type { Check, Fields } from './block-schema.ts';
import { array, boolean, byType, integer, object, oneOf, optional, string } from './block-schema.ts';

/** Rich text and tables: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */

const anyType = string(255);
const style = optional(
  object({
    bold: optional(boolean),
    italic: optional(boolean),
    strike: optional(boolean),
    code: optional(boolean),
    underline: optional(boolean),
    highlight: optional(boolean),
    client_highlight: optional(boolean),
    unlink: optional(boolean),
  }),
);

const leaf = (fields: Fields): Check => object({ type: anyType, style, ...fields });

const leaves = byType({
  text: leaf({ text: string(3000, { counts: true }) }),
  link: leaf({ url: string(3000), text: optional(string(3000, { counts: true })), unsafe: optional(boolean) }),
  user: leaf({ user_id: anyType }),
  usergroup: leaf({ usergroup_id: anyType }),
  channel: leaf({ channel_id: anyType }),
  emoji: leaf({ name: anyType, unicode: optional(anyType), skin_tone: optional(integer(1, 6)) }),
  broadcast: leaf({ range: oneOf('here', 'channel', 'everyone') }),
  date: leaf({
    timestamp: integer(0, 9_999_999_999),
    format: anyType,
    url: optional(string(3000)),
    fallback: optional(string(300)),
  }),
  color: leaf({ value: anyType }),
});

const content = { type: anyType, elements: array(leaves, 0, 1000) };
const section = object(content);

const parts = byType({
  rich_text_section: section,
  rich_text_quote: object({ ...content, border: optional(integer(0, 1)) }),
  rich_text_preformatted: object({ ...content, border: optional(integer(0, 1)), language: optional(anyType) }),
  rich_text_list: object({
    type: anyType,
    style: oneOf('bullet', 'ordered'),
    elements: array(byType({ rich_text_section: section }), 1, 1000),
    indent: optional(integer(0, 8)),
    offset: optional(integer(0, 10_000)),
    border: optional(integer(0, 1)),
  }),
});

const blockId = { block_id: optional(string(255)) };

export const richText: Check = object({ type: anyType, ...blockId, elements: array(parts, 1, 1000) });

const cell = byType({
  raw_text: object({ type: anyType, text: string(3000, { counts: true }) }),
  rich_text: richText,
});

export const table: Check = object({
  type: anyType,
  ...blockId,
  rows: array(array(cell, 1, 20), 1, 100),
  column_settings: optional(
    array(object({ align: optional(oneOf('left', 'center', 'right')), is_wrapped: optional(boolean) }), 0, 20),
  ),
});
