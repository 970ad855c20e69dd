import { type Finding, STATE_OF } from '../model/finding.ts';
import type { Halt } from '../model/halt.ts';
import type { Plan } from '../model/plan.ts';
import type { ConfigChanged, FindingChanged, HaltChanged, PlanChanged } from './domain-event-schemas.ts';

/** What Cinch tells on the hub bus: ids, names and states. docs/events.md is for those who listen. */
export type DomainEvent =
  | { readonly type: 'FindingChanged'; readonly detail: FindingChanged }
  | { readonly type: 'PlanChanged'; readonly detail: PlanChanged }
  | { readonly type: 'HaltChanged'; readonly detail: HaltChanged }
  | { readonly type: 'ConfigChanged'; readonly detail: ConfigChanged };

/** Of the details' shape. Fields may be added to one; what is taken away or means something else makes the next. */
export const EVENT_VERSION = 1;

export const findingChanged = (finding: Finding): DomainEvent => ({
  type: 'FindingChanged',
  detail: {
    version: EVENT_VERSION,
    findingId: finding.id,
    rule: finding.ruleId,
    severity: finding.severity,
    status: finding.status,
    state: STATE_OF[finding.status],
    resource: finding.resource.arn,
    account: finding.resource.account,
    region: finding.resource.region,
    planId: finding.planId,
    updatedAt: finding.updatedAt,
  },
});

export const planChanged = ({ id, findingId, ruleId, kind, status, resource, updatedAt }: Plan): DomainEvent => ({
  type: 'PlanChanged',
  detail: {
    version: EVENT_VERSION,
    planId: id,
    findingId,
    rule: ruleId,
    kind,
    status,
    resource: resource.arn,
    account: resource.account,
    region: resource.region,
    updatedAt,
  },
});

export const haltChanged = ({ id, halted, by, why, since }: Halt): DomainEvent => ({
  type: 'HaltChanged',
  detail: { version: EVENT_VERSION, scope: id, halted: halted ? 'yes' : 'no', by, why, updatedAt: since },
});

export const configChanged = (told: Omit<ConfigChanged, 'version'>): DomainEvent => ({
  type: 'ConfigChanged',
  detail: { version: EVENT_VERSION, ...told },
});
