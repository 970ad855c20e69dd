import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SBOM_FILE, type Sbom } from '../../infra/sbom.ts';

const folder = mkdtempSync(join(tmpdir(), 'cinch-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the CDK app', () => {
  it('refuses an invalid configuration with file, line and reason, and makes nothing', () => {
    const config = join(folder, 'cinch.yaml');
    writeFileSync(
      config,
      ['version: 1', 'hub:', '  account: 111111111111', '  region: nowhere', '  externalId: short', ''].join('\n'),
    );
    const out = join(folder, 'out');
    const { status, stderr, stdout } = runApp({ config }, out);
    expect(status).toBe(2);
    expect(stderr).toContain(`${config}:3:3: hub.account:`);
    expect(stderr).toContain(`${config}:4:3: hub.region: not an AWS region`);
    expect(stderr).toContain(`${config}:1:1: slack:`);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(existsSync(join(out, 'manifest.json'))).toBe(false);
  }, 60_000);

  it('writes beside the templates what ships, the layers as they were built', () => {
    const out = join(folder, 'made');
    const { status, stderr } = runApp({ config: 'local/cinch.yaml', checks: 'off' }, out);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { components } = JSON.parse(readFileSync(join(out, SBOM_FILE), 'utf8')) as Sbom;
    const hashOf = (wanted: string) => components.find(({ name }) => name === wanted)?.hashes?.[0]?.content;
    expect(hashOf('aws4')).toMatch(/^[0-9a-f]{128}$/);
    for (const layer of ['secret-resolver', 'tmp-cleaner']) {
      const { sums } = JSON.parse(readFileSync(`layers/dist/${layer}.json`, 'utf8')) as { sums: Record<string, string> };
      for (const [arch, sum] of Object.entries(sums)) expect(hashOf(`${layer}-${arch}.zip`)).toBe(sum);
    }
  }, 60_000);

  it('refuses context that it does not know', () => {
    const { status, stderr } = runApp({ synthesizer: 'mine' }, join(folder, 'out'));
    expect(status).not.toBe(0);
    expect(stderr).toContain('--context synthesizer=mine');
  }, 60_000);
});

/** As the CDK's command line runs it. */
function runApp(context: Record<string, string>, outdir: string) {
  return spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts'], {
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}
