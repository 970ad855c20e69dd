import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import { checklistItem } from '../../shared/checklists/index.ts';
import type { AnyRule, Severity } from '../../shared/model/rule.ts';
import type { FindingEntry } from './document.ts';
import { remedyWords, resourceWords } from './table.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};
/** Code scanning sorts by these, on the scale of CVSS (https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning). */
const SCORES: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0' };

export interface SarifInput {
  readonly version: string;
  readonly rules: readonly AnyRule[];
  readonly findings: readonly FindingEntry[];
  /** What could not be read: the run is not whole. */
  readonly errors: readonly { readonly file?: string; readonly message: string; readonly line?: number }[];
  /** The folder that paths are relative to. */
  readonly root: string;
}

/** A SARIF 2.1.0 log with one run (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
export function sarifLog({ version, rules, findings, errors, root }: SarifInput): object {
  const ids = rules.map(({ id }) => id);
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Cinch', semanticVersion: version, rules: rules.map(sarifRule) } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: errors.length === 0,
            toolExecutionNotifications: errors.map(({ file, message, line }) => ({
              level: 'error',
              message: { text: message },
              locations: file === undefined ? [] : [physical(file, line ?? 1, 1, root)],
            })),
          },
        ],
        results: findings.map((finding) => sarifResult(finding, ids.indexOf(finding.id), root)),
      },
    ],
  };
}

function sarifRule(rule: AnyRule): object {
  const lists = rule.checklist.flatMap((id) => {
    const item = checklistItem(id);
    return item ? [`- ${id}: ${item.title} (${item.list})`] : [];
  });
  return {
    id: rule.id,
    name: rule.id.replace(/(^|-)([a-z0-9])/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule.title },
    fullDescription: { text: `${rule.title}.` },
    help: {
      text: [`${rule.title}.`, ...lists].join('\n'),
      markdown: [`**${rule.title}.**`, '', ...lists].join('\n'),
    },
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: { tags: ['security', 'aws', 'serverless', ...rule.checklist], 'security-severity': SCORES[rule.severity] },
  };
}

function sarifResult(finding: FindingEntry, ruleIndex: number, root: string): object {
  const { file, resource } = finding;
  const evidence = finding.evidence.map(
    ({ path, found, expected }) => `${path}: ${found}${expected === undefined ? '' : ` (expected: ${expected})`}`,
  );
  const text = [`${resourceWords(resource)}: ${finding.message}.`, ...evidence, remedyWords(finding.remedy), ...finding.advice];
  return {
    ruleId: finding.id,
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: text.join('\n') },
    locations: [
      {
        ...(file === undefined ? {} : physical(file, finding.line ?? 1, finding.column ?? 1, root)),
        logicalLocations: [
          { name: resource.logicalId ?? resource.name, fullyQualifiedName: resource.path ?? resource.arn, kind: 'resource' },
        ],
      },
    ],
    // Of what doesn't change when lines above it do: code scanning follows a finding by it.
    partialFingerprints: {
      'cinch/v1': hashOf([finding.id, file === undefined ? '' : uriOf(file, root), resource.logicalId ?? resource.arn]),
    },
    properties: { severity: finding.severity, resource: resource.arn },
  };
}

function physical(file: string, line: number, column: number, root: string): { physicalLocation: object } {
  const uri = uriOf(file, root);
  const artifactLocation = /^[a-z]+:/.test(uri) ? { uri } : { uri, uriBaseId: '%SRCROOT%' };
  return { physicalLocation: { artifactLocation, region: { startLine: line, startColumn: column } } };
}

/** Relative to the root with slashes, each part escaped; a file elsewhere keeps its whole path. */
export function uriOf(file: string, root: string): string {
  const inside = isAbsolute(file) ? relative(root, file) : file;
  if (isAbsolute(file) && inside.startsWith('..')) return `file://${escaped(file)}`;
  return escaped(inside).replace(/^(\.\/)+/, '');
}

const escaped = (path: string): string => path.split(sep).map(encodeURIComponent).join('/');
const hashOf = (parts: readonly string[]): string => createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
