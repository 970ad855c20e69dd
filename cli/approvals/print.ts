import { counted } from '../../shared/rules/parts/words.ts';
import { type Colours, colourOfSeverity } from '../frame/colours.ts';
import { harmless, plainTable } from '../frame/table.ts';
import type { ApprovalEntry } from './document.ts';

const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')}Z`;

/** What waits, a line each. */
export function approvalsTable(approvals: readonly ApprovalEntry[], colours: Colours, width: number): string[] {
  if (approvals.length === 0) return ['Nothing waits for a decision.'];
  const rows = approvals.map((plan) => [
    harmless(plan.id),
    colourOfSeverity(plan.severity, colours)(plan.severity),
    plan.expiresAt ? minute(plan.expiresAt) : '',
    `${plan.approvals.length} of ${plan.approvalsNeeded}`,
    harmless(plan.resource.split(':').slice(5).join(':')),
    harmless(plan.summary),
  ]);
  return [
    ...plainTable(['id', 'severity', 'expires', 'approved', 'resource', 'what'], rows, colours, width),
    '',
    `${counted(approvals.length, 'question')}. 'cinch approvals show <id>' shows one whole.`,
  ];
}

/** One plan whole: what would change, who asked, who said what. */
export function approvalWords(plan: ApprovalEntry, colours: Colours): string[] {
  const row = (label: string, text: string | null): string[] =>
    text === null || text === '' ? [] : [`${colours.dim(label.padEnd(10))}${harmless(text)}`];
  return [
    `${colours.bold(harmless(plan.resource))}`,
    `${colourOfSeverity(plan.severity, colours)(plan.severity)}  ${harmless(plan.summary)}`,
    '',
    ...row('status', plan.status),
    ...row('rule', plan.rule),
    ...row('changed by', plan.author),
    ...row('asked', minute(plan.askedAt)),
    ...row('because', plan.reason),
    ...row('expires', plan.expiresAt ? minute(plan.expiresAt) : null),
    ...row(
      'approved',
      `${plan.approvals.length} of ${plan.approvalsNeeded}${plan.approvals.length > 0 ? ` (${plan.approvals.join(', ')})` : ''}`,
    ),
    ...plan.changes.flatMap(({ title, before, after }) => ['', colours.bold(harmless(title)), ...sides(before, after, colours)]),
    ...(plan.outcome.length > 0 ? ['', colours.bold('Outcome'), ...plan.outcome.map((line) => `  ${harmless(line)}`)] : []),
    ...(plan.history.length > 0 ? ['', colours.bold('History')] : []),
    ...plan.history.map(
      ({ at, what, by, detail }) =>
        `  ${minute(at)}  ${harmless([what, `by ${by}`, detail].filter((part) => part !== '').join(': '))}`,
    ),
  ];
}

const sides = (before: string, after: string, colours: Colours): string[] => [
  ...linesOf(before).map((line) => colours.red(`  - ${harmless(line)}`)),
  ...linesOf(after).map((line) => colours.green(`  + ${harmless(line)}`)),
];
const linesOf = (text: string): string[] => (text === '' ? [] : text.split('\n'));
