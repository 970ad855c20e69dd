import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../.local/peers');

/** The `bin` folder of a virtual environment with one Python package, made when it is first asked for. Peers are measured, never shipped. */
export function peerVenv(requirement: string): string {
  const folder = join(FOLDER, requirement.replace(/[^\w.-]+/g, '-'));
  const bin = join(folder, 'bin');
  const done = join(folder, '.installed');
  if (existsSync(done)) return bin;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  console.error(`installing ${requirement} ...`);
  execFileSync(process.env.CINCH_PYTHON ?? 'python3', ['-m', 'venv', folder], { stdio: 'inherit' });
  execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement], {
    stdio: 'inherit',
  });
  mkdirSync(done);
  return bin;
}
