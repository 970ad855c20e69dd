import { decideClick } from './decide-click.ts';
import { parseNoticeMessage } from './messages.ts';
import type { World } from './ports.ts';
import { showCard } from './show-card.ts';

export type NotifyWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'desk'>;

/**
 * One message of the notices queue (a card to bring up to date) or of the clicks queue (a decision to make). The only flow that writes to Slack.
 * @throws MalformedInput for a message that can't be read, TryAgain for what the queue must deliver again
 */
export async function notify(world: NotifyWorld, body: string): Promise<void> {
  const message = parseNoticeMessage(body);
  if (message.kind === 'click') await decideClick(world, message);
  else await showCard(world, message.findingId);
}
