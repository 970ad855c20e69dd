import { join } from 'node:path';
import { ensureVenv } from './python.mjs';
import { localDir, repoRoot } from './steps.mjs';

/** Installs the AWS emulator when needed and returns the path of the Python that has it. */
export async function ensureEmulator() {
  const bin = await ensureVenv({
    what: 'emulator',
    folder: join(localDir, 'venv'),
    requirements: join(repoRoot, 'local', 'cloud', 'requirements.txt'),
  });
  return join(bin, 'python');
}
