import { randomBytes } from 'node:crypto';
import { asObject } from './requests.ts';
import type { Store } from './store.ts';
import type { Json, StoredMessage } from './types.ts';
import { BOT, TEAM } from './types.ts';

const shortId = (): string => randomBytes(4).toString('base64url').slice(0, 5);

const interactiveTypes = new Set([
  'button',
  'overflow',
  'static_select',
  'multi_static_select',
  'users_select',
  'datepicker',
  'timepicker',
  'checkboxes',
  'radio_buttons',
  'plain_text_input',
  'number_input',
  'email_text_input',
  'url_text_input',
]);

function elementWithId(element: unknown): unknown {
  const object = asObject(element);
  if (object === null || !interactiveTypes.has(String(object.type)) || object.action_id !== undefined) return element;
  return { ...object, action_id: shortId() };
}

/** Blocks as Slack stores them: a `block_id` and `action_id` made up where the app gave none. */
export function withIds(blocks: Json[]): Json[] {
  return blocks.map((block) => {
    const filled: Json = { ...block, block_id: block.block_id ?? shortId() };
    if (Array.isArray(block.elements) && block.type === 'actions') filled.elements = block.elements.map(elementWithId);
    if (block.accessory !== undefined) filled.accessory = elementWithId(block.accessory);
    if (block.element !== undefined) filled.element = elementWithId(block.element);
    return filled;
  });
}

/** The elements of a block that a person can act on. */
export function elementsOf(block: Json): Json[] {
  const inner = block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [];
  return [...inner, block.accessory, block.element]
    .map(asObject)
    .filter((element): element is Json => element !== null && interactiveTypes.has(String(element.type)));
}

/** A message as the Web API and the payload of a click carry it. */
export function messageJson(store: Store, message: StoredMessage): Json {
  const replies = store.messages.filter((other) => other.channel === message.channel && other.thread_ts === message.ts);
  const isParent = replies.some((reply) => reply.ts !== message.ts);
  return {
    type: 'message',
    ...(message.is_broadcast ? { subtype: 'thread_broadcast' } : {}),
    user: message.user,
    ...(message.bot_id ? { bot_id: message.bot_id, app_id: BOT.appId } : {}),
    team: TEAM.id,
    text: message.text,
    ts: message.ts,
    ...(message.thread_ts ? { thread_ts: message.thread_ts, parent_user_id: BOT.userId } : {}),
    ...(isParent ? { thread_ts: message.ts, reply_count: replies.length, latest_reply: replies.at(-1)?.ts } : {}),
    blocks: message.blocks,
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
  };
}
