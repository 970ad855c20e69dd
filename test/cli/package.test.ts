import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshBundle } from '../../cli/bundle.mjs';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../house/source-files.ts';

describe('the published package', () => {
  it('has the launcher and the bundle, and the bundle is made before it is packed', () => {
    expect(packageJson.bin).toEqual({ cinch: 'cli/cinch.mjs' });
    expect(packageJson.files).toEqual(expect.arrayContaining(['cli/cinch.mjs', 'dist/cli']));
    expect(packageJson.scripts.prepack).toBe('node cli/bundle.mjs');
  });

  it('runs without its sources and without any other package', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cinch-package-'));
    cpSync(join(ROOT, 'cli/cinch.mjs'), join(folder, 'cli/cinch.mjs'));
    cpSync(dirname(fileURLToPath(await freshBundle(ROOT))), join(folder, 'dist/cli'), { recursive: true });
    const run = (...args: string[]): string =>
      execFileSync(process.execPath, [join(folder, 'cli/cinch.mjs'), ...args], { encoding: 'utf8', stdio: 'pipe' });
    expect(run('--version')).toBe(`${packageJson.version}\n`);
    expect(run('rules', '--format', 'json')).toContain('lambda-timeout-excessive');
    expect(() => run('scan', '--accounts', '1')).toThrow('an account has 12 digits');
  });
});
