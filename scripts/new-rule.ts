import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedArtifacts, ROOT, staleArtifacts } from './generate/artifacts.ts';
import { parseRulePath, ruleTemplate, testTemplate } from './new-rule/templates.ts';

/** `npm run new-rule lambda/tracing-off`: a rule, its test, and the index that knows it. Both fail until they are written. */
try {
  const rule = parseRulePath(process.argv[2]);
  create(`shared/rules/${rule.service}/${rule.name}.ts`, ruleTemplate(rule));
  create(`test/shared/rules/${rule.service}/${rule.name}.test.ts`, testTemplate(rule));
  for (const { path, text } of staleArtifacts(await generatedArtifacts())) {
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
  console.log(`Now write the rule, then: npx vitest run --project unit test/shared/rules && npm run generate`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

/** @throws Error rather than to write over somebody's work. */
function create(path: string, text: string): void {
  const file = join(ROOT, path);
  if (existsSync(file)) throw new Error(`${path} is there already.`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}
