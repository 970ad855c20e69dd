import { counted } from '../../shared/rules/parts/words.ts';
import { type Judged, judgeSubject } from '../findings/judge.ts';
import { countBySeverity, inOrder } from '../findings/order.ts';
import { readStandards, type Standards } from '../findings/standards.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT, fails } from '../frame/exit.ts';
import { note, print, printJson } from '../frame/output.ts';
import { startProgress } from '../frame/progress.ts';
import { terminalWidth } from '../frame/table.ts';
import type { CheckOptions } from './command.ts';
import type { CheckDocument } from './document.ts';
import { badFiles, checkGithub, checkSarif, checkTable, errorLine } from './print.ts';
import { type CheckInput, readCheckInput } from './read.ts';

/** Answers the exit code. @throws BadInput for a path that isn't there, a folder without a template, or an unknown rule. */
export async function runCheck(paths: readonly string[], options: CheckOptions): Promise<number> {
  const standards = readStandards(options);
  const input = await readCheckInput(paths, options);
  const now = new Date().toISOString();
  const progress = startProgress(input.subjects.length, 'resources');
  const judged = input.subjects.map((subject) => {
    progress.step(subject.resource.name);
    return judgeSubject(subject, standards, now);
  });
  progress.end();
  const document = documentOf(input, judged);
  await printCheck(document, options, standards);
  return exitOf(document, options);
}

function documentOf({ files, subjects }: CheckInput, judged: readonly Judged[]): CheckDocument {
  const findings = inOrder(judged.flatMap((one) => one.findings));
  const unknown = judged.flatMap((one) => one.unknown);
  const exempt = judged.flatMap((one) => one.exempt);
  return {
    files: [...files],
    findings,
    unknown,
    exempt,
    summary: {
      files: new Set(files.map(({ file }) => file)).size,
      resources: subjects.length,
      findings: countBySeverity(findings),
      unknown: unknown.length,
      exempt: exempt.length,
      errors: files.filter((file) => 'error' in file).length,
    },
  };
}

function printCheck(document: CheckDocument, options: CheckOptions, standards: Standards): Promise<void> {
  if (options.format === 'json') return printJson(document);
  if (options.format === 'sarif') return printJson(checkSarif(document, standards));
  if (options.format === 'github') return print(checkGithub(document));
  return print(checkTable(document, options, { colours: coloursOf(process.stdout), width: terminalWidth(process.stdout) }));
}

function exitOf(document: CheckDocument, options: CheckOptions): number {
  const bad = badFiles(document);
  const [first] = bad;
  if (first) {
    const others = bad.length > 1 ? ` (and ${counted(bad.length - 1, 'more error')})` : '';
    note(`cinch check: ${errorLine(first)}${others}`);
    return EXIT.bad;
  }
  return document.findings.some(({ severity }) => fails(severity, options.failOn)) ? EXIT.findings : EXIT.clean;
}
