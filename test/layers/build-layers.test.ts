import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSecretResolver } from '../../layers/build-layers.ts';
import { ensureGo } from '../../local/setup/setup.mjs';
import * as contract from '../../shared/secrets/resolver-contract.ts';

const run = promisify(execFile);
const SOURCES = fileURLToPath(new URL('../../layers/secret-resolver', import.meta.url));
const PATIENCE = 300_000;

let goBinary = '';
beforeAll(async () => {
  goBinary = await ensureGo();
}, PATIENCE);

async function buildFromCopy(): Promise<{
  sourceDir: string;
  outDir: string;
  build: () => ReturnType<typeof buildSecretResolver>;
  lines: string[];
}> {
  const folder = await mkdtemp(join(tmpdir(), 'cinch-build-'));
  const sourceDir = join(folder, 'sources');
  const outDir = join(folder, 'out');
  await cp(SOURCES, sourceDir, { recursive: true });
  const lines: string[] = [];
  return {
    sourceDir,
    outDir,
    lines,
    build: () => buildSecretResolver({ goBinary, sourceDir, outDir, log: (line) => lines.push(line) }),
  };
}

describe('buildSecretResolver', () => {
  it(
    'makes the same layers from two folders',
    async () => {
      const [one, two] = await Promise.all([buildFromCopy(), buildFromCopy()]);
      const first = await one.build();
      const second = await two.build();
      expect(first.map(({ arch }) => arch)).toEqual(['x86_64', 'arm64']);
      expect(second.map(({ sha256 }) => sha256)).toEqual(first.map(({ sha256 }) => sha256));
      expect(new Set(first.map(({ sha256 }) => sha256)).size).toBe(2);
      for (const { arch, zipPath } of first) {
        const zip = await readFile(zipPath);
        const files = unzipSync(zip);
        expect(Object.keys(files)).toEqual(['cinch/secret-resolver']);
        // ELF machine: 62 is x86-64, 183 is AArch64.
        expect(files['cinch/secret-resolver']?.[18]).toBe(arch === 'arm64' ? 183 : 62);
        const central = zip.lastIndexOf(Buffer.from('PK\u0001\u0002'));
        expect((zip.readUInt32LE(central + 38) >>> 16).toString(8)).toBe('100755');
      }
    },
    PATIENCE,
  );

  it(
    'builds again only when something changed',
    async () => {
      const { build, lines, outDir, sourceDir } = await buildFromCopy();
      const first = await build();
      lines.length = 0;
      expect(await build()).toEqual(first);
      expect(lines).toEqual(['secret resolver: up to date']);

      await writeFile(join(outDir, 'secret-resolver-arm64.zip'), 'somebody else wrote here');
      lines.length = 0;
      expect(await build()).toEqual(first);
      expect(lines).toHaveLength(2);

      await appendFile(join(sourceDir, 'main.go'), '\nvar changed = len(os.Args)\n\nfunc init() { println(changed) }\n');
      expect((await build()).map(({ sha256 }) => sha256)).not.toEqual(first.map(({ sha256 }) => sha256));
    },
    PATIENCE,
  );
});

describe('the Go program', () => {
  it(
    'passes go vet and its own tests',
    async () => {
      const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
      await run(goBinary, ['vet', './...'], { cwd: SOURCES, env });
      const { stdout } = await run(goBinary, ['test', './...'], { cwd: SOURCES, env });
      expect(stdout).toMatch(/^ok\s/);
    },
    PATIENCE,
  );

  it('has the contract of the TypeScript side', async () => {
    const text = (
      await Promise.all(['references.go', 'main.go', 'failure.go'].map((name) => readFile(join(SOURCES, name), 'utf8')))
    ).join('\n');
    const constant = (name: string): string | undefined => new RegExp(`\\b${name}\\s+= "?([^"\\s]+)"?`).exec(text)?.[1];
    expect(constant('referencePrefix')).toBe(contract.REFERENCE_PREFIX);
    expect(constant('nextWrapperVariable')).toBe(contract.NEXT_WRAPPER_VARIABLE);
    expect(constant('wrapperVariable')).toBe(contract.WRAPPER_VARIABLE);
    expect(constant('exitCode')).toBe(String(contract.FAILURE_EXIT_CODE));
    expect(constant('maxNameLength')).toBe(String(contract.MAX_PARAMETER_NAME_LENGTH));
  });
});
