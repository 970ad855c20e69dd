import type { PolicyDocument } from '../model/policy-document.ts';
import type { Severity } from '../model/rule.ts';

/** What can be wrong with a policy. `cinch policy` prints these ids, so they stay. */
export const POLICY_FINDINGS = {
  admin: 'critical',
  'privilege-escalation': 'high',
  'public-principal': 'high',
  'passrole-star': 'high',
  'credentials-exposure': 'high',
  'resource-exposure': 'high',
  'wildcard-assume-role': 'high',
  'data-exfiltration': 'medium',
  'wildcard-action': 'medium',
  'wildcard-resource-on-write': 'medium',
  notaction: 'medium',
  notresource: 'medium',
  'service-principal-without-source': 'medium',
  'infrastructure-modification': 'low',
} as const satisfies Readonly<Record<string, Severity>>;

export type PolicyFindingId = keyof typeof POLICY_FINDINGS;

/** A policy and what people call it: `inline deploy`, an ARN, a file. */
export interface NamedDocument {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** A statement, by its document's name and its index there. */
export interface StatementPlace {
  readonly document: string;
  readonly statement: number;
}

export interface PolicyFinding {
  readonly id: PolicyFindingId;
  readonly severity: Severity;
  /** The statements that lead to it, in order. Those of an escalation may lie in several documents. */
  readonly places: readonly StatementPlace[];
  /** Names where a few actions make the finding (`iam:PassRole`), else the patterns as they are written (`s3:*`, `NotAction`). */
  readonly actions: readonly string[];
  readonly message: string;
  /** Of `privilege-escalation`: a row of escalation-paths.ts, or `*` when many of them are open. */
  readonly method?: string;
}

/** A statement and what of it makes a finding. */
export interface Hit {
  readonly place: StatementPlace;
  readonly actions: readonly string[];
}

/** Each statement once, by its document's name and its index there. */
export function placesOf(hits: readonly { readonly place: StatementPlace }[]): StatementPlace[] {
  if (hits.length === 1) return hits.map(({ place }) => place);
  return [...new Set(hits.map(({ place }) => place))].sort((one, other) => {
    if (one.document !== other.document) return one.document < other.document ? -1 : 1;
    return one.statement - other.statement;
  });
}
