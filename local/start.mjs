#!/usr/bin/env node
// `npm start`. Node built-ins only until the set-up is done.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ensureEmulator, ensureGo, ensureNodeModules } from './setup/setup.mjs';

try {
  await ensureNodeModules();
  await ensureEmulator();
  await ensureGo();
} catch (error) {
  process.stderr.write(`set-up failed: ${error.message}\n`);
  process.exit(1);
}
const require = createRequire(import.meta.url);
const child = spawn(
  process.execPath,
  [require.resolve('tsx/cli'), fileURLToPath(new URL('./start.ts', import.meta.url)), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
