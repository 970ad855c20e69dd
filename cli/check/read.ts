import type { TemplateFile } from '../../shared/templates/files.ts';
import { type ReadTemplates, readTemplates, type TemplateResource } from '../../shared/templates/read-templates.ts';
import type { Subject } from '../findings/judge.ts';
import { BadInput } from '../frame/bad-input.ts';
import { findFiles } from '../frame/find-files.ts';
import { startProgress } from '../frame/progress.ts';
import { tryRead } from '../frame/read-files.ts';
import type { CheckOptions } from './command.ts';
import type { CheckedFile } from './document.ts';
import { whyNone } from './why-none.ts';

export interface CheckInput {
  readonly files: readonly CheckedFile[];
  readonly subjects: readonly Subject[];
}

const ENDINGS = ['.json', '.yaml', '.yml', '.template'];

/** The templates that these paths name, and what they declare. @throws BadInput for a path that isn't there or a folder without a template. */
export async function readCheckInput(paths: readonly string[], options: CheckOptions): Promise<CheckInput> {
  const found = findFiles(paths, ENDINGS);
  const progress = startProgress(found.length, 'files');
  const texts: TemplateFile[] = [];
  const unreadable: CheckedFile[] = [];
  for (const { path } of found) {
    const name = path === '-' ? 'stdin' : path;
    const read = await tryRead(path);
    if ('why' in read) unreadable.push({ file: name, error: { message: read.why } });
    else texts.push({ path: name, text: read.text });
    progress.step(path);
  }
  progress.end();
  const templates = readTemplates(texts, templateOptions(options));
  const names = new Set(found.filter((file) => file.named).map(({ path }) => (path === '-' ? 'stdin' : path)));
  const named = new Map(texts.filter(({ path }) => names.has(path)).map(({ path, text }) => [path, text]));
  const files = [...unreadable, ...checkedFiles(templates, named)];
  if (files.length === 0) throw new BadInput(paths.join(', '), 'the folder holds no template');
  return { files, subjects: templates.resources.map(subjectOf) };
}

function checkedFiles({ files, resources, problems }: ReadTemplates, named: ReadonlyMap<string, string>): CheckedFile[] {
  const counts = countByFile(resources);
  return files.flatMap(({ path, kind }): CheckedFile[] => {
    const own = problems.filter(({ file }) => file === path);
    if (own.length > 0) return own.map(({ message, line, column }) => ({ file: path, error: { message, line, column } }));
    // Most JSON and YAML in a folder is no template, but who names a file means it.
    const text = named.get(path);
    if (kind === 'none') return text === undefined ? [] : [{ file: path, error: { message: whyNone(path, text) } }];
    // It tells of the templates beside it, and is none.
    if (kind === 'cdk-manifest' && text === undefined) return [];
    return [{ file: path, resources: counts.get(path) ?? 0 }];
  });
}

function templateOptions({ account, region, parameter }: CheckOptions): Parameters<typeof readTemplates>[1] {
  return {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    ...(parameter === undefined ? {} : { parameters: parameter }),
  };
}

function countByFile(resources: readonly TemplateResource[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { at } of resources) counts.set(at.file, (counts.get(at.file) ?? 0) + 1);
  return counts;
}

function subjectOf({ resource, state, at }: TemplateResource): Subject {
  const { file, line, column, logicalId, constructPath } = at;
  return {
    resource,
    state,
    place: { file, line, column },
    placeOfFact: (fact) => at.placeOfFact(fact),
    logicalId,
    ...(constructPath === null ? {} : { path: constructPath }),
  };
}
