import { messageJson } from '../message-json.ts';
import { changed, directChannel, findMessage, knowsChannel, nextTs, type Store } from '../store.ts';
import { BOT, type Json, type StoredMessage } from '../types.ts';
import { type Answer, type Method, refuse, succeed, textArg } from './answer.ts';
import { isAnswer, readContent, warningFields } from './message-content.ts';

/** The channel that the call names; a user's id stands for the direct message with them. */
export function resolveChannel(store: Store, args: Json): { id: string } | Answer {
  const name = textArg(args, 'channel');
  if (name === undefined) return refuse('channel_not_found');
  const user = store.users.get(name);
  if (user !== undefined) return user.deleted ? refuse('user_disabled') : { id: directChannel(store, name) };
  if (!knowsChannel(store, name)) return refuse('channel_not_found');
  const channel = store.channels.get(name);
  if (channel?.is_archived) return refuse('is_archived');
  if (channel?.is_member === false) return refuse('not_in_channel');
  return { id: name };
}

/** The parent of the thread; naming a reply means its parent. */
function resolveThread(store: Store, channel: string, args: Json): string | undefined | Answer {
  const asked = textArg(args, 'thread_ts');
  if (asked === undefined) return undefined;
  const parent = findMessage(store, channel, asked);
  if (parent === undefined) return refuse('thread_not_found');
  return parent.thread_ts ?? parent.ts;
}

/** Everything a new message needs, or the refusal. */
function compose(store: Store, args: Json): { message: StoredMessage; warnings: string[] } | Answer {
  const channel = resolveChannel(store, args);
  if (isAnswer(channel)) return channel;
  const content = readContent(args);
  if (isAnswer(content)) return content;
  if (content.text === undefined && (content.blocks ?? []).length === 0) return refuse('no_text');
  const { id } = channel;
  const thread = resolveThread(store, id, args);
  if (isAnswer(thread)) return thread;
  const { text = '', blocks = [], metadata, warnings } = content;
  const message: StoredMessage = {
    channel: id,
    ts: nextTs(store),
    user: BOT.userId,
    bot_id: BOT.botId,
    text,
    blocks,
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ...(thread !== undefined && String(args.reply_broadcast) === 'true' ? { is_broadcast: true } : {}),
    ...(metadata === undefined ? {} : { metadata }),
    revision: 0,
  };
  return { message, warnings };
}

const postMessage: Method = (store, args) => {
  const composed = compose(store, args);
  if (isAnswer(composed)) return composed;
  const { message, warnings } = composed;
  store.messages.push(message);
  changed(store);
  return succeed({
    channel: message.channel,
    ts: message.ts,
    message: messageJson(store, message),
    ...warningFields(warnings),
  });
};

const postEphemeral: Method = (store, args) => {
  const user = store.users.get(textArg(args, 'user') ?? '');
  const composed = compose(store, args);
  if (isAnswer(composed)) return composed;
  if (user === undefined || user.deleted) return refuse('user_not_found');
  const message = { ...composed.message, ephemeral_to: user.id };
  store.messages.push(message);
  changed(store);
  return succeed({ message_ts: message.ts, ...warningFields(composed.warnings) });
};

/** Changes text and blocks. Text alone takes the blocks away; neither given refuses. */
export function replaceContent(store: Store, message: StoredMessage, text: string | undefined, blocks: Json[] | undefined): void {
  message.blocks = blocks ?? (text === undefined ? message.blocks : []);
  message.text = text ?? (blocks === undefined ? message.text : '');
  message.revision += 1;
  changed(store);
}

const update: Method = (store, args) => {
  const channel = textArg(args, 'channel');
  // Unlike chat.postMessage, this one takes no user id for a direct message.
  if (channel === undefined || !knowsChannel(store, channel)) return refuse('channel_not_found');
  const message = findMessage(store, channel, textArg(args, 'ts') ?? '');
  if (message === undefined || message.ephemeral_to !== undefined) return refuse('message_not_found');
  if (message.bot_id !== BOT.botId) return refuse('cant_update_message');
  const content = readContent(args);
  if (isAnswer(content)) return content;
  const { text, blocks, metadata, warnings } = content;
  if (text === undefined && blocks === undefined) return refuse('no_text');
  if (metadata !== undefined) message.metadata = metadata;
  replaceContent(store, message, text, blocks);
  return succeed({
    channel,
    ts: message.ts,
    text: message.text,
    message: messageJson(store, message),
    ...warningFields(warnings),
  });
};

/** A bot deletes its own messages only: https://docs.slack.dev/reference/methods/chat.delete */
const remove: Method = (store, args) => {
  const channel = textArg(args, 'channel');
  if (channel === undefined || !knowsChannel(store, channel)) return refuse('channel_not_found');
  const message = findMessage(store, channel, textArg(args, 'ts') ?? '');
  if (message === undefined || message.ephemeral_to !== undefined) return refuse('message_not_found');
  if (message.bot_id !== BOT.botId) return refuse('cant_delete_message');
  store.messages.splice(store.messages.indexOf(message), 1);
  changed(store);
  return succeed({ channel, ts: message.ts });
};

export const chat: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
};
