import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { buildSecretResolver, buildTmpCleaner } from '../../layers/build-layers.ts';
import { ensureGo } from '../../local/setup/setup.mjs';

/** Builds the layers into a folder of their own and unpacks this machine's program out of its zip. */
export const unpackResolver = (): Promise<string> => unpack('secret-resolver', buildSecretResolver);
export const unpackCleaner = (): Promise<string> => unpack('tmp-cleaner', buildTmpCleaner);

async function unpack(name: string, build: typeof buildSecretResolver): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `cinch-${name}-`));
  const layers = await build({ goBinary: await ensureGo(), outDir: folder });
  const wanted = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const zip = layers.find(({ arch }) => arch === wanted)?.zipPath ?? '';
  const binary = unzipSync(await readFile(zip))[`cinch/${name}`];
  if (!binary) throw new Error('the layer has no program');
  const path = join(folder, name);
  await writeFile(path, binary);
  await chmod(path, 0o755);
  return path;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program with exactly this environment. */
export function runProgram(path: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }));
  });
}

/** Entries of /proc/<pid>/environ as they are, duplicates included, sorted. */
export function entriesOf(environ: Buffer): string[] {
  return environ.toString('utf8').split('\0').slice(0, -1).sort();
}
