/**
 * Templates a second on a folder of them, beside cfn-lint and checkov on the same ones: `npx tsx bench/templates.ts <folder> [most, default 1000]`.
 * Cinch reads every template into the state that its rules judge, and judges it; the peers run with their defaults, each on one core. What each
 * needs to start is measured with one template and taken off. Peers are installed below .local/ when missing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { evaluateRules } from '../shared/engine/evaluate.ts';
import { RULES } from '../shared/rules/index.ts';
import { EXAMPLE_NOW, EXAMPLE_SETTINGS } from '../shared/rules/parts/example-context.ts';
import type { TemplateFile } from '../shared/templates/files.ts';
import { readTemplates } from '../shared/templates/read-templates.ts';
import { peerVenv } from './peer-venv.ts';

const CFN_LINT = 'cfn-lint==1.58.0';
const CHECKOV = 'checkov==3.3.30';
const RUNS = 3;
const NAMES = /\.(json|ya?ml|template)$/i;

const [folder, most = '1000'] = process.argv.slice(2);
if (!folder) {
  console.error('usage: npx tsx bench/templates.ts <folder> [most]');
  process.exit(2);
}

const found = filesIn(folder).map((path): TemplateFile => ({ path, text: readFileSync(path, 'utf8') }));
const templates = found.filter((file) => isTemplate(file)).slice(0, Number(most));
const megabytes = templates.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
console.log(
  `${templates.length} templates of ${found.length} files, ${megabytes.toFixed(1)} MB, load ${loadavg()[0]?.toFixed(2)}`,
);

const reading = best(() => timed(() => readAll(templates)));
const judging = best(() => timed(() => judgeAll(templates)));
row('Cinch reads', reading);
row(`Cinch reads and judges by ${RULES.length} rules`, judging);

const made = mkdtempSync(join(tmpdir(), 'cinch-bench-'));
try {
  const all = written(templates, join(made, 'all'));
  const one = written(templates.slice(0, 1), join(made, 'one'));
  const lint = join(peerVenv(CFN_LINT), 'cfn-lint');
  const checkov = join(peerVenv(CHECKOV), 'checkov');
  row('cfn-lint', took(lint, lintArguments(all)) - took(lint, lintArguments(one)));
  row('checkov', took(checkov, checkovArguments(all)) - took(checkov, checkovArguments(one)));
} finally {
  rmSync(made, { recursive: true, force: true });
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && NAMES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function isTemplate(file: TemplateFile): boolean {
  const [kind] = readTemplates([file]).files;
  return kind?.kind === 'cloudformation' || kind?.kind === 'sam';
}

/** Each by itself, as a folder of templates that have nothing to do with each other. */
function readAll(files: readonly TemplateFile[]): number {
  return files.reduce((sum, file) => sum + readTemplates([file]).resources.length, 0);
}

function judgeAll(files: readonly TemplateFile[]): number {
  const context = { settings: EXAMPLE_SETTINGS, now: EXAMPLE_NOW };
  let violations = 0;
  for (const file of files)
    for (const { resource, state } of readTemplates([file]).resources) {
      const rules = RULES.filter((rule) => rule.resource === resource.kind);
      for (const outcome of evaluateRules(rules, resource, state, context)) if (outcome.result === 'violation') violations++;
    }
  return violations;
}

function timed(run: () => unknown): number {
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
}

function best(run: () => number): number {
  return Math.min(...Array.from({ length: RUNS }, run));
}

function written(files: readonly TemplateFile[], into: string): string {
  mkdirSync(into);
  files.forEach(({ path, text }, index) => {
    writeFileSync(join(into, `t${index}${extname(path)}`), text);
  });
  return into;
}

function lintArguments(path: string): string[] {
  return ['--format', 'quiet', '--non-zero-exit-code', 'none', join(path, '*')];
}

function checkovArguments(path: string): string[] {
  return ['--directory', path, '--framework', 'cloudformation', '--quiet', '--compact', '--soft-fail'];
}

/** Seconds on one core (`taskset` is Linux's). What a peer says of a template that it can't read is its own affair; that it starts is not. */
function took(command: string, args: readonly string[]): number {
  execFileSync(command, ['--version'], { stdio: 'ignore' });
  return timed(() =>
    spawnSync('taskset', ['-c', '0', command, ...args], { stdio: 'ignore', env: { ...process.env, LOG_LEVEL: 'ERROR' } }),
  );
}

function row(what: string, seconds: number): void {
  const rate = Math.round(templates.length / seconds).toString();
  console.log(`${what.padEnd(44)}${seconds.toFixed(2).padStart(9)} s ${rate.padStart(8)} templates a second`);
}
