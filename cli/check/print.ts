import { version } from '../../package.json';
import { counted } from '../../shared/rules/parts/words.ts';
import { githubAnnotation } from '../findings/github.ts';
import { sarifLog } from '../findings/sarif.ts';
import type { Standards } from '../findings/standards.ts';
import { findingsTable, findingsWords, restWords, type TableOptions, unknownTable } from '../findings/table.ts';
import { harmless } from '../frame/table.ts';
import type { CheckOptions } from './command.ts';
import type { CheckDocument, CheckedFile } from './document.ts';

type Bad = Extract<CheckedFile, { error: object }>;

/** The files that could not be read as templates. */
export const badFiles = ({ files }: CheckDocument): Bad[] => files.filter((file): file is Bad => 'error' in file);

/** `stack.yaml:3:7: not YAML`. */
export function errorLine({ file, error: { line, column, message } }: Bad): string {
  return `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`;
}

export function checkTable(document: CheckDocument, options: CheckOptions, table: TableOptions): string {
  const { colours } = table;
  const sections = [
    findingsTable(document.findings, table),
    options.unknown ? unknownTable(document.unknown, table) : [],
    badFiles(document).map((file) => `${colours.red('unreadable')}  ${harmless(errorLine(file))}`),
  ];
  const { files, resources } = document.summary;
  const bad = new Set(badFiles(document).map(({ file }) => file));
  const summary = [
    `${findingsWords(document.findings, colours)} in ${counted(resources, 'resource')} of ${counted(files - bad.size, 'template')}`,
    ...(bad.size === 0 ? [] : [colours.red(counted(bad.size, 'unreadable file'))]),
    ...restWords(document.unknown, document.exempt, options.unknown === true),
  ].join('; ');
  return [...sections.filter((lines) => lines.length > 0), [colours.bold(summary)]].map((lines) => lines.join('\n')).join('\n\n');
}

export function checkSarif(document: CheckDocument, standards: Standards): object {
  const errors = badFiles(document).map(({ file, error }) => ({
    file,
    message: error.message,
    ...(error.line === undefined ? {} : { line: error.line }),
  }));
  return sarifLog({ version, rules: standards.rules, findings: document.findings, errors, root: process.cwd() });
}

/** An annotation a finding; errors are told on stderr, where the log has them. */
export const checkGithub = (document: CheckDocument): string => document.findings.map(githubAnnotation).join('\n');
