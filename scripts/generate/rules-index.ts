import { type FoundRule, ruleIdOf } from './find-rules.ts';

const variableOf = (path: string): string => ruleIdOf(path).replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** shared/rules/index.ts. */
export function rulesIndex(rules: readonly FoundRule[]): string {
  return [
    '// Written by `npm run generate` from the files beside it.',
    "import type { AnyRule } from '../model/rule.ts';",
    ...rules.map(({ path }) => `import ${variableOf(path)} from './${path}';`),
    '',
    'export const RULES: readonly AnyRule[] = [',
    ...rules.map(({ path }) => `  ${variableOf(path)},`),
    '];',
    '',
  ].join('\n');
}
