import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { hashOf, localDir, readStamp, repoRoot, run, step, writeStamp } from './steps.mjs';

/** Runs `npm ci` when node_modules is missing or does not belong to package-lock.json. */
export async function ensureNodeModules() {
  const lockFile = join(repoRoot, 'package-lock.json');
  const installed = join(repoRoot, 'node_modules', '.package-lock.json');
  const stamp = join(localDir, 'node-modules.stamp');
  const wanted = hashOf(lockFile);
  const isReady = () => {
    if (!existsSync(installed)) return false;
    // npm writes its hidden lock file last: newer than ours means that somebody ran npm after ours changed.
    return readStamp(stamp) === wanted || statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
  };
  if (isReady()) return;
  await exclusively('node-modules', async () => {
    if (isReady()) return;
    await step('node modules: npm ci', () => run('npm', ['ci', '--no-audit', '--no-fund']));
    writeStamp(stamp, wanted);
  });
}
