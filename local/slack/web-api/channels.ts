import type { Store } from '../store.ts';
import type { Json, SlackChannel } from '../types.ts';
import { type Method, refuse, succeed, textArg } from './answer.ts';

const channelJson = ({ id, name, topic = '', is_archived = false, is_member = true }: SlackChannel): Json => ({
  id,
  name,
  name_normalized: name,
  is_channel: true,
  is_group: false,
  is_im: false,
  is_private: false,
  is_archived,
  is_member,
  topic: { value: topic },
});

const info: Method = (store: Store, args) => {
  const channel = store.channels.get(textArg(args, 'channel') ?? '');
  return channel === undefined ? refuse('channel_not_found') : succeed({ channel: channelJson(channel) });
};

export const channels: Record<string, Method> = { 'conversations.info': info };
