import type { Finding } from '../model/finding.ts';
import { containmentId, type Plan, parseContainmentId } from '../model/plan.ts';
import { partitionOf, type Resource, type ResourceKind } from '../model/resource.ts';
import type { Step } from '../model/step.ts';
import { denyAllArn, isDenyAll } from '../model/steps/roles.ts';

/** First aid in an incident: a function no longer runs, a role may no longer do anything. Pure. */

export const AIDS = ['quarantine', 'isolate'] as const;
export type Aid = (typeof AIDS)[number];

const AID_OF: { readonly [K in ResourceKind]: Aid | null } = {
  function: 'quarantine',
  role: 'isolate',
  // An API's callers are stopped at its functions; a user is disabled by hand, since more than their keys would have to go.
  api: null,
  user: null,
};

/** What could be done for this resource, if anything. */
export const aidFor = (resource: Resource): Aid | null => AID_OF[resource.kind];

/** Offered where the harm that goes on may outweigh the outage that it brings. */
export const offersAid = ({ severity, resource, status }: Finding): boolean =>
  (severity === 'critical' || severity === 'high') && aidFor(resource) !== null && status !== 'resolved' && status !== 'exempt';

/** The fact that says what is there before. */
export const AID_FACT = { quarantine: 'reservedConcurrency', isolate: 'permissionsBoundaryArn' } as const satisfies {
  readonly [A in Aid]: string;
};

/** The step, for what is there now. Undefined when it is there already. */
export function aidStep(resource: Resource, before: number | string | null): Step | undefined {
  if (resource.kind === 'function') {
    const target = resource as Resource<'function'>;
    const from = typeof before === 'number' ? before : null;
    return from === 0 ? undefined : { kind: 'set-concurrency', target, from, to: 0 };
  }
  if (resource.kind !== 'role') return undefined;
  const fromArn = typeof before === 'string' ? before : null;
  const partition = resource.arn.split(':')[1] ?? partitionOf(resource.region);
  const target = resource as Resource<'role'>;
  return isDenyAll(fromArn) ? undefined : { kind: 'set-boundary', target, fromArn, toArn: denyAllArn(partition) };
}

/** The id that the next first aid for this finding gets: one after the latest, once that has ended. */
export function nextAidId(
  finding: Finding,
  latest: { readonly plan: Plan | undefined; readonly undo: Plan | undefined },
): string {
  const count = (finding.containmentId && parseContainmentId(finding.containmentId)?.count) || 0;
  if (count === 0) return containmentId(finding.id, 1);
  return isOver(latest.plan, latest.undo) ? containmentId(finding.id, count + 1) : containmentId(finding.id, count);
}

const OVER: ReadonlySet<Plan['status']> = new Set(['failed', 'stale', 'denied', 'expired', 'discarded', 'exempted']);
const isOver = (plan: Plan | undefined, undo: Plan | undefined): boolean =>
  plan !== undefined && (OVER.has(plan.status) || (plan.status === 'applied' && undo?.status === 'applied'));
