#!/usr/bin/env node
// Bundles the command line, so that it starts at once. `node cli/bundle.mjs` writes dist/cli for the package.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const DAY_MS = 86_400_000;

/**
 * The URL of a bundle of the sources as they are now, made when there is none. Each state of the sources has a folder of its own: whoever still
 * runs an older one finds its parts, and two who build at once don't meet.
 */
export async function freshBundle(root) {
  const kept = join(root, '.local', 'cli');
  const folder = join(kept, stateOf(root));
  if (!existsSync(join(folder, 'main.js'))) {
    const making = `${folder}.${process.pid}`;
    await bundleInto(root, making);
    if (!existsSync(folder)) renameInto(making, folder);
    rmSync(making, { recursive: true, force: true });
    removeOld(kept);
  }
  return pathToFileURL(join(folder, 'main.js'));
}

/** Somebody else may have finished the same a moment before. */
function renameInto(making, folder) {
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Path, size and time of every source; reading them all would take longer than the bundle's own start. */
function stateOf(root) {
  const hash = createHash('sha256');
  for (const path of ['package-lock.json', ...filesIn(root, 'cli'), ...filesIn(root, 'shared')]) {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
}

function removeOld(kept) {
  for (const name of readdirSync(kept)) {
    const folder = join(kept, name);
    const age = Date.now() - statSync(folder).mtimeMs;
    if (age > DAY_MS) rmSync(folder, { recursive: true, force: true });
  }
}

async function bundleInto(root, folder) {
  const { build } = await import('esbuild').catch(() => {
    throw new Error('its packages are not installed: run `npm ci` first');
  });
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    // CommonJS packages in an ES module still ask for Node's own by `require`.
    banner: { js: "import{createRequire as requireOfModule}from'node:module';const require=requireOfModule(import.meta.url);" },
    legalComments: 'none',
    logLevel: 'silent',
  }).catch((error) => {
    throw new Error(firstProblem(error) ?? error.message);
  });
}

function firstProblem({ errors = [] }) {
  const [first] = errors;
  return first && `${first.location?.file ?? 'a source'}:${first.location?.line ?? 0}: ${first.text}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const folder = join(root, 'dist', 'cli');
  rmSync(folder, { recursive: true, force: true });
  await bundleInto(root, folder);
}
