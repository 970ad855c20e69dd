import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { resourceId } from '../model/resource.ts';
import type { World } from './ports.ts';

/** Asks notify to bring the finding's card up to date, and tells the hub bus. Ids only: the reader of either looks in the ledger. */
export async function announce(world: Pick<World, 'queues' | 'bus'>, finding: Finding): Promise<void> {
  await Promise.all([
    world.queues.sendNotice({ kind: 'card', findingId: finding.id }, finding.id),
    world.bus.publish({
      type: 'FindingChanged',
      detail: {
        findingId: finding.id,
        rule: finding.ruleId,
        severity: finding.severity,
        status: finding.status,
        resource: finding.resource.arn,
        account: finding.resource.account,
        region: finding.resource.region,
        planId: finding.planId,
        updatedAt: finding.updatedAt,
      },
    }),
  ]);
}

/** Work on one resource is strictly one after another: the queue's group is the resource. */
export async function sendWorkFor(world: Pick<World, 'queues'>, plan: Plan): Promise<void> {
  await world.queues.sendWork({ kind: 'apply', planId: plan.id }, resourceId(plan.resource));
}
