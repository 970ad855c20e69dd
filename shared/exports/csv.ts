import { type Finding, STATE_OF } from '../model/finding.ts';
import { authorOf, evidenceLines } from './texts.ts';

/** The columns, in their order; new ones are added at the end. */
const COLUMNS: { readonly [name: string]: (finding: Finding) => string | number | null } = {
  id: ({ id }) => id,
  rule: ({ ruleId }) => ruleId,
  severity: ({ severity }) => severity,
  status: ({ status }) => status,
  state: ({ status }) => STATE_OF[status],
  account: ({ resource }) => resource.account,
  region: ({ resource }) => resource.region,
  kind: ({ resource }) => resource.kind,
  name: ({ resource }) => resource.name,
  resource: ({ resource }) => resource.arn,
  summary: ({ summary }) => summary,
  reason: ({ reason }) => reason,
  evidence: (finding) => evidenceLines(finding).join('; '),
  owner: ({ owner }) => owner,
  author: authorOf,
  planId: ({ planId }) => planId,
  openedAt: ({ openedAt }) => openedAt,
  updatedAt: ({ updatedAt }) => updatedAt,
  timesSeen: ({ timesSeen }) => timesSeen,
  timesFixed: ({ timesFixed }) => timesFixed,
};

/** Findings as RFC 4180 has it, a line each below a head, every cell quoted. Pure. */
export function csvOf(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => Object.values(COLUMNS).map((value) => value(finding)));
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * Names, tags and reasons are other people's text, and a spreadsheet runs what begins like a formula: a quote before it makes it text
 * (https://owasp.org/www-community/attacks/CSV_Injection). The same signs in full width are taken for formulas in some countries.
 */
const FORMULA = /^\s*[=+\-@\t\r＝＋－＠]/;

function cell(value: string | number | null): string {
  if (typeof value === 'number') return `"${value}"`;
  const text = value ?? '';
  const safe = FORMULA.test(text) ? `'${text}` : text;
  // One finding stays one line, also for what reads line by line.
  return `"${safe.replace(/\p{Cc}+/gu, ' ').replaceAll('"', '""')}"`;
}
