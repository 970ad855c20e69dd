// What every set-up step has in common: where things live, how progress is told, how a command is run.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repoRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const localDir = join(repoRoot, '.local');

const heartbeatMs = 10_000;
const keptOutput = 4_000;

/** One line on stderr: `setup 12.3 s  emulator: installing`. */
export function say(started, text) {
  process.stderr.write(`setup ${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}\n`);
}

/** Runs `work` and says what it does when it starts, every ten seconds, and when it is done. */
export async function step(what, work) {
  const started = Date.now();
  say(started, `${what} ...`);
  const heartbeat = setInterval(() => say(started, `${what}: still at it`), heartbeatMs);
  try {
    const result = await work();
    say(started, `${what}: done`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Runs a command to its end. Its output is shown only when it fails, in the error. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repoRoot, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-keptOutput);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${output.trim()}`));
    });
  });
}

/** The trimmed output of a short command, or undefined when it is missing or fails. */
export function ask(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000 }).trim();
  } catch {
    return undefined;
  }
}

export function hashOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

export function writeStamp(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${value}\n`);
}

export function removeTree(path) {
  rmSync(path, { recursive: true, force: true });
}
