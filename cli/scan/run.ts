import { createHash } from 'node:crypto';
import { version } from '../../package.json';
import { mapLimited } from '../../shared/aws/concurrency.ts';
import type { Resource, ResourceKind } from '../../shared/model/resource.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { wireScan } from '../../shared/wire-scan.ts';
import type { Judged } from '../findings/judge.ts';
import { countBySeverity, inOrder } from '../findings/order.ts';
import { sarifLog } from '../findings/sarif.ts';
import { readStandards, type Standards } from '../findings/standards.ts';
import { findingsTable, findingsWords, restWords, unknownTable } from '../findings/table.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT, fails } from '../frame/exit.ts';
import { note, print, printJson } from '../frame/output.ts';
import { type Progress, startProgress } from '../frame/progress.ts';
import { harmless, terminalWidth } from '../frame/table.ts';
import type { ScanOptions } from './command.ts';
import type { ScanDocument, ScanError } from './document.ts';
import { type Journal, NO_JOURNAL, openJournal } from './journal.ts';
import { judgeLive } from './judge-live.ts';
import { listResources, whyFailed } from './list-resources.ts';
import { rolesOf, type Targets, targetsOf } from './targets.ts';

/** Answers the exit code. @throws BadInput for options that can't be, AccessRefused when AWS knows no caller. */
export async function runScan(options: ScanOptions): Promise<number> {
  const standards = readStandards(options);
  const { profile, externalId } = options;
  const world = wireScan({
    roleIn: rolesOf(options),
    ...(profile === undefined ? {} : { profile }),
    ...(externalId === undefined ? {} : { externalId }),
  });
  const targets = await targetsOf(options, world);
  const journal = options.resume === undefined ? NO_JOURNAL : openJournal(options.resume, planOf(targets, standards));
  const kinds = new Set<ResourceKind>(standards.rules.map((rule) => rule.resource));
  const listed = await listResources(world.reader, targets, kinds, options.concurrency);
  const errors: ScanError[] = [...listed.errors];
  const progress = startProgress(listed.resources.length, 'resources');
  if (options.resume !== undefined) endWithAdvice(progress);
  const judge = async (resource: Resource): Promise<Judged | undefined> => {
    const before = journal.done.get(resource.arn);
    try {
      const judged = before ?? (await judgeLive(world, standards, resource, listed));
      if (!before) journal.write(resource.arn, judged);
      return judged;
    } catch (error) {
      errors.push({ account: resource.account, resource: resource.arn, message: whyFailed(error) });
      return undefined;
    } finally {
      progress.step(resource.name);
    }
  };
  const judged = await mapLimited(listed.resources, options.concurrency, judge);
  progress.end();
  const scanned = listed.resources.flatMap((resource, index) => {
    const one = judged[index];
    return one ? [{ resource, ...one }] : [];
  });
  const document = documentOf(targets, standards, scanned, errors, world.clock.now().toISOString());
  await printScan(document, options, standards);
  return exitOf(document, options, journal);
}

/** Ctrl-C leaves what is done in the journal. */
function endWithAdvice(progress: Progress): void {
  process.once('SIGINT', () => {
    progress.end();
    note('cinch scan: cut off; the same command goes on from here');
    process.exit(EXIT.bad);
  });
}

/** A journal is of one plan: with another rule or region its findings would not be this scan's. */
function planOf(targets: Targets, standards: Standards): string {
  const rules = targets.accounts.map((account) => [
    account,
    standards.settingsFor(account),
    standards.rulesIn(account).map(({ id }) => id),
  ]);
  const text = JSON.stringify([version, targets, rules, standards.exemptions, standards.overrides]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

interface Scanned extends Judged {
  readonly resource: Resource;
}

function documentOf(
  targets: Targets,
  standards: Standards,
  judged: readonly Scanned[],
  errors: readonly ScanError[],
  at: string,
): ScanDocument {
  const findings = inOrder(judged.flatMap((one) => one.findings));
  const unknown = judged.flatMap((one) => one.unknown);
  const exempt = judged.flatMap((one) => one.exempt);
  return {
    at,
    rules: standards.rules.map(({ id }) => id),
    accounts: targets.accounts.map((account) => ({
      account,
      regions: [...targets.regions],
      resources: countKinds(judged.filter(({ resource, isGone }) => resource.account === account && !isGone)),
      off: rulesOff(standards, account),
    })),
    findings,
    unknown,
    exempt,
    errors: [...errors],
    summary: {
      resources: judged.length,
      findings: countBySeverity(findings),
      unknown: unknown.length,
      exempt: exempt.length,
      errors: errors.length,
    },
  };
}

function countKinds(scanned: readonly Scanned[]): ScanDocument['accounts'][number]['resources'] {
  const counts = { function: 0, role: 0, api: 0, user: 0 };
  for (const { resource } of scanned) counts[resource.kind] += 1;
  return counts;
}

function rulesOff({ rules, rulesIn }: Standards, account: string): string[] {
  const on = new Set(rulesIn(account).map(({ id }) => id));
  return rules.flatMap(({ id }) => (on.has(id) ? [] : [id]));
}

async function printScan(document: ScanDocument, options: ScanOptions, standards: Standards): Promise<void> {
  if (options.format === 'json') return printJson(document);
  if (options.format === 'sarif') {
    const errors = document.errors.map(({ account, resource, message }) => ({ message: `${resource ?? account}: ${message}` }));
    return printJson(sarifLog({ version, rules: standards.rules, findings: document.findings, errors, root: process.cwd() }));
  }
  const colours = coloursOf(process.stdout);
  const table = { colours, width: terminalWidth(process.stdout) };
  const lines = [
    ...findingsTable(document.findings, table),
    ...(options.unknown ? ['', ...unknownTable(document.unknown, table)] : []),
    ...document.errors.map(
      (error) => `${colours.red('unreadable')}  ${harmless(error.resource ?? error.account)}: ${harmless(error.message)}`,
    ),
    '',
    [
      `${colours.bold(findingsWords(document.findings, colours))} in ${counted(document.summary.resources, 'resource')}`,
      ...restWords(document.unknown, document.exempt, options.unknown === true),
    ].join('; '),
  ];
  return print(lines.join('\n'));
}

function exitOf(document: ScanDocument, options: ScanOptions, journal: Journal): number {
  const [first] = document.errors;
  if (first) {
    const others = document.errors.length > 1 ? ` (and ${counted(document.errors.length - 1, 'more error')})` : '';
    const again = options.resume === undefined ? '' : '; the same command tries these again';
    note(`cinch scan: ${first.resource ?? `account ${first.account}`}: ${first.message}${others}${again}`);
    return EXIT.bad;
  }
  journal.remove();
  return document.findings.some(({ severity }) => fails(severity, options.failOn)) ? EXIT.findings : EXIT.clean;
}
