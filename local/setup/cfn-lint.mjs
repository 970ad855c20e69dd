import { join } from 'node:path';
import { ensureVenv } from './python.mjs';
import { localDir, repoRoot } from './steps.mjs';

/** Installs cfn-lint when needed and returns its path. */
export async function ensureCfnLint() {
  const bin = await ensureVenv({
    what: 'cfn-lint',
    folder: join(localDir, 'cfn-lint'),
    requirements: join(repoRoot, 'infra', 'lint-requirements.txt'),
  });
  return join(bin, 'cfn-lint');
}
