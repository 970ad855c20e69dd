import { decideByIam } from './decide-by-iam.ts';
import { decideClick } from './decide-click.ts';
import { decideCommand } from './decide-command.ts';
import { showDigest } from './digests.ts';
import { type TellSelfCheckWorld, tellSelfCheck } from './doctor/tell-self-check.ts';
import {
  type ClickMessage,
  type DecisionMessage,
  idsOf,
  type NoticeMessage,
  parseNoticeMessage,
  type ViewMessage,
} from './messages.ts';
import type { World } from './ports.ts';
import { showCard } from './show-card.ts';
import { showDetails } from './show-details.ts';
import { showReview } from './show-review.ts';
import { tellConfig } from './tell-config.ts';
import { tellThread } from './threads.ts';
import { tellWeekly } from './weekly.ts';

export type NotifyWorld = Pick<World, 'clock' | 'log' | 'config' | 'ledger' | 'queues' | 'bus' | 'desk'>;
/** With what only the self-check needs. */
export type FullNotifyWorld = NotifyWorld & TellSelfCheckWorld;

/**
 * One message of the notices queue (something to bring up to date) or of the clicks queue (a decision to make, a list to show). The only flow
 * that writes to Slack.
 * @throws MalformedInput for a message that can't be read, TryAgain for what the queue must deliver again
 */
export async function notify(world: FullNotifyWorld, body: string): Promise<void> {
  const message = parseNoticeMessage(body);
  if (message.kind === 'click') await decideClick(world, message);
  else if (message.kind === 'decision') await decideByIam(world, message);
  else {
    await tell(world, message);
    world.log.info('told', { what: message.kind, ...idsOf(body) });
  }
}

async function tell(world: FullNotifyWorld, message: Exclude<NoticeMessage, ClickMessage | DecisionMessage>): Promise<void> {
  switch (message.kind) {
    case 'card':
      await showCard(world, message.findingId);
      return tellThread(world, message.findingId);
    case 'config':
      return tellConfig(world, message.version);
    case 'digest':
      return showDigest(world, message.digestId, message.since);
    case 'weekly':
      return tellWeekly(world, message.at);
    case 'self-check':
      return tellSelfCheck(world);
    case 'view':
      return fillView(world, message);
    case 'command':
      return decideCommand(world, message);
  }
}

async function fillView(world: NotifyWorld, message: ViewMessage): Promise<void> {
  await (message.view === 'review' ? showReview(world, message) : showDetails(world, message));
}
