import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleCode } from '../../infra/bundle.ts';
import { RULES } from '../../shared/rules/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'cinch-bundle-'));
let metafile: Metafile;
beforeAll(async () => {
  metafile = await bundleCode(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What went into a function's bundle. */
function inputsOf(name: string): string[] {
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(join(name, 'index.js')))?.[1];
  // What was read but shaken off again has no bytes in it.
  return Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
}

// Bytes are what a cold start reads and compiles; bench/bundles.ts measures the milliseconds.
describe('the bundles', () => {
  it.each([
    // The whole catalogue and AWS's action table (one text of 176 KB) are in these two, and every step in apply.
    ['on-change', 1_035_000],
    ['apply', 1_095_000],
    // Its reader tells calls in code by that table, and the self-check knows every permission; nobody waits for its cold start.
    ['sweep', 790_000],
    ['notify', 600_000],
    ['on-slack', 60_000],
    ['on-approval', 60_000],
    ['export', 700_000],
  ])('%s is under %i bytes', (name, limit) => {
    expect(readFileSync(join(folder, name, 'index.js')).length).toBeLessThan(limit);
  });

  it('leave the AWS SDK out of on-slack, which must answer at once, and of what speaks to the hub’s services alone', () => {
    const sdk = /node_modules\/(@aws-sdk|@smithy)\//;
    for (const name of ['on-slack', 'on-approval', 'export']) expect(inputsOf(name).filter((path) => sdk.test(path))).toEqual([]);
    expect(inputsOf('sweep').some((path) => sdk.test(path))).toBe(true);
  });

  it('leave the rules’ examples out, and keep the rules', () => {
    const code = readFileSync(join(folder, 'on-change', 'index.js'), 'utf8');
    expect(RULES.filter(({ id }) => !code.includes(`"${id}"`))).toEqual([]);
    expect(code.includes('violates:[')).toBe(false);
  });

  it('leave the code that writes to accounts to apply', () => {
    const writers = (name: string) => inputsOf(name).filter((path) => path.includes('shared/aws/steps/'));
    expect(['on-change', 'sweep', 'notify', 'on-slack', 'export'].flatMap(writers)).toEqual([]);
    expect(writers('apply').length).toBeGreaterThan(5);
  });

  it('look nowhere for credentials: every client is given them', () => {
    const chain = /credential-provider|nested-clients|token-providers/;
    expect(Object.keys(metafile.inputs).filter((path) => chain.test(path))).toEqual([]);
    expect(inputsOf('apply')).toContain('shared/aws/no-credential-chain.ts');
  });
});
