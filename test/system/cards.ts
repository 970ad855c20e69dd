import type { Delivery, StoredMessage } from '../../local/slack/start.ts';
import type { System } from '../../local/system.ts';
import { until } from './until.ts';

/** The cards of the channel, and clicks on them as Slack signs and sends them. */
export interface Cards {
  /** Every message that says all of these. */
  all(...texts: string[]): StoredMessage[];
  /** Waits for the one message that says all of these; a second one is an error. */
  one(...texts: string[]): Promise<StoredMessage>;
  press(card: StoredMessage, action: Action, user: string): Promise<Delivery>;
  /** The same message now. */
  now(card: StoredMessage): StoredMessage;
  /** What the user was told alone, oldest first. */
  whispers(user: string): string[];
}
export type Action = 'approve' | 'deny' | 'exempt' | 'undo';

export function cardsOf(system: System): Cards {
  const messages = () => system.slack.messages(system.channel);
  const all = (...texts: string[]) => messages().filter((card) => texts.every((text) => textOf(card).includes(text)));
  return {
    all,
    one: async (...texts) => {
      const found = await until(
        () => all(...texts),
        (cards) => cards.length > 0,
        `a card that says ${texts.join(', ')}`,
      );
      const [card] = found;
      if (!card || found.length > 1) throw new Error(`${found.length} cards say ${texts.join(', ')}`);
      return card;
    },
    press: (card, action, user) => system.slack.click({ user, channel: card.channel, ts: card.ts, actionId: `cinch-${action}` }),
    now: (card) => {
      const found = messages().find(({ ts }) => ts === card.ts);
      if (!found) throw new Error(`no message ${card.ts}`);
      return found;
    },
    whispers: (user) => system.slack.ephemerals(user, system.channel).map(({ text }) => text),
  };
}

/** All that a card's blocks say, in order. */
export const textOf = (card: Pick<StoredMessage, 'blocks'>): string => leavesOf(card.blocks, () => true).join('');

/** The texts in which Slack reads markup. */
export const mrkdwnOf = (blocks: StoredMessage['blocks']): string[] => leavesOf(blocks, (type) => type === 'mrkdwn');

function leavesOf(value: unknown, isWanted: (type: string) => boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, isWanted));
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = typeof text === 'string' && typeof type === 'string' && isWanted(type) ? [text] : [];
  return [...own, ...Object.values(value).flatMap((inner) => leavesOf(inner, isWanted))];
}
