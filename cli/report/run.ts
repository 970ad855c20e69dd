import { writeFileSync } from 'node:fs';
import { parseConfig } from '../../shared/config/load.ts';
import { saidAccounts, unitOf } from '../../shared/config/members.ts';
import type { Config } from '../../shared/config/schema.ts';
import { isOpen } from '../../shared/engine/posture/observation.ts';
import type { Severity } from '../../shared/model/rule.ts';
import { RULES } from '../../shared/rules/index.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { BadInput } from '../frame/bad-input.ts';
import { EXIT, fails } from '../frame/exit.ts';
import { findFiles } from '../frame/find-files.ts';
import { note, print } from '../frame/output.ts';
import { readInput, readText } from '../frame/read-files.ts';
import { buildReport } from './build.ts';
import type { ReportOptions } from './command.ts';
import type { ReportDocument } from './document.ts';
import { parseScan, sourceFromScans } from './from-scans.ts';
import type { ReportSource } from './source.ts';

/** Answers the exit code. @throws BadInput, InvalidConfiguration, AccessRefused */
export async function runReport(scans: readonly string[], options: ReportOptions): Promise<number> {
  const config = readConfig(options.config);
  const source = await readSource(scans, options, config);
  const report = buildReport(source, { days: options.days, members: config ? saidAccounts(config) : [], catalogue: RULES });
  await write(report, options);
  return source.observations.filter(isOpen).some(({ severity }) => fails(severity, options.failOn)) ? EXIT.findings : EXIT.clean;
}

function readConfig(file: string | undefined): Config | undefined {
  if (file === undefined) return undefined;
  const ids = RULES.map(({ id }) => id);
  return parseConfig(readText(file), file, ids);
}

async function readSource(
  scans: readonly string[],
  { table, region, profile }: ReportOptions,
  config: Config | undefined,
): Promise<ReportSource> {
  // A variable of the environment names a table for all runs: files that are named are meant.
  if (scans.length > 0) return readScans(scans);
  if (!table) throw new BadInput('scans', 'name files that `cinch scan --format json` wrote, or the ledger with --table');
  const { readLedger } = await import('./read-ledger.ts');
  return readLedger(
    { table, ...(region === undefined ? {} : { region }), ...(profile === undefined ? {} : { profile }) },
    config?.exemptions ?? [],
    (account) => config && unitOf(config, account),
  );
}

async function readScans(paths: readonly string[]): Promise<ReportSource> {
  const saved = [];
  for (const { path } of findFiles(paths, ['.json'])) saved.push(parseScan(path, await readInput(path)));
  const severities = new Map<string, Severity>(RULES.map(({ id, severity }) => [id, severity]));
  return sourceFromScans(saved, (rule) => severities.get(rule) ?? 'low');
}

async function write(report: ReportDocument, { format, out }: ReportOptions): Promise<void> {
  if (out === undefined && format === 'html' && process.stdout.isTTY)
    throw new BadInput('--out', 'name a file for the page, e.g. --out report.html');
  const text = format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : await pageOf(report);
  if (out === undefined) return print(text);
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new BadInput(out, `it can't be written (${(error as NodeJS.ErrnoException).code ?? 'an error'})`);
  }
  const { critical, high, medium, low } = report.summary.open;
  note(`cinch report: ${counted(critical + high + medium + low, 'open finding')} in ${out}`);
}

/** Loaded when it is asked for: a library for plots is behind it. */
async function pageOf(report: ReportDocument): Promise<string> {
  const { reportPage } = await import('./html/page.ts');
  return reportPage(report);
}
