import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** In the cloud assembly, beside the templates. */
export const SBOM_FILE = 'cinch.cdx.json';

interface Component {
  readonly type: 'library' | 'application';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
  readonly hashes?: readonly { readonly alg: 'SHA-512' | 'SHA-256'; readonly content: string }[];
}

/** CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Without time and serial number, so that the same build makes the same file. */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * What ships: the packages of which some bytes are in a function's bundle, and the layers' binaries, which are made of Go's standard library
 * alone. What is only installed to build and test is not in it.
 * @param layers names of layer archives with their SHA-256 in hex
 */
export function sbomOf(metafile: Metafile, layers: Readonly<Record<string, string>>): Sbom {
  const own = readJson<{ name: string; version: string; license: string }>(join(root, 'package.json'));
  const locked = readJson<{ packages: Record<string, { integrity?: string }> }>(join(root, 'package-lock.json')).packages;
  const packages = bundledPackages(metafile).map((folder) => packageComponent(folder, locked[folder]?.integrity));
  const archives = Object.entries(layers).map(
    ([name, sha256]): Component => ({
      type: 'application',
      'bom-ref': `layer:${name}`,
      name,
      version: own.version,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
    }),
  );
  const component = { type: 'application', 'bom-ref': own.name, name: own.name, version: own.version } as const;
  const components = [...packages, ...archives];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { ...component, licenses: [{ license: { id: own.license } }] } },
    components,
    dependencies: [{ ref: own.name, dependsOn: components.map((one) => one['bom-ref']) }],
  };
}

/** The folders of packages, as the lock file names them, of which something is left after what is not used was shaken off. */
function bundledPackages({ outputs }: Metafile): string[] {
  const folders = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [PACKAGE.exec(path)?.[0] ?? ''] : [])),
  );
  return [...new Set(folders)].filter((folder) => folder !== '').sort();
}

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** @throws Error for a package that the lock file holds without its hash */
function packageComponent(folder: string, integrity: string | undefined): Component {
  const { name, version, license } = readJson<{ name: string; version: string; license?: string }>(
    join(root, folder, 'package.json'),
  );
  const [, base64] = /^sha512-(\S+)$/.exec(integrity ?? '') ?? [];
  if (base64 === undefined) throw new Error(`${folder} has no SHA-512 in package-lock.json`);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ license: { id: license } }] }),
    hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }],
  };
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
