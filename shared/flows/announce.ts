import type { Finding } from '../model/finding.ts';
import type { Plan } from '../model/plan.ts';
import { resourceId } from '../model/resource.ts';
import { SEVERITIES, type Severity } from '../model/rule.ts';
import { type DomainEvent, findingChanged } from './domain-events.ts';
import type { World } from './ports.ts';

/**
 * Whether people are told of a finding: what asks, fixes or was shown before always; what is only reported, from the configured severity on.
 */
export function deservesCard(finding: Finding, reportsFrom: Severity): boolean {
  if (finding.card || finding.digestId) return true;
  if (finding.status === 'resolved' || finding.status === 'exempt') return false;
  return finding.status !== 'reported' || SEVERITIES.indexOf(finding.severity) <= SEVERITIES.indexOf(reportsFrom);
}

/**
 * Asks notify to bring the finding's card up to date, and tells the hub bus, with what else it is told. Ids only: the reader of either looks
 * in the ledger.
 */
export async function announce(
  world: Pick<World, 'queues' | 'bus'>,
  finding: Finding,
  ...also: readonly DomainEvent[]
): Promise<void> {
  await Promise.all([
    world.queues.sendNotice({ kind: 'card', findingId: finding.id, ...causeOf(finding) }, finding.id),
    publishFinding(world, finding, ...also),
  ]);
}

/** Tells the hub bus alone. */
export const publishFinding = (world: Pick<World, 'bus'>, finding: Finding, ...also: readonly DomainEvent[]): Promise<void> =>
  world.bus.publish(findingChanged(finding), ...also);

/** Work on one resource is strictly one after another: the queue's group is the resource. */
export async function sendWorkFor(world: Pick<World, 'queues'>, plan: Plan): Promise<void> {
  await world.queues.sendWork({ kind: 'apply', planId: plan.id, ...causeOf(plan) }, resourceId(plan.resource));
}

/** What a record was made for, as messages and logs carry it. */
export const causeOf = ({ cause }: { readonly cause?: string }): { readonly cause?: string } =>
  cause === undefined ? {} : { cause };
