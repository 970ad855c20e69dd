import { type Finding, type FindingState, type FindingStatus, STATE_OF } from '../model/finding.ts';
import { partitionOf, type Resource } from '../model/resource.ts';
import type { Severity } from '../model/rule.ts';
import {
  authorOf,
  cut,
  descriptionOf,
  evidenceLines,
  isJudged,
  type RuleWords,
  requirementsOf,
  ruleUrl,
  standardsOf,
  titleOf,
} from './texts.ts';

/** Where a finding is imported, and when. */
export interface AsffPlace {
  /** Whoever calls BatchImportFindings: with a custom product the finding's account has to be the caller's. */
  readonly account: string;
  readonly region: string;
  /** ISO, from before the finding was read: Security Hub takes an update only when it is later than the one that it has. */
  readonly at: string;
  /** Where docs/rules.md can be read. */
  readonly rulesUrl?: string | undefined;
}

type Texts = Readonly<Record<string, string>>;
export type WorkflowStatus = 'NEW' | 'NOTIFIED' | 'SUPPRESSED' | 'RESOLVED';

/** The part of AWS's finding format that Cinch fills in (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html). */
export interface AsffFinding {
  readonly SchemaVersion: '2018-10-08';
  readonly Id: string;
  readonly ProductArn: string;
  readonly ProductName: string;
  readonly CompanyName: string;
  readonly GeneratorId: string;
  readonly AwsAccountId: string;
  readonly Types: readonly string[];
  readonly FirstObservedAt: string;
  readonly LastObservedAt: string;
  readonly CreatedAt: string;
  readonly UpdatedAt: string;
  readonly Severity: AsffSeverity;
  /** Of these a later import changes severity and types; the fields of the same name are then the customer's. */
  readonly FindingProviderFields: { readonly Severity: AsffSeverity; readonly Types: readonly string[] };
  readonly Title: string;
  readonly Description: string;
  readonly Remediation: { readonly Recommendation: { readonly Text: string; readonly Url?: string } };
  readonly ProductFields: Texts;
  readonly Resources: readonly {
    readonly Type: string;
    readonly Id: string;
    readonly Partition: string;
    readonly Region: string;
    readonly Details?: Readonly<Record<string, Texts>>;
  }[];
  readonly Compliance: { readonly Status: 'PASSED' | 'WARNING' | 'FAILED'; readonly RelatedRequirements?: readonly string[] };
  readonly Workflow: { readonly Status: WorkflowStatus };
  readonly RecordState: 'ACTIVE' | 'ARCHIVED';
}
interface AsffSeverity {
  readonly Label: 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
  readonly Original: string;
}

/** The product that every account has, for what is its own (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html). */
export const productArn = (account: string, region: string): string =>
  `arn:${partitionOf(region)}:securityhub:${region}:${account}:product/${account}/default`;

/** Follows from rule and resource: what comes back is the same finding. */
export const asffId = (finding: Pick<Finding, 'id'>): string => `cinch/${finding.id}`;

/** Open findings: whoever could act has been told of NOTIFIED ones in Slack. */
const WORKFLOW: { readonly [S in FindingStatus]: WorkflowStatus } = {
  reported: 'NEW',
  asked: 'NOTIFIED',
  fixing: 'NOTIFIED',
  discarded: 'NOTIFIED',
  undone: 'NOTIFIED',
  expired: 'NEW',
  failed: 'NEW',
  denied: 'SUPPRESSED',
  exempt: 'SUPPRESSED',
  fixed: 'RESOLVED',
  resolved: 'RESOLVED',
};
export const workflowOf = (status: FindingStatus): WorkflowStatus => WORKFLOW[status];

const LABELS: { readonly [S in Severity]: AsffSeverity['Label'] } = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
};

/** A finding in AWS's format. Pure; its limits are those of https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html */
export function asffOf(finding: Finding, rule: RuleWords | undefined, place: AsffPlace): AsffFinding {
  const { account, region, at, rulesUrl } = place;
  const severity: AsffSeverity = { Label: LABELS[finding.severity], Original: finding.severity };
  const types = typesOf(rule);
  const requirements = requirementsOf(rule).slice(0, 32);
  const state = STATE_OF[finding.status];
  return {
    SchemaVersion: '2018-10-08',
    Id: asffId(finding),
    ProductArn: productArn(account, region),
    ProductName: 'Cinch',
    CompanyName: 'Cinch',
    GeneratorId: finding.ruleId,
    AwsAccountId: account,
    Types: types,
    FirstObservedAt: finding.openedAt,
    LastObservedAt: finding.updatedAt,
    CreatedAt: finding.openedAt,
    UpdatedAt: at,
    Severity: severity,
    FindingProviderFields: { Severity: severity, Types: types },
    Title: cut(titleOf(finding, rule), 256),
    Description: cut(descriptionOf(finding), 1024),
    Remediation: {
      Recommendation: {
        Text: cut(finding.advice.join(' ').trim() || `${titleOf(finding, rule)}.`, 512),
        ...(rulesUrl && rule ? { Url: ruleUrl(rulesUrl, finding.ruleId) } : {}),
      },
    },
    ProductFields: productFields(finding),
    Resources: [resourceOf(finding)],
    Compliance: {
      Status: complianceOf(finding, state),
      ...(requirements.length > 0 ? { RelatedRequirements: requirements } : {}),
    },
    Workflow: { Status: workflowOf(finding.status) },
    RecordState: state === 'resolved' ? 'ARCHIVED' : 'ACTIVE',
  };
}

/** A suppressed violation is one all the same; what could not be judged has not failed. */
function complianceOf(finding: Finding, state: FindingState): AsffFinding['Compliance']['Status'] {
  if (!isJudged(finding)) return 'WARNING';
  return state === 'resolved' ? 'PASSED' : 'FAILED';
}

const CHECKS = 'Software and Configuration Checks';
const STANDARDS = `${CHECKS}/Industry and Regulatory Standards`;

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-type-taxonomy.html */
function typesOf(rule: RuleWords | undefined): string[] {
  const lists = standardsOf(rule);
  return [
    `${CHECKS}/AWS Security Best Practices`,
    ...(lists.some((list) => list.includes('FSBP')) ? [`${STANDARDS}/AWS Foundational Security Best Practices`] : []),
    ...(lists.some((list) => list.startsWith('CIS ')) ? [`${STANDARDS}/CIS AWS Foundations Benchmark`] : []),
  ];
}

/** What ASFF has no field for, the member's account first: `AwsAccountId` is the hub's. */
function productFields(finding: Finding): Texts {
  const fields: Readonly<Record<string, string | number | null>> = {
    account: finding.resource.account,
    resource: finding.resource.arn,
    status: finding.status,
    reason: finding.reason,
    evidence: evidenceLines(finding).join('\n'),
    owner: finding.owner,
    author: authorOf(finding),
    planId: finding.planId,
    timesSeen: finding.timesSeen,
    timesFixed: finding.timesFixed,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const text = value === null ? '' : cut(String(value), 2048);
      return text.trim() === '' ? [] : [[`cinch/${name}`, text]];
    }),
  );
}

/** As Security Hub's own controls name it, so that both are seen to be of one resource. */
function resourceOf({ resource, protocol }: Finding): AsffFinding['Resources'][number] {
  const place = { Partition: partitionOf(resource.region), Region: resource.region };
  switch (resource.kind) {
    case 'function':
      return named('AwsLambdaFunction', resource, { FunctionName: resource.name });
    case 'role':
      return named('AwsIamRole', resource, { RoleName: resource.name });
    case 'user':
      return named('AwsIamUser', resource, { UserName: resource.name });
    case 'api':
      // Which of the two services an API is of, its execute-api ARN doesn't tell.
      if (!protocol) return { Type: 'Other', Id: resource.arn, ...place };
      return protocol === 'REST'
        ? { Type: 'AwsApiGatewayRestApi', Id: gatewayArn(resource, 'restapis'), ...place }
        : { Type: 'AwsApiGatewayV2Api', Id: gatewayArn(resource, 'apis'), ...place };
  }
}

/** A role's ARN tells its partition; its region is the one that IAM answers from. */
function named(type: string, { arn, region }: Resource, details: Texts): AsffFinding['Resources'][number] {
  return { Type: type, Id: arn, Partition: arn.split(':')[1] ?? 'aws', Region: region, Details: { [type]: details } };
}

const gatewayArn = ({ region, name }: Resource, kind: 'restapis' | 'apis'): string =>
  `arn:${partitionOf(region)}:apigateway:${region}::/${kind}/${name}`;
