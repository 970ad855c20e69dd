import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

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
