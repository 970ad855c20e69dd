import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SLACK_MANIFEST } from '../../cli/init/manifest.ts';
import { actionTable } from './action-table.ts';
import { configSchemaJson } from './config-schema.ts';
import { costPage } from './cost-page.ts';
import { documentSchemas } from './document-schemas.ts';
import { eventSchemas } from './event-schemas.ts';
import { eventsPage } from './events-page.ts';
import { findRules } from './find-rules.ts';
import { permissionsPage } from './permissions-page.ts';
import { remediesPage } from './remedies-page.ts';
import { rulesIndex } from './rules-index.ts';
import { rulesPage } from './rules-page.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A file that nobody writes by hand. */
export interface Artifact {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** Everything that `npm run generate` writes, as it should be now. */
export async function generatedArtifacts(): Promise<Artifact[]> {
  const rules = await findRules(ROOT);
  return [
    { path: 'shared/policy/action-table-data.ts', text: actionTable(ROOT) },
    { path: 'shared/rules/index.ts', text: rulesIndex(rules) },
    { path: 'docs/rules.md', text: rulesPage(rules) },
    { path: 'docs/remedies.md', text: remediesPage(rules) },
    { path: 'docs/cost.md', text: costPage() },
    { path: 'docs/permissions.md', text: permissionsPage() },
    { path: 'docs/cinch.schema.json', text: configSchemaJson() },
    { path: 'docs/slack-app-manifest.yaml', text: SLACK_MANIFEST },
    ...documentSchemas(),
    { path: 'docs/events.md', text: eventsPage() },
    ...eventSchemas(),
  ].map((artifact) => ({ ...artifact, text: formatted(artifact) }));
}

/** Of the generated files, those that are missing or say something else. */
export function staleArtifacts(artifacts: readonly Artifact[]): Artifact[] {
  return artifacts.filter(({ path, text }) => {
    const file = join(ROOT, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
}

/** Generated code has to pass `npm run check` like any other. */
function formatted({ path, text }: Artifact): string {
  if (/\.(md|yaml)$/.test(path)) return text;
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${path}`], {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}
