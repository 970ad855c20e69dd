#!/usr/bin/env node
// The package's `bin`, and `npm run -s cinch --` in a checkout. Built-ins only until the bundle is there: start-up is what people feel.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The SDK's note on Node's age is none of the user's business, and stderr is for what is wrong.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** The sources are in a checkout only; the published package has the finished bundle. */
async function bundle() {
  if (!existsSync(new URL('main.ts', import.meta.url))) return new URL('../dist/cli/main.js', import.meta.url);
  const { freshBundle } = await import('./bundle.mjs');
  return freshBundle(fileURLToPath(new URL('..', import.meta.url)));
}

try {
  const { main } = await import(String(await bundle()));
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`cinch: it could not be started: ${error instanceof Error ? error.message.split('\n')[0] : 'error'}\n`);
  process.exitCode = 2;
}
