import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyRule } from '../../shared/model/rule.ts';

export interface FoundRule {
  /** Relative to shared/rules: `lambda/timeout-excessive.ts`. */
  readonly path: string;
  readonly rule: AnyRule;
}

/** `parts` holds what several rules share. */
const NO_SERVICE = ['parts'];

/** Every rule file in shared/rules, by path, in one order on every machine. */
export function rulePaths(root: string): string[] {
  const folder = join(root, 'shared/rules');
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !NO_SERVICE.includes(entry.name))
    .flatMap((service) => readdirSync(join(folder, service.name)).map((file) => `${service.name}/${file}`))
    .filter((path) => path.endsWith('.ts'))
    .sort();
}

/** @throws Error for a file that has no rule as its default export. */
export async function findRules(root: string): Promise<FoundRule[]> {
  return Promise.all(
    rulePaths(root).map(async (path) => {
      const module = (await import(pathToFileURL(join(root, 'shared/rules', path)).href)) as { default?: AnyRule };
      if (typeof module.default?.evaluate !== 'function')
        throw new Error(`shared/rules/${path} has no rule as its default export.`);
      return { path, rule: module.default };
    }),
  );
}

/** The id that a rule at this path must have. */
export const ruleIdOf = (path: string): string => path.replace(/\.ts$/, '').replaceAll('/', '-');
