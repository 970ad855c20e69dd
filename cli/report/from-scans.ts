import * as z from 'zod/mini';
import { findingId } from '../../shared/engine/fingerprint.ts';
import type { Observation } from '../../shared/engine/posture/observation.ts';
import type { RemedyGlance } from '../../shared/model/finding.ts';
import type { Severity } from '../../shared/model/rule.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import type { FindingEntry } from '../findings/document.ts';
import { BadInput } from '../frame/bad-input.ts';
import { parseJson } from '../frame/read-files.ts';
import { type ScanDocument, scanDocument } from '../scan/document.ts';
import type { ReportSource } from './source.ts';

export interface SavedScan {
  readonly file: string;
  readonly document: ScanDocument;
}

/** What `cinch scan --format json` wrote. @throws BadInput that names the file and the place, and quotes nothing of it. */
export function parseScan(file: string, text: string): SavedScan {
  const json = parseJson(text);
  if (!json) throw new BadInput(file, 'not JSON: name what `cinch scan --format json` wrote');
  const parsed = z.safeParse(scanDocument, json.value);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'the document';
    throw new BadInput(file, `not what this version's \`cinch scan --format json\` writes (${where}): scan again`);
  }
  if (Number.isNaN(Date.parse(parsed.data.at))) throw new BadInput(file, 'its time `at` is no date');
  return { file, document: parsed.data };
}

/**
 * The newest scan is what the report tells of; the others are for the trend.
 * @param severityOf of a rule, for what is exempt or unknown: a scan does not tell.
 * @throws BadInput without any scan
 */
export function sourceFromScans(scans: readonly SavedScan[], severityOf: (rule: string) => Severity): ReportSource {
  const sorted = [...scans].sort((one, other) => Date.parse(one.document.at) - Date.parse(other.document.at));
  const last = sorted.at(-1);
  if (!last) throw new BadInput('scans', 'name at least one file that `cinch scan --format json` wrote');
  const { document } = last;
  return {
    source: 'scan',
    at: document.at,
    observations: [
      ...document.findings.map(observeEntry),
      ...document.unknown.map((one) => waiting(one, 'unknown', one.why.join('; '), severityOf)),
      ...document.exempt.map((one) => waiting(one, 'exempt', one.reason, severityOf)),
    ],
    coverage: { accounts: document.accounts, rules: document.rules },
    scans: sorted.map((scan) => ({ at: scan.document.at, open: scan.document.findings.map(observeEntry) })),
    questions: null,
    exemptions: document.exempt.map(({ id, resource, owner, reason, expires }) => ({
      rule: id,
      resource: resource.arn,
      owner,
      reason,
      expires,
    })),
    notes: notesOn(sorted),
  };
}

function observeEntry(entry: FindingEntry): Observation {
  return {
    id: findingId(entry.id, entry.resource),
    ruleId: entry.id,
    severity: entry.severity,
    resource: plainResource(entry.resource),
    standing: 'open',
    summary: entry.message,
    openedAt: null,
    endedAt: null,
    endedBy: null,
    // A step is named as this scan's version called it.
    remedy: { risk: entry.remedy.kind === 'steps' ? entry.remedy.risk : 'manual', steps: stepsOf(entry) },
  };
}

const stepsOf = ({ remedy }: FindingEntry): RemedyGlance['steps'] =>
  remedy.kind === 'steps' ? (remedy.steps as RemedyGlance['steps']) : [];

function waiting(
  entry: Pick<FindingEntry, 'id' | 'resource'>,
  standing: 'unknown' | 'exempt',
  summary: string,
  severityOf: (rule: string) => Severity,
): Observation {
  return {
    id: findingId(entry.id, entry.resource),
    ruleId: entry.id,
    severity: severityOf(entry.id),
    resource: plainResource(entry.resource),
    standing,
    summary,
    openedAt: null,
    endedAt: null,
    endedBy: null,
    remedy: null,
  };
}

const plainResource = ({ kind, name, arn, account, region }: FindingEntry['resource']) => ({ kind, name, arn, account, region });

function notesOn(sorted: readonly SavedScan[]): string[] {
  const last = sorted.at(-1)?.document;
  const missing = last?.errors ?? [];
  const sizes = new Set(sorted.map(({ document }) => scopeOf(document)));
  return [
    ...(missing.length > 0 ? [`The scan is not whole: ${counted(missing.length, 'read')} failed.`] : []),
    ...(sizes.size > 1
      ? ['The scans are of different accounts, regions or rules: their findings can’t be compared one to one.']
      : []),
  ];
}

const scopeOf = ({ accounts, rules }: ScanDocument): string =>
  JSON.stringify([
    [...rules].sort(),
    accounts.map(({ account, regions, off }) => [account, [...regions].sort(), [...off].sort()]).sort(),
  ]);
