#!/usr/bin/env node
// What a fresh clone needs before anything else runs. Node built-ins only: node_modules may not be there yet.
//   node local/setup/setup.mjs                        node modules and the emulator
//   node local/setup/setup.mjs go chromium cfn-lint   these too
import { fileURLToPath } from 'node:url';
import { ensureCfnLint } from './cfn-lint.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureEmulator } from './emulator.mjs';
import { ensureGo } from './go.mjs';
import { ensureMoto } from './moto.mjs';
import { ensureNodeModules } from './node-modules.mjs';

export { ensureCfnLint, ensureChromium, ensureEmulator, ensureGo, ensureMoto, ensureNodeModules };

const extras = { go: ensureGo, chromium: ensureChromium, 'cfn-lint': ensureCfnLint, moto: ensureMoto };

async function main(asked) {
  for (const name of asked) if (!(name in extras)) throw new Error(`Unknown: ${name}. Known: ${Object.keys(extras).join(', ')}`);
  await ensureNodeModules();
  await ensureEmulator();
  for (const name of asked) await extras[name]();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`setup failed: ${error.message}\n`);
    process.exitCode = 1;
  });
}
