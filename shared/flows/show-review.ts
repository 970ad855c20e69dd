import { renderReview } from '../slack/review.ts';
import { readDigestView } from './digests.ts';
import type { ViewMessage } from './messages.ts';
import type { World } from './ports.ts';

type ReviewWorld = Pick<World, 'log' | 'config' | 'ledger' | 'desk'>;

/** Fills the modal that on-slack opened for a digest with a page of its findings, as they are now. */
export async function showReview(world: ReviewWorld, message: ViewMessage): Promise<void> {
  const view = await readDigestView(world, message.id);
  if (!view) world.log.error('no such digest', { digest: message.id });
  await world.desk.updateView(message.viewId, renderReview(view, message));
}
