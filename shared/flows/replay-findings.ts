import type { Outcome } from '../engine/evaluate.ts';
import { type AnyRule, type Evidence, SEVERITIES, type Severity } from '../model/rule.ts';
import type { DocumentFinding } from './replay-documents.ts';

export interface ReplayFinding {
  /** A rule's id, or what is wrong with the one document in the record: docs/accuracy.md lists them. */
  readonly id: string;
  /** The rule of the catalogue that says so on live state; null when none of the given ones does. */
  readonly rule: string | null;
  readonly severity: Severity;
  /** Its ARN, or null when the record does not tell. */
  readonly resource: string | null;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** Which rule says of live state what a document says by itself. */
export const RULE_OF: ReadonlyMap<string, string> = new Map([
  ['resource-policy:public', 'lambda-policy-public'],
  ['resource-policy:s3-without-source-account', 'lambda-policy-public'],
  ['resource-policy:service-without-source', 'lambda-policy-public'],
  ['resource-policy:cross-account', 'lambda-policy-cross-account'],
  ['trust:public', 'iam-role-trust-public'],
  ['trust:public-with-condition', 'iam-role-trust-public'],
  ['trust:cross-account', 'iam-role-trust-foreign'],
  ['admin', 'iam-role-overbroad'],
  ['wildcard-action', 'iam-role-overbroad'],
  ['passrole-star', 'iam-role-overbroad'],
  ['privilege-escalation', 'iam-role-privilege-escalation'],
  ['credentials-exposure', 'iam-role-credentials-exposure'],
  ['resource-exposure', 'iam-role-resource-exposure'],
  ['data-exfiltration', 'iam-role-data-exfiltration'],
  ['infrastructure-modification', 'iam-role-infrastructure-modification'],
  ['wildcard-resource-on-write', 'iam-role-wildcard-resource'],
  ['notaction', 'iam-role-not-action'],
  ['notresource', 'iam-role-not-resource'],
]);

/**
 * One list of what the documents of a record say and what the rules say. A rule that could be judged on everything has the last word about the
 * documents it reads: its pass takes their findings back, its violation is not said twice.
 */
export function joinFindings(
  documents: readonly DocumentFinding[],
  outcomes: readonly Outcome[],
  resource: string | null,
  rules: readonly AnyRule[],
): ReplayFinding[] {
  const passed = new Set(outcomes.flatMap(({ result, rule }) => (result === 'pass' ? [rule.id] : [])));
  const ofDocuments = documents
    .map((finding) => ({ ...finding, rule: ruleOf(finding.id, rules), resource }))
    .filter(({ rule }) => rule === null || !passed.has(rule));
  const said = new Set(ofDocuments.map(({ rule }) => rule));
  const ofRules = outcomes.flatMap((outcome): ReplayFinding[] => {
    if (outcome.result !== 'violation' || said.has(outcome.rule.id)) return [];
    const { id, severity } = outcome.rule;
    const { summary: message, evidence } = outcome.violation;
    return [{ id, rule: id, severity, resource, message, evidence }];
  });
  return [...ofDocuments, ...ofRules].sort((one, other) => rank(one.severity) - rank(other.severity));
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** Null also for a rule that is not given: nobody asked it. */
function ruleOf(id: string, rules: readonly AnyRule[]): string | null {
  const known = RULE_OF.get(id);
  return known !== undefined && rules.some((rule) => rule.id === known) ? known : null;
}
