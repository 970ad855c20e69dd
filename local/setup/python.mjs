// Finds a Python and makes virtual environments whose every package is pinned by hash.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './lock.mjs';
import { ask, hashOf, readStamp, removeTree, run, step, writeStamp } from './steps.mjs';

const candidates = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const versionScript = 'import sys; print("%d.%d" % sys.version_info[:2])';

/** The first Python >= 3.10 on PATH ($CINCH_PYTHON goes first). Throws with what was looked for. */
export function findPython() {
  const seen = [];
  for (const name of [process.env.CINCH_PYTHON, ...candidates]) {
    if (!name) continue;
    const version = ask(name, ['-c', versionScript]);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > 3 || (major === 3 && minor >= 10)) return name;
    seen.push(`${name} is ${version}`);
  }
  const found = seen.length > 0 ? ` Found only: ${seen.join(', ')}.` : '';
  throw new Error(`Python 3.10 or newer is needed on PATH (or in CINCH_PYTHON).${found}`);
}

/** Makes (or remakes, when the requirements changed) a virtual environment and returns its `bin` folder. */
export async function ensureVenv({ what, folder, requirements }) {
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const stamp = join(folder, '.requirements');
  const wanted = hashOf(requirements);
  const isReady = () => readStamp(stamp) === wanted && existsSync(join(bin, 'python'));
  if (isReady()) return bin;
  await exclusively(what, async () => {
    if (isReady()) return;
    const python = findPython();
    await step(`${what}: making a virtual environment with ${python}`, async () => {
      removeTree(folder);
      await run(python, ['-m', 'venv', folder]).catch((error) => {
        throw new Error(`${error.message}\nOn Debian and Ubuntu the package python3-venv is needed.`);
      });
      await run(join(bin, 'python'), [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--require-hashes',
        '-r',
        requirements,
      ]);
      writeStamp(stamp, wanted);
    });
  });
  return bin;
}
