import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { BOT_FUNCTIONS, type BotFunction } from '../shared/names.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is bundled in a package's place, and why: the file says it. */
const REPLACED = { '@aws-sdk/credential-provider-node': './shared/aws/no-credential-chain.ts' };

/** Built by layers/build-layers.ts; apply publishes them where a function needs one. */
export const LAYER_ARCHIVES = ['secret-resolver-x86_64.zip', 'secret-resolver-arm64.zip'] as const;

/**
 * Bundles every function at once into `<outDir>/<name>/index.js`, with the layers where they are needed.
 * @throws Error when a layer archive has not been built.
 */
export function bundleFunctions(outDir: string, names: readonly BotFunction[] = BOT_FUNCTIONS): void {
  bundleCode(outDir, names);
  if (names.includes('apply')) copyLayers(join(outDir, 'apply'));
}

/** The code alone; docs/performance.md says why it is CommonJS and why the main fields are as they are. Answers what went into it. */
export function bundleCode(outDir: string, names: readonly BotFunction[] = BOT_FUNCTIONS): Metafile {
  const { metafile } = buildSync({
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
  });
  return metafile;
}

function copyLayers(folder: string): void {
  for (const archive of LAYER_ARCHIVES) {
    const built = join(root, 'layers', 'dist', archive);
    if (!existsSync(built))
      throw new Error(`layers/dist/${archive} is missing: build the layers first (layers/build-layers.ts).`);
    copyFileSync(built, join(folder, archive));
  }
}
