import { counted } from '../../shared/rules/parts/words.ts';
import type { TableOptions } from '../findings/table.ts';
import { colourOfSeverity } from '../frame/colours.ts';
import { harmless, wrapped } from '../frame/table.ts';
import type { ReplayedEvent } from './document.ts';

/** Each event with its outcome, what it proves and what must be looked up. */
export function replayTable(events: readonly ReplayedEvent[], options: TableOptions): string {
  const count = (outcome: ReplayedEvent['outcome']): number => events.filter((event) => event.outcome === outcome).length;
  const findings = events.reduce((sum, event) => sum + event.findings.length, 0);
  const summary = `${counted(events.length, 'event')}: ${count('relevant')} relevant, ${count('ignored')} ignored, ${count('malformed')} malformed; ${counted(findings, 'finding')}`;
  return [...events.flatMap((event) => eventLines(event, options)), options.colours.bold(summary)].join('\n');
}

function eventLines(event: ReplayedEvent, { colours, width }: TableOptions): string[] {
  const colour = { relevant: colours.bold, ignored: colours.dim, malformed: colours.red }[event.outcome];
  const said = (text: string, indent: number, paint = (one: string): string => one): string[] =>
    wrapped(harmless(text), width - indent).map((line) => ' '.repeat(indent) + paint(line));
  const lists = [
    ['live state must tell', event.lookup],
    ['rules that wait for it', event.unknown],
  ] as const;
  return [
    `${colours.underline(harmless(event.file))}  ${colour(event.outcome)}`,
    ...said(event.reason, 2),
    ...(event.change
      ? said(`by ${event.change.principal} in ${event.change.account}, ${event.change.region}`, 2, colours.dim)
      : []),
    ...event.findings.flatMap((finding) => [
      `  ${colourOfSeverity(finding.severity, colours)(finding.severity.padEnd(8))}  ${colours.bold(finding.id)}`,
      ...said(`${finding.message}.`, 12),
      ...finding.evidence.flatMap(({ path, found, expected }) =>
        said(`${path}: ${found}${expected === undefined ? '' : ` (expected: ${expected})`}`, 12, colours.dim),
      ),
    ]),
    ...lists.flatMap(([title, items]) => (items.length === 0 ? [] : said(`${title}: ${items.join(', ')}`, 2, colours.dim))),
    '',
  ];
}
