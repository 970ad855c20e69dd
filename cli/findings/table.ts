import { SEVERITIES } from '../../shared/model/rule.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { type Colours, colourOfSeverity } from '../frame/colours.ts';
import { harmless, wrapped } from '../frame/table.ts';
import type { ExemptEntry, FindingEntry, ResourceEntry, UnknownEntry } from './document.ts';
import { countBySeverity } from './order.ts';

export interface TableOptions {
  readonly colours: Colours;
  readonly width: number;
}

/** Findings under the file or resource that they lie in, for people. */
export function findingsTable(findings: readonly FindingEntry[], options: TableOptions): string[] {
  const lines: string[] = [];
  let heading: string | undefined;
  for (const finding of findings) {
    const next = finding.file ?? finding.resource.arn;
    if (next !== heading) lines.push(...(heading === undefined ? [] : ['']), options.colours.underline(harmless(next)));
    heading = next;
    lines.push(...findingLines(finding, options));
  }
  return lines;
}

function findingLines(finding: FindingEntry, { colours, width }: TableOptions): string[] {
  const { severity, line, column, resource } = finding;
  const place = line === undefined ? '' : `${line}:${column ?? 1}`;
  const head = [place.padEnd(8), colourOfSeverity(severity, colours)(severity.padEnd(8)), colours.bold(finding.id)];
  const body = (text: string, colour = (one: string): string => one): string[] =>
    wrapped(harmless(text), width - 10).map((one) => `          ${colour(one)}`);
  return [
    `  ${head.join('  ').trimStart()}${line === undefined ? '' : `  ${colours.dim(harmless(resourceWords(resource)))}`}`,
    ...body(`${finding.message}.`),
    ...finding.evidence.flatMap(({ path, found, expected }) =>
      body(`${path}: ${found}${expected === undefined ? '' : ` (expected: ${expected})`}`, colours.dim),
    ),
    ...body(remedyWords(finding.remedy), colours.green),
    ...finding.advice.flatMap((text) => text.split('\n').flatMap((one) => body(one))),
  ];
}

/** As its author knows it: the construct, the logical id, or the name. */
export function resourceWords({ kind, name, logicalId, path }: ResourceEntry): string {
  return `${kind} ${path ?? logicalId ?? name}`;
}

export function remedyWords(remedy: FindingEntry['remedy']): string {
  if (remedy.kind === 'manual') return `Do: ${remedy.instructions}`;
  const why = remedy.why === undefined ? '' : `, because ${remedy.why}`;
  return `Cinch can: ${remedy.steps.join(', ')} (${remedy.risk}${why})`;
}

/** What could not be judged, and why, one rule a line. */
export function unknownTable(unknown: readonly UnknownEntry[], { colours }: TableOptions): string[] {
  return unknown.map(({ id, file, line, resource, why }) => {
    const where = file === undefined ? resource.arn : `${file}:${line ?? 1}`;
    return `  ${harmless(where)}  ${colours.bold(id)}  ${harmless(resourceWords(resource))}: ${harmless(why.join('; '))}`;
  });
}

/** `3 findings: 1 critical, 2 high`. */
export function findingsWords(findings: readonly FindingEntry[], colours: Colours): string {
  const counts = countBySeverity(findings);
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    colourOfSeverity(severity, colours)(`${counts[severity]} ${severity}`),
  );
  return parts.length === 0 ? colours.green('no findings') : `${counted(findings.length, 'finding')}: ${parts.join(', ')}`;
}

/** What a reader must know before taking silence for a pass. */
export function restWords(unknown: readonly UnknownEntry[], exempt: readonly ExemptEntry[], listed: boolean): string[] {
  const more = listed ? '' : ' (--unknown lists them)';
  return [
    ...(unknown.length === 0 ? [] : [`${counted(unknown.length, 'outcome')} unknown${more}`]),
    ...(exempt.length === 0 ? [] : [`${counted(exempt.length, 'finding')} exempt`]),
  ];
}
