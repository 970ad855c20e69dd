import { approvalRule, matterOf, matterOfFinding } from '../config/approval-rules.ts';
import { detailsView } from '../slack/details.ts';
import { findAuthors } from './approvers.ts';
import { readView } from './card-view.ts';
import type { ViewMessage } from './messages.ts';
import type { World } from './ports.ts';

type DetailsWorld = Pick<World, 'log' | 'config' | 'ledger' | 'desk'>;

/** Fills the modal that on-slack opened: all of the plan, what the click does, who may decide, and what has happened so far. */
export async function showDetails(world: DetailsWorld, message: ViewMessage): Promise<void> {
  const view = await readView(world, message.id);
  if (!view) {
    world.log.error('no such finding', { finding: message.id });
    return;
  }
  const config = await world.config.read();
  const { finding, plan } = view;
  const matter = plan ? matterOf(plan) : matterOfFinding(finding);
  const [history, authors] = await Promise.all([
    world.ledger.readAudit(finding.id),
    findAuthors(world.desk, config, plan?.author ?? finding.author),
  ]);
  const details = { view, rule: approvalRule(config, matter), authors: [...authors], history };
  await world.desk.updateView(message.viewId, detailsView(details, message));
}
