import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { zipSync } from 'fflate';
import { CLEANER_PATH } from '../shared/secrets/cleaner-contract.ts';
import { WRAPPER_PATH } from '../shared/secrets/resolver-contract.ts';

const run = promisify(execFile);

export type Architecture = 'x86_64' | 'arm64';

export interface BuiltLayer {
  readonly arch: Architecture;
  readonly zipPath: string;
  /** Of the zip, in hex. */
  readonly sha256: string;
}

export interface BuildOptions {
  /** The Go toolchain's `go`; default the one on the path. */
  readonly goBinary?: string;
  /** Default `layers/dist`. */
  readonly outDir?: string;
  /** Default the program's folder in `layers`. */
  readonly sourceDir?: string;
  readonly log?: (line: string) => void;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GO_ARCHITECTURES: Readonly<Record<Architecture, string>> = { x86_64: 'amd64', arm64: 'arm64' };
/** Everything that could let one source make two binaries is off. */
const BUILD_FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w -buildid='];
/** A change here makes every earlier output stale. */
const ZIP_FORMAT = 'zip-1';

interface Program {
  /** Of its folder, its binary and its zips. */
  readonly name: string;
  /** Where the layer puts it in a function's file system. */
  readonly path: string;
}

const RESOLVER: Program = { name: 'secret-resolver', path: WRAPPER_PATH };
const CLEANER: Program = { name: 'tmp-cleaner', path: CLEANER_PATH };

export const buildSecretResolver = (options?: BuildOptions): Promise<BuiltLayer[]> => buildProgram(RESOLVER, options);
export const buildTmpCleaner = (options?: BuildOptions): Promise<BuiltLayer[]> => buildProgram(CLEANER, options);

/** Every layer there is. */
export async function buildLayers(options?: Omit<BuildOptions, 'sourceDir'>): Promise<BuiltLayer[]> {
  return [...(await buildSecretResolver(options)), ...(await buildTmpCleaner(options))];
}

/**
 * Cross-compiles a program and packs one layer zip an architecture, byte for byte the same on every machine with the same Go
 * version. Does nothing when sources, Go version and outputs are what they were.
 */
async function buildProgram(program: Program, options: BuildOptions = {}): Promise<BuiltLayer[]> {
  const { name } = program;
  const { goBinary = 'go', outDir = join(HERE, 'dist'), sourceDir = join(HERE, name), log = () => {} } = options;
  const inputs = await hashInputs(goBinary, sourceDir);
  const current = await readCurrent(name, outDir, inputs);
  const words = name.replace('-', ' ');
  if (current) {
    log(`${words}: up to date`);
    return current;
  }
  await mkdir(outDir, { recursive: true });
  const layers: BuiltLayer[] = [];
  for (const arch of Object.keys(GO_ARCHITECTURES) as Architecture[]) {
    log(`${words}: building for ${arch}`);
    layers.push(await buildOne(program, goBinary, sourceDir, outDir, arch));
  }
  const sums = Object.fromEntries(layers.map(({ arch, sha256 }) => [arch, sha256]));
  await replaceFile(recordPathOf(outDir, name), Buffer.from(`${JSON.stringify({ inputs, sums })}\n`));
  return layers;
}

async function buildOne(
  program: Program,
  goBinary: string,
  sourceDir: string,
  outDir: string,
  arch: Architecture,
): Promise<BuiltLayer> {
  const scratch = await mkdtemp(join(tmpdir(), 'cinch-layer-'));
  try {
    const binary = join(scratch, program.name);
    const env = { ...process.env, ...goEnvironment(), GOOS: 'linux', GOARCH: GO_ARCHITECTURES[arch] };
    await run(goBinary, ['build', ...BUILD_FLAGS, '-o', binary, '.'], { cwd: sourceDir, env });
    const zip = pack(await readFile(binary), program.path);
    const path = zipPathOf(outDir, program.name, arch);
    await replaceFile(path, zip);
    return { arch, zipPath: path, sha256: sha256(zip) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** No network, no other toolchain, no workspace around us, and the instruction set that every Lambda host has. */
function goEnvironment(): Record<string, string> {
  return {
    CGO_ENABLED: '0',
    GOFLAGS: '',
    GOWORK: 'off',
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
    GOEXPERIMENT: '',
    GOAMD64: 'v1',
    GOARM64: 'v8.0',
  };
}

function pack(binary: Uint8Array, wrapperPath: string): Uint8Array {
  const path = wrapperPath.replace('/opt/', '');
  // Zip keeps local time: the same wall clock in every zone. Attributes: a regular file, rwxr-xr-x, made on Unix.
  const mtime = new Date(1980, 0, 2, 12);
  return zipSync({ [path]: [binary, { level: 9, mtime, os: 3, attrs: 0o100755 << 16 }] });
}

async function hashInputs(goBinary: string, sourceDir: string): Promise<string> {
  const { stdout } = await run(goBinary, ['env', 'GOVERSION'], { cwd: sourceDir, env: { ...process.env, ...goEnvironment() } });
  const hash = createHash('sha256').update(`${ZIP_FORMAT}\0${stdout.trim()}\0${BUILD_FLAGS.join(' ')}`);
  const names = (await readdir(sourceDir)).filter((name) => /\.(go|mod|pem)$/.test(name) && !name.endsWith('_test.go'));
  for (const name of names.sort()) {
    const content = await readFile(join(sourceDir, name));
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The layers of an earlier build, if they are of these inputs and nobody touched them. */
async function readCurrent(name: string, outDir: string, inputs: string): Promise<BuiltLayer[] | undefined> {
  const record = await readFile(recordPathOf(outDir, name), 'utf8').then(parseRecord, () => undefined);
  if (record?.inputs !== inputs) return undefined;
  const layers: BuiltLayer[] = [];
  for (const arch of Object.keys(GO_ARCHITECTURES) as Architecture[]) {
    const path = zipPathOf(outDir, name, arch);
    const zip = await readFile(path).catch(() => undefined);
    if (!zip || sha256(zip) !== record.sums[arch]) return undefined;
    layers.push({ arch, zipPath: path, sha256: sha256(zip) });
  }
  return layers;
}

/** Undefined for anything that this file did not write: then the layers are built again. */
function parseRecord(text: string): { inputs: string; sums: Partial<Record<string, string>> } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || !('inputs' in parsed) || !('sums' in parsed)) return undefined;
    const { inputs, sums } = parsed;
    if (typeof inputs !== 'string' || typeof sums !== 'object' || sums === null) return undefined;
    return { inputs, sums: sums as Partial<Record<string, string>> };
  } catch {
    return undefined;
  }
}

const recordPathOf = (outDir: string, name: string): string => join(outDir, `${name}.json`);
const zipPathOf = (outDir: string, name: string, arch: Architecture): string => join(outDir, `${name}-${arch}.zip`);

/** Whoever reads meanwhile sees the old file or the new one. */
async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  await writeFile(fresh, content);
  await rename(fresh, path);
}

function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { go: { type: 'string' }, out: { type: 'string' } } });
  const layers = await buildLayers({
    ...(values.go === undefined ? {} : { goBinary: values.go }),
    ...(values.out === undefined ? {} : { outDir: values.out }),
    log: (line) => console.error(line),
  });
  for (const { sha256: sum, zipPath } of layers) console.log(`${sum}  ${zipPath}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
