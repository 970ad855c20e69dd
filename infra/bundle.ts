import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { BOT_FUNCTIONS, type BotFunction } from '../shared/names.ts';
import { type Sbom, sbomOf } from './sbom.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is bundled in a package's place, and why: the file says it. */
const REPLACED = { '@aws-sdk/credential-provider-node': './shared/aws/no-credential-chain.ts' };

/** Built by layers/build-layers.ts; apply publishes them where a function needs one. */
export const LAYER_ARCHIVES = [
  'secret-resolver-x86_64.zip',
  'secret-resolver-arm64.zip',
  'tmp-cleaner-x86_64.zip',
  'tmp-cleaner-arm64.zip',
] as const;

/**
 * Bundles every function at once into `<outDir>/<name>/index.js`, with the layers where they are needed. Answers what ships.
 * @throws Error when a layer archive has not been built.
 */
export async function bundleFunctions(outDir: string, names: readonly BotFunction[] = BOT_FUNCTIONS): Promise<Sbom> {
  const metafile = await bundleCode(outDir, names);
  if (!names.includes('apply')) return sbomOf(metafile, {});
  const folder = join(outDir, 'apply');
  copyLayers(folder);
  const hashOf = (file: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
  return sbomOf(metafile, Object.fromEntries(LAYER_ARCHIVES.map((file) => [file, hashOf(file)])));
}

/** The code alone; docs/performance.md says why it is CommonJS and why the main fields are as they are. Answers what went into it. */
export async function bundleCode(outDir: string, names: readonly BotFunction[] = BOT_FUNCTIONS): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: join('functions', name, 'handler.ts'), out: join(name, 'index') })),
    outdir: outDir,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    mainFields: ['module', 'main'],
    alias: REPLACED,
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
    plugins: [WITHOUT_EXAMPLES],
  });
  return metafile;
}

/**
 * A rule's examples are for tests and pages. What builds them would run at every cold start, so they are cut off, and with them goes most of
 * what only they use: reading a policy has no side effect.
 */
const WITHOUT_EXAMPLES: Plugin = {
  name: 'without-examples',
  setup({ onLoad }) {
    onLoad({ filter: /shared[\\/]rules[\\/][\w-]+[\\/][\w-]+\.ts$/ }, async ({ path }) => {
      if (basename(dirname(path)) === 'parts') return undefined;
      return { contents: withoutExamples(await readFile(path, 'utf8'), path), loader: 'ts' };
    });
    onLoad({ filter: /shared[\\/]policy[\\/]parse\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(PARSE, `/* @__NO_SIDE_EFFECTS__ */ ${PARSE}`),
      loader: 'ts',
    }));
  },
};
const PARSE = 'export function parsePolicyDocument';

/** @throws Error for a rule that does not end with its examples. */
function withoutExamples(source: string, path: string): string {
  const start = source.indexOf('\n  examples: {');
  if (start < 0 || !source.endsWith('\n    ],\n  },\n});\n')) throw new Error(`${path}: a rule ends with its examples`);
  return `${source.slice(0, start)}\n});\n`;
}

function copyLayers(folder: string): void {
  for (const archive of LAYER_ARCHIVES) {
    const built = join(root, 'layers', 'dist', archive);
    if (!existsSync(built))
      throw new Error(`layers/dist/${archive} is missing: build the layers first (layers/build-layers.ts).`);
    copyFileSync(built, join(folder, archive));
  }
}
