import { readFileSync } from 'node:fs';
import { parseConfig } from '../shared/config/load.ts';
import type { Config } from '../shared/config/schema.ts';
import { InvalidConfiguration } from '../shared/model/errors.ts';
import { RULES } from '../shared/rules/index.ts';

/** @throws InvalidConfiguration with file, line and reason of every problem. */
export function readConfigFile(path: string): Config {
  return parseConfig(
    readText(path),
    path,
    RULES.map(({ id }) => id),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unreadable';
    throw new InvalidConfiguration(`${path}: can't be read (${why}); name another file with --context config=<file>`);
  }
}
