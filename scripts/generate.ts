import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedArtifacts, ROOT, staleArtifacts } from './generate/artifacts.ts';

/** `npm run generate` writes what is stale; with `--check` it only names it and exits 1. */
const check = process.argv.includes('--check');
const stale = staleArtifacts(await generatedArtifacts());

for (const { path, text } of check ? [] : stale) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}
for (const { path } of stale) console.log(check ? `stale: ${path}` : `wrote ${path}`);
if (stale.length === 0) console.log('Everything generated is up to date.');
else if (check) {
  console.error('Run `npm run generate` and commit what it writes.');
  process.exitCode = 1;
}
