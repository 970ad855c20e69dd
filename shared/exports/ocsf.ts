import { type Finding, type FindingStatus, STATE_OF } from '../model/finding.ts';
import { partitionOf } from '../model/resource.ts';
import type { Severity } from '../model/rule.ts';
import {
  authorOf,
  descriptionOf,
  evidenceLines,
  isJudged,
  type RuleWords,
  requirementsOf,
  ruleUrl,
  standardsOf,
  titleOf,
} from './texts.ts';

export const OCSF_VERSION = '1.6.0';
const CLASS = 2003;

const SEVERITY: { readonly [S in Severity]: readonly [id: number, caption: string] } = {
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};
const NEW = [1, 'New'] as const;
const IN_PROGRESS = [2, 'In Progress'] as const;
const SUPPRESSED = [3, 'Suppressed'] as const;
const RESOLVED = [4, 'Resolved'] as const;

const STATUS: { readonly [S in FindingStatus]: readonly [id: number, caption: string] } = {
  reported: NEW,
  asked: IN_PROGRESS,
  fixing: IN_PROGRESS,
  discarded: IN_PROGRESS,
  undone: IN_PROGRESS,
  expired: NEW,
  failed: NEW,
  denied: SUPPRESSED,
  exempt: SUPPRESSED,
  fixed: RESOLVED,
  resolved: RESOLVED,
};

export interface OcsfOptions {
  /** Cinch's. */
  readonly version: string;
  readonly rulesUrl?: string | undefined;
}

/** A finding as a Compliance Finding of the Open Cybersecurity Schema Framework (https://schema.ocsf.io/1.6.0/classes/compliance_finding). Pure. */
export function ocsfOf(finding: Finding, rule: RuleWords | undefined, { version, rulesUrl }: OcsfOptions): object {
  const { resource } = finding;
  const [severity_id, severity] = SEVERITY[finding.severity];
  const [status_id, status] = STATUS[finding.status];
  const [activity_id, activity_name] = activityOf(finding);
  const times = { created_time: ms(finding.openedAt), modified_time: ms(finding.updatedAt) };
  const advice = finding.advice.join('\n').trim();
  const references = rulesUrl && rule ? [ruleUrl(rulesUrl, finding.ruleId)] : [];
  return {
    class_uid: CLASS,
    class_name: 'Compliance Finding',
    category_uid: 2,
    category_name: 'Findings',
    type_uid: CLASS * 100 + activity_id,
    type_name: `Compliance Finding: ${activity_name}`,
    activity_id,
    activity_name,
    time: times.created_time,
    severity_id,
    severity,
    status_id,
    status,
    ...(finding.reason ? { status_detail: finding.reason } : {}),
    message: descriptionOf(finding),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Cinch', vendor_name: 'Cinch', version },
      profiles: ['cloud'],
    },
    finding_info: {
      uid: finding.id,
      title: titleOf(finding, rule),
      desc: descriptionOf(finding),
      analytic: { uid: finding.ruleId, name: titleOf(finding, rule), type_id: 1, type: 'Rule' },
      ...times,
      first_seen_time: times.created_time,
      last_seen_time: times.modified_time,
    },
    compliance: complianceOf(finding, rule),
    resources: [
      {
        uid: resource.arn,
        name: resource.name,
        type: typeOf(finding),
        region: resource.region,
        cloud_partition: resource.arn.split(':')[1] ?? partitionOf(resource.region),
        ...(finding.owner ? { owner: { name: finding.owner } } : {}),
      },
    ],
    cloud: { provider: 'AWS', region: resource.region, account: { uid: resource.account, type_id: 10, type: 'AWS Account' } },
    ...(advice === '' ? {} : { remediation: { desc: advice, ...(references.length > 0 ? { references } : {}) } }),
    unmapped: {
      status: finding.status,
      plan_id: finding.planId,
      author: authorOf(finding),
      times_seen: finding.timesSeen,
      times_fixed: finding.timesFixed,
    },
  };
}

const ms = (iso: string): number => Date.parse(iso);

/** Security Hub and others count what is not closed as active (https://docs.aws.amazon.com/securityhub/latest/userguide/ocsf-findings.html). */
function activityOf({ status, openedAt, updatedAt }: Finding): readonly [id: number, caption: string] {
  if (STATE_OF[status] === 'resolved') return [3, 'Close'];
  return openedAt === updatedAt ? [1, 'Create'] : [2, 'Update'];
}

function complianceOf(finding: Finding, rule: RuleWords | undefined): object {
  const passed = STATE_OF[finding.status] === 'resolved';
  const [status_id, status] = !isJudged(finding) ? [2, 'Warning'] : passed ? [1, 'Pass'] : [3, 'Fail'];
  const details = evidenceLines(finding);
  return {
    control: finding.ruleId,
    standards: standardsOf(rule),
    requirements: requirementsOf(rule),
    status_id,
    status,
    ...(details.length > 0 ? { status_details: details } : {}),
  };
}

/** As CloudFormation names them, which is what Security Hub does too. */
function typeOf({ resource, protocol }: Finding): string {
  switch (resource.kind) {
    case 'function':
      return 'AWS::Lambda::Function';
    case 'role':
      return 'AWS::IAM::Role';
    case 'user':
      return 'AWS::IAM::User';
    case 'api':
      if (!protocol) return 'Other';
      return protocol === 'REST' ? 'AWS::ApiGateway::RestApi' : 'AWS::ApiGatewayV2::Api';
  }
}
