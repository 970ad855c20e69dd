#!/usr/bin/env node
// `npm test`: sets up what is missing, runs every test, and ends with one line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCfnLint, ensureChromium, ensureEmulator, ensureGo, ensureMoto, ensureNodeModules } from './setup/setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

async function main() {
  await ensureNodeModules();
  await ensureEmulator();
  await ensureGo();
  await ensureCfnLint();
  await ensureMoto();
  await ensureChromium();
  mkdirSync(join(root, '.local'), { recursive: true });
  const report = join(root, '.local', 'test-report.json');
  rmSync(report, { force: true });
  const require = createRequire(import.meta.url);
  const layers = spawnSync(process.execPath, [require.resolve('tsx/cli'), join(root, 'layers', 'build-layers.ts')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (layers.status !== 0) throw new Error('the layers could not be built');
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const args = [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
  const { numPassedTests, numFailedTests, numFailedTestSuites, success } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that could not even be loaded counts as a failure, though none of its tests ran.
  const failed = numFailedTests > 0 || success ? numFailedTests : Math.max(1, numFailedTestSuites);
  process.exitCode = status === 0 && failed === 0 ? 0 : 1;
  process.stdout.write(`${numPassedTests} passed, ${failed} failed\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
});
