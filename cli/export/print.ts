import { version } from '../../package.json';
import { asffOf } from '../../shared/exports/asff.ts';
import { csvOf } from '../../shared/exports/csv.ts';
import { ocsfOf } from '../../shared/exports/ocsf.ts';
import { authorOf } from '../../shared/exports/texts.ts';
import { type Finding, STATE_OF } from '../../shared/model/finding.ts';
import { RULES } from '../../shared/rules/index.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { countBySeverity } from '../findings/order.ts';
import { type Colours, colourOfSeverity } from '../frame/colours.ts';
import { harmless, plainTable } from '../frame/table.ts';
import type { FindingsOptions } from './command.ts';
import type { FindingsDocument, ListedFinding } from './document.ts';

/** Of asff: the importing account and region. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly at: string;
}

/** In every format but the table. */
export function formatted(
  findings: readonly Finding[],
  { format, rulesUrl }: Pick<FindingsOptions, 'format' | 'rulesUrl'>,
  place: Place,
): string {
  if (format === 'csv') return csvOf(findings);
  if (format === 'json') return json(documentOf(findings));
  if (format === 'ocsf') return json(findings.map((one) => ocsfOf(one, ruleOf(one), { version, rulesUrl })));
  return json(findings.map((one) => asffOf(one, ruleOf(one), { ...place, rulesUrl })));
}

const json = (value: object): string => JSON.stringify(value, null, 2);
const ruleOf = ({ ruleId }: Finding) => RULES.find(({ id }) => id === ruleId);

export const documentOf = (findings: readonly Finding[]): FindingsDocument => ({
  findings: findings.map(entryOf),
  summary: countBySeverity(findings),
});

function entryOf(finding: Finding): ListedFinding {
  const { id, ruleId, severity, status, resource, summary, evidence, advice, reason, owner, planId } = finding;
  const { openedAt, updatedAt, timesSeen, timesFixed } = finding;
  return {
    id,
    rule: ruleId,
    severity,
    status,
    state: STATE_OF[status],
    resource,
    summary,
    evidence: [...evidence],
    advice: [...advice],
    reason,
    owner,
    author: authorOf(finding),
    planId,
    openedAt,
    updatedAt,
    timesSeen,
    timesFixed,
  };
}

/** A line a finding. */
export function findingsList(findings: readonly Finding[], colours: Colours, width: number): string[] {
  if (findings.length === 0) return ['No such findings.'];
  const rows = findings.map(({ severity, status, ruleId, resource, updatedAt, summary }) => [
    colourOfSeverity(severity, colours)(severity),
    status,
    `${updatedAt.slice(0, 16).replace('T', ' ')}Z`,
    resource.account,
    harmless(ruleId),
    `${resource.kind} ${harmless(resource.name)}`,
    harmless(summary),
  ]);
  const head = ['severity', 'status', 'changed', 'account', 'rule', 'resource', 'what'];
  return [...plainTable(head, rows, colours, width), '', `${counted(findings.length, 'finding')}.`];
}
