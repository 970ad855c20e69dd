import type { FindingEntry } from './document.ts';
import { remedyWords, resourceWords } from './table.ts';

/** GitHub knows three levels (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). */
const LEVELS = { critical: 'error', high: 'error', medium: 'warning', low: 'notice' } as const;

const escapeMessage = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** One annotation a finding, as a workflow command. */
export function githubAnnotation(finding: FindingEntry): string {
  const { file, line, column, id, severity } = finding;
  const properties = [
    ['file', file],
    ['line', line],
    ['col', column],
    ['title', `${id} (${severity})`],
  ].flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${escapeProperty(String(value))}`]));
  const message = [`${resourceWords(finding.resource)}: ${finding.message}.`, remedyWords(finding.remedy), ...finding.advice];
  return `::${LEVELS[severity]} ${properties.join(',')}::${escapeMessage(message.join('\n'))}`;
}
