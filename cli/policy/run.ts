import { analyzePolicyText, type PolicyAnswer } from '../../shared/policy/analyze-text.ts';
import { counted } from '../../shared/rules/parts/words.ts';
import { coloursOf } from '../frame/colours.ts';
import { EXIT, fails } from '../frame/exit.ts';
import { findFiles } from '../frame/find-files.ts';
import { note, print, printJson } from '../frame/output.ts';
import { startProgress } from '../frame/progress.ts';
import { tryRead } from '../frame/read-files.ts';
import { terminalWidth } from '../frame/table.ts';
import type { PolicyOptions } from './command.ts';
import { type BadPolicy, errorWords, policyTable } from './table.ts';

/** Answers the exit code. @throws BadInput for a path that isn't there. */
export async function runPolicy(paths: readonly string[], options: PolicyOptions): Promise<number> {
  const found = findFiles(paths, ['.json']);
  const progress = startProgress(found.length, 'policies');
  const files: PolicyAnswer[] = [];
  for (const { path } of found) {
    const file = path === '-' ? 'stdin' : path;
    const read = await tryRead(path);
    files.push('why' in read ? { file, error: { message: read.why, where: 'file' } } : analyzePolicyText(read.text, file));
    progress.step(path);
  }
  progress.end();
  if (options.format === 'json') await printJson({ files });
  else await print(policyTable(files, { colours: coloursOf(process.stdout), width: terminalWidth(process.stdout) }));
  return exitOf(files, options);
}

function exitOf(files: readonly PolicyAnswer[], options: PolicyOptions): number {
  const bad = files.filter((file): file is BadPolicy => 'error' in file);
  const [first] = bad;
  if (first) {
    const others = bad.length > 1 ? ` (and ${counted(bad.length - 1, 'more file')})` : '';
    note(`cinch policy: ${first.file}: ${errorWords(first)}${others}`);
    return EXIT.bad;
  }
  const severities = files.flatMap((file) => ('findings' in file ? file.findings.map(({ severity }) => severity) : []));
  return severities.some((severity) => fails(severity, options.failOn)) ? EXIT.findings : EXIT.clean;
}
