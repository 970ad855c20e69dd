import type { Finding } from '../../../../shared/model/finding.ts';
import { functionResource } from '../../../../shared/model/resource.ts';
import { MEMBER, REGION } from './member-cloud.ts';

/** A finding that was never written. */
export function sampleFinding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    ruleId: 'lambda-timeout-long',
    severity: 'medium',
    resource: functionResource(MEMBER, REGION, 'orders-api'),
    status: 'reported',
    summary: 'its timeout is long',
    evidence: [{ path: 'Timeout', found: '900' }],
    advice: [],
    reason: null,
    planId: null,
    fingerprint: 'f',
    author: null,
    authoredAt: '2027-01-10T11:00:00.000Z',
    openedAt: '2027-01-10T11:00:00.000Z',
    updatedAt: '2027-01-10T11:00:00.000Z',
    timesFixed: 0,
    timesSeen: 1,
    owner: null,
    digestId: null,
    card: null,
    version: 0,
    ...more,
  };
}
