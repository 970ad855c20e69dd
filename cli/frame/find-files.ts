import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input.ts';
import { cannotRead } from './read-files.ts';

/** Other people's code and tools' own state: nothing to judge, and much of it. */
const SKIPPED = new Set(['node_modules', '.git', '.terraform', '.venv', '__pycache__']);

export interface FoundFile {
  readonly path: string;
  /** Whether the user named it, rather than a folder above it. */
  readonly named: boolean;
}

/**
 * The files that these paths name, each once and in a lasting order: a file is itself, a folder every file below it with one of these endings.
 * `-` stays what it is.
 * @throws BadInput for a path that isn't there, or a folder that holds no such file.
 */
export function findFiles(paths: readonly string[], endings: readonly string[]): FoundFile[] {
  const found = new Map<string, FoundFile>();
  for (const path of paths) {
    const named = path === '-' || !isFolder(path);
    const files = named ? [path] : filesBelow(path).filter((file) => hasEnding(file, endings));
    if (files.length === 0) throw new BadInput(path, `the folder holds no ${endings.map((ending) => `*${ending}`).join(', ')}`);
    for (const file of files) if (!found.has(file)) found.set(file, { path: file, named });
  }
  return [...found.values()];
}

const hasEnding = (path: string, endings: readonly string[]): boolean =>
  endings.some((ending) => path.toLowerCase().endsWith(ending));

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Links to folders are not followed: they could lead in a circle. */
function filesBelow(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() || (entry.isSymbolicLink() && !leadsToFolder(path)) ? [path] : [];
  });
}

/** A link that leads nowhere is told when it is read. */
function leadsToFolder(link: string): boolean {
  try {
    return statSync(link).isDirectory();
  } catch {
    return false;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
  } catch (error) {
    throw cannotRead(folder, error);
  }
}
