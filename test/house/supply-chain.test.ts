import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCode } from '../../infra/bundle.ts';
import { type Sbom, sbomOf } from '../../infra/sbom.ts';
import { BOT_FUNCTIONS } from '../../shared/names.ts';
import { textOf, trackedFiles } from './source-files.ts';

/** Nothing is installed that is not pinned by its hash, nothing of it runs while it is installed, and what ships can be made again. */

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
}
const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([folder]) => folder !== '');

describe('what npm installs', () => {
  it('is pinned by a SHA-512; what lies inside another package’s archive by that one’s', () => {
    expect(installed.length).toBeGreaterThan(100);
    for (const [folder, { inBundle, integrity }] of installed) {
      const parent = packages[folder.slice(0, folder.lastIndexOf('/node_modules/'))];
      const hash =
        inBundle === true ? (parent?.integrity ?? packages[folder.split('/node_modules/')[0] ?? '']?.integrity) : integrity;
      expect(hash, folder).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    }
  });

  it('is named in package.json by its exact version', () => {
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<string, Record<string, string>>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('runs no script of its own, but for esbuild, which only builds and tests', () => {
    const scripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripts.map(([folder, { dev }]) => [folder, dev])).toEqual([['node_modules/esbuild', true]]);
  });
});

it('what pip installs is pinned by a SHA-256, every file of it', () => {
  const files = trackedFiles().filter((path) => path.endsWith('requirements.txt'));
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    // One requirement a paragraph: its first line, and its hashes on continued lines.
    const paragraphs = textOf(file)
      .replaceAll(/^#.*\n/gm, '')
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => line.trim() !== '');
    for (const line of paragraphs) expect(line, file).toMatch(/^[\w.[\]-]+==\S+.*--hash=sha256:[0-9a-f]{64}/);
  }
  expect(textOf('local/setup/python.mjs')).toContain('--require-hashes');
});

it('the layers are made of Go’s standard library alone', () => {
  for (const file of trackedFiles().filter((path) => path.endsWith('go.mod')))
    expect(textOf(file), file).not.toContain('require');
});

describe('the bundles', () => {
  const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'cinch-twice-')));
  let sbom: Sbom;
  beforeAll(async () => {
    const [metafile] = await Promise.all(folders.map((folder) => bundleCode(folder)));
    if (metafile) sbom = sbomOf(metafile, { 'layer.zip': 'ab' });
  });
  afterAll(() => folders.forEach((folder) => void rmSync(folder, { recursive: true, force: true })));

  it('are the same to the byte when they are made twice', () => {
    const [one, two] = folders.map((folder) =>
      BOT_FUNCTIONS.map((name) =>
        createHash('sha256')
          .update(readFileSync(join(folder, name, 'index.js')))
          .digest('hex'),
      ),
    );
    expect(two).toEqual(one);
    expect(new Set(one).size).toBe(BOT_FUNCTIONS.length);
  });

  it('hold what the bill of materials says, in the versions that are installed', () => {
    const names = sbom.components.map(({ name }) => name);
    for (const name of ['aws4', '@aws-sdk/client-lambda', 'zod', '@slack/web-api', 'layer.zip']) expect(names).toContain(name);
    // Build and test tools never ship.
    for (const name of ['esbuild', 'vitest', 'aws-cdk-lib', 'fast-check', 'typescript']) expect(names).not.toContain(name);
    const libraries = sbom.components.filter(({ type }) => type === 'library');
    for (const { hashes, licenses, name, purl, version } of libraries) {
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      expect(hashes?.[0]?.content, name).toMatch(/^[0-9a-f]{128}$/);
      expect(['MIT', 'Apache-2.0', 'ISC', '0BSD', 'BSD-3-Clause', 'BSD-2-Clause'], name).toContain(licenses?.[0]?.license.id);
    }
    expect(new Set(sbom.components.map((component) => component['bom-ref'])).size).toBe(sbom.components.length);
    expect(sbom.dependencies[0]?.dependsOn).toHaveLength(sbom.components.length);
  });

  it('bring nothing beside their code that would run when a function starts', () => {
    for (const folder of folders) for (const name of BOT_FUNCTIONS) expect(readdirSync(join(folder, name))).toEqual(['index.js']);
  });
});
