import { parseTemplate, type Template, type TemplateKind } from './parse.ts';
import type { Problem } from './stack.ts';
import { MalformedTemplate } from './tree/malformed.ts';

export interface TemplateFile {
  readonly path: string;
  readonly text: string;
}

/** What a file turned out to be; `none` is no template, `malformed` one that can't be read. */
export interface FileKind {
  readonly path: string;
  readonly kind: TemplateKind | 'none' | 'malformed';
}

export interface ParsedFiles {
  readonly kinds: readonly FileKind[];
  readonly problems: readonly Problem[];
  /** By normalized path. */
  readonly templates: ReadonlyMap<string, Template>;
  /** Of every file, for those that include others. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Each file by itself: one that can't be read is a problem of its own. */
export function parseFiles(files: readonly TemplateFile[]): ParsedFiles {
  const kinds: FileKind[] = [];
  const problems: Problem[] = [];
  const templates = new Map<string, Template>();
  for (const { path, text } of files) {
    try {
      const template = parseTemplate(text, path);
      kinds.push({ path, kind: template?.kind ?? 'none' });
      if (template) templates.set(normalized(path), template);
    } catch (error) {
      if (!(error instanceof MalformedTemplate)) throw error;
      kinds.push({ path, kind: 'malformed' });
      problems.push({ file: path, ...error.place, message: error.why });
    }
  }
  const texts = new Map(files.map(({ path, text }) => [normalized(path), text]));
  return { kinds, problems, templates, texts };
}

/** A path without `.` and `..`, with slashes. */
export function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '' && parts.length > 0) continue;
    if (part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** A path that a file names, seen from that file. */
export function beside(file: string, path: string): string {
  const folder = file.replaceAll('\\', '/').split('/').slice(0, -1);
  return normalized([...folder, path].join('/'));
}
