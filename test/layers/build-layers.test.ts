import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSecretResolver, buildTmpCleaner } from '../../layers/build-layers.ts';
import { ensureGo } from '../../local/setup/setup.mjs';
import * as cleaner from '../../shared/secrets/cleaner-contract.ts';
import * as contract from '../../shared/secrets/resolver-contract.ts';

const run = promisify(execFile);
const sourcesOf = (name: string): string => fileURLToPath(new URL(`../../layers/${name}`, import.meta.url));
const PROGRAMS = [
  { name: 'secret-resolver', words: 'secret resolver', builder: buildSecretResolver },
  { name: 'tmp-cleaner', words: 'tmp cleaner', builder: buildTmpCleaner },
] as const;
type Program = (typeof PROGRAMS)[number];
const PATIENCE = 300_000;

let goBinary = '';
beforeAll(async () => {
  goBinary = await ensureGo();
}, PATIENCE);

async function buildFromCopy({ name, builder }: Program): Promise<{
  sourceDir: string;
  outDir: string;
  build: () => ReturnType<Program['builder']>;
  lines: string[];
}> {
  const folder = await mkdtemp(join(tmpdir(), 'cinch-build-'));
  const sourceDir = join(folder, 'sources');
  const outDir = join(folder, 'out');
  await cp(sourcesOf(name), sourceDir, { recursive: true });
  const lines: string[] = [];
  return {
    sourceDir,
    outDir,
    lines,
    build: () => builder({ goBinary, sourceDir, outDir, log: (line) => lines.push(line) }),
  };
}

describe.each(PROGRAMS)('the build of $name', (program) => {
  it(
    'makes the same layers from two folders',
    async () => {
      const [one, two] = await Promise.all([buildFromCopy(program), buildFromCopy(program)]);
      const first = await one.build();
      const second = await two.build();
      expect(first.map(({ arch }) => arch)).toEqual(['x86_64', 'arm64']);
      expect(second.map(({ sha256 }) => sha256)).toEqual(first.map(({ sha256 }) => sha256));
      expect(new Set(first.map(({ sha256 }) => sha256)).size).toBe(2);
      for (const { arch, zipPath } of first) {
        const zip = await readFile(zipPath);
        const files = unzipSync(zip);
        expect(Object.keys(files)).toEqual([`cinch/${program.name}`]);
        // ELF machine: 62 is x86-64, 183 is AArch64.
        expect(files[`cinch/${program.name}`]?.[18]).toBe(arch === 'arm64' ? 183 : 62);
        const central = zip.lastIndexOf(Buffer.from('PK\u0001\u0002'));
        expect((zip.readUInt32LE(central + 38) >>> 16).toString(8)).toBe('100755');
      }
    },
    PATIENCE,
  );

  it(
    'builds again only when something changed',
    async () => {
      const { build, lines, outDir, sourceDir } = await buildFromCopy(program);
      const first = await build();
      lines.length = 0;
      expect(await build()).toEqual(first);
      expect(lines).toEqual([`${program.words}: up to date`]);

      await writeFile(join(outDir, `${program.name}-arm64.zip`), 'somebody else wrote here');
      lines.length = 0;
      expect(await build()).toEqual(first);
      expect(lines).toHaveLength(2);

      await appendFile(join(sourceDir, 'main.go'), '\nvar changed = len(os.Args)\n\nfunc init() { println(changed) }\n');
      expect((await build()).map(({ sha256 }) => sha256)).not.toEqual(first.map(({ sha256 }) => sha256));
    },
    PATIENCE,
  );
});

describe('the Go programs', () => {
  it.each(PROGRAMS)(
    '$name passes go vet and its own tests',
    async ({ name }) => {
      const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOWORK: 'off', CGO_ENABLED: '0' };
      await run(goBinary, ['vet', './...'], { cwd: sourcesOf(name), env });
      const { stdout } = await run(goBinary, ['test', './...'], { cwd: sourcesOf(name), env });
      expect(stdout).toMatch(/^ok\s/);
    },
    PATIENCE,
  );

  /** The constants of a program's files, as they stand there. */
  async function constantsOf(name: string, ...files: string[]): Promise<(constant: string) => string | undefined> {
    const texts = await Promise.all(files.map((file) => readFile(join(sourcesOf(name), file), 'utf8')));
    return (constant) => new RegExp(`\\b${constant}\\s+= "?([^"\\s]+)"?`).exec(texts.join('\n'))?.[1];
  }

  it('the resolver has the contract of the TypeScript side', async () => {
    const constant = await constantsOf('secret-resolver', 'references.go', 'main.go', 'failure.go');
    expect(constant('referencePrefix')).toBe(contract.REFERENCE_PREFIX);
    expect(constant('secretPrefix')).toBe(contract.SECRET_REFERENCE_PREFIX);
    expect(constant('maxSecretNameLength')).toBe(String(contract.MAX_SECRET_NAME_LENGTH));
    expect(constant('nextWrapperVariable')).toBe(contract.NEXT_WRAPPER_VARIABLE);
    expect(constant('wrapperVariable')).toBe(contract.WRAPPER_VARIABLE);
    expect(constant('exitCode')).toBe(String(contract.FAILURE_EXIT_CODE));
    expect(constant('maxNameLength')).toBe(String(contract.MAX_PARAMETER_NAME_LENGTH));
  });

  it('the cleaner has the contract of the TypeScript side', async () => {
    const constant = await constantsOf('tmp-cleaner', 'start.go');
    expect(constant('wrapperVariable')).toBe(contract.WRAPPER_VARIABLE);
    expect(constant('nextWrapperVariable')).toBe(cleaner.CLEANER_NEXT_VARIABLE);
    expect(constant('keepVariable')).toBe(cleaner.CLEANER_KEEP_VARIABLE);
  });
});
