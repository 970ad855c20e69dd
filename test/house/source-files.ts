import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** The folders whose code this repository is. */
export const CODE_FOLDERS = ['shared', 'functions', 'infra', 'layers', 'cli', 'local', 'bench', 'scripts', 'test'] as const;
const NOT_OURS = new Set(['node_modules', 'dist', '.local', '.git']);

/** Paths relative to the repository, of every file in these folders. */
export function filesIn(folders: readonly string[], extension: RegExp): string[] {
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) => walk(folder))
    .filter((path) => extension.test(path))
    .sort();
}

function walk(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name) && !entry.name.startsWith('cdk.out'))
    .flatMap((entry) => (entry.isDirectory() ? walk(posix.join(folder, entry.name)) : [posix.join(folder, entry.name)]));
}

/** Every file that git keeps or would keep. */
export function trackedFiles(): string[] {
  const answer = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return answer.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export interface Import {
  /** Relative to the repository for a file, else the package as it is written. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** What a TypeScript file imports or exports from elsewhere, `import()` included. Comments and strings with code in them are not ours to write. */
export function importsOf(path: string): Import[] {
  const text = textOf(path);
  const found: Import[] = [];
  const statements = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const [, type, target] of text.matchAll(statements))
    if (target) found.push({ target: resolved(path, target), typeOnly: type !== undefined });
  for (const [, target] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g))
    if (target) found.push({ target: resolved(path, target), typeOnly: false });
  return found;
}

const resolved = (from: string, target: string): string => (target.startsWith('.') ? posix.join(dirname(from), target) : target);
