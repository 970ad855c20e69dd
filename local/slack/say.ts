import { actor, ClientError } from './clicks.ts';
import { canSee, changed, nextTs, type Store } from './store.ts';
import type { StoredMessage } from './types.ts';

/** A person writes in a channel. */
export function say(store: Store, message: { user: string; channel: string; text: string }): StoredMessage {
  const user = actor(store, message.user);
  if (!canSee(store, user.id, message.channel)) throw new ClientError(`${user.id} is not in ${message.channel}`);
  const stored: StoredMessage = { ...message, ts: nextTs(store), blocks: [], revision: 0 };
  store.messages.push(stored);
  changed(store);
  return structuredClone(stored);
}
