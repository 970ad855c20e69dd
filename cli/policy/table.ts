import type { PolicyAnswer } from '../../shared/policy/analyze-text.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import type { TableOptions } from '../findings/table.ts';
import { colourOfSeverity } from '../frame/colours.ts';
import { harmless, wrapped } from '../frame/table.ts';

export type BadPolicy = Extract<PolicyAnswer, { error: object }>;

/** More actions or statements than this are counted: an administrator's list would fill the screen. */
const SHOWN = 8;

/** Each file that has something to say, then one line on all of them. */
export function policyTable(files: readonly PolicyAnswer[], options: TableOptions): string {
  const { colours } = options;
  const sections = files.flatMap((file) => {
    const lines = 'error' in file ? errorLines(file, options) : findingLines(file, options);
    return lines.length === 0 ? [] : [colours.underline(harmless(file.file)), ...lines, ''];
  });
  const findings = files.reduce((sum, file) => sum + ('findings' in file ? file.findings.length : 0), 0);
  const bad = files.filter((file) => 'error' in file).length;
  const said = [
    findings === 0 ? colours.green('no findings') : counted(findings, 'finding'),
    ...(bad === 0 ? [] : [colours.red(counted(bad, 'unreadable file'))]),
  ];
  return [...sections, colours.bold(`${said.join(', ')} in ${counted(files.length, 'file')}`)].join('\n');
}

function findingLines(file: Extract<PolicyAnswer, { findings: object }>, { colours, width }: TableOptions): string[] {
  return file.findings.flatMap(({ id, severity, statements, actions, message, method }) => {
    const where = atMost(
      statements.map((index) => `Statement[${index}]`),
      SHOWN,
    );
    return [
      `  ${colourOfSeverity(severity, colours)(severity.padEnd(8))}  ${colours.bold(id)}${method === undefined ? '' : `  ${method}`}  ${colours.dim(where)}`,
      ...wrapped(harmless(message), width - 12).map((line) => `            ${line}`),
      ...wrapped(harmless(atMost(actions, SHOWN)), width - 12).map((line) => `            ${colours.dim(line)}`),
    ];
  });
}

const atMost = (items: readonly string[], most: number): string =>
  [...items.slice(0, most), ...(items.length > most ? [`and ${items.length - most} more`] : [])].join(', ');

const errorLines = (file: BadPolicy, { colours }: TableOptions): string[] => [
  `  ${colours.red('unreadable')}  ${harmless(errorWords(file))}`,
];

/** `Statement[0]: Effect is neither Allow nor Deny`; a place that is the file itself is known already. */
export const errorWords = ({ error: { where, message } }: BadPolicy): string =>
  where === '' || where === 'file' ? message : `${where}: ${message}`;
