import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunctions } from '../../infra/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'cinch-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the bundles', () => {
  it('on-slack, which must answer at once, carries no AWS client; sweep, which has clients, does', () => {
    bundleFunctions(folder, ['on-slack', 'sweep']);
    const [onSlack, sweep] = ['on-slack', 'sweep'].map((name) => readFileSync(join(folder, name, 'index.js'), 'utf8'));
    // Every client of the SDK names its package version's user agent.
    expect(sweep).toContain('aws-sdk-js');
    expect(onSlack).not.toContain('aws-sdk-js');
    expect(onSlack?.length).toBeLessThan(60_000);
  });
});
