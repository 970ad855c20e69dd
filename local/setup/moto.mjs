import { join } from 'node:path';
import { ensureVenv } from './python.mjs';
import { localDir, repoRoot } from './steps.mjs';

/** Installs the second emulator, which only tests use, and returns its server's path. */
export async function ensureMoto() {
  const bin = await ensureVenv({
    what: 'moto',
    folder: join(localDir, 'moto'),
    requirements: join(repoRoot, 'test', 'moto', 'requirements.txt'),
  });
  return join(bin, 'moto_server');
}
