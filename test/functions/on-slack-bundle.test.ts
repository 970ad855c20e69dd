import { build } from 'esbuild';
import { expect, it } from 'vitest';

// What makes a cold start slow is what is loaded, so that is held here; bench/ measures the milliseconds.
it('on-slack bundles nothing heavy: node built-ins, aws4 and its own modules', async () => {
  const { metafile } = await build({
    entryPoints: ['functions/on-slack/handler.ts'],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile: 'on-slack.js',
    logLevel: 'silent',
  });
  const packages = Object.keys(metafile.inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? []);
  expect([...new Set(packages)].filter((name) => name !== 'aws4')).toEqual([]);
  expect(
    Object.keys(metafile.inputs).filter((path) => /shared\/(aws\/(readers|steps)|rules|config|slack\/(desk|card))/.test(path)),
  ).toEqual([]);
  expect(metafile.outputs['on-slack.js']?.bytes).toBeLessThan(60_000);
});
