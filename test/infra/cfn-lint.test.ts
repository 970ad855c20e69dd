import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCfnLint } from '../../local/setup/setup.mjs';
import { configFor, orgConfigFor, synthesize } from './stacks.ts';

let cfnLint: string;
beforeAll(async () => {
  cfnLint = await ensureCfnLint();
}, 180_000);
const folder = mkdtempSync(join(tmpdir(), 'cinch-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('cfn-lint', () => {
  it.each([
    ['members', configFor()],
    ['an organization', configFor({ organizationId: 'o-abcdefghij' })],
    ['units of an organization', orgConfigFor({ excludedAccounts: ['888888888888'] })],
  ])(
    'finds nothing in any template (%s)',
    (_what, config) => {
      const { hub, members, organization } = synthesize(config);
      for (const stack of [hub, ...members, ...(organization ? [organization] : [])]) {
        const file = join(folder, `${stack.stackName}.json`);
        writeFileSync(file, JSON.stringify(Template.fromStack(stack).toJSON()));
        const { stdout, stderr, status } = spawnSync(cfnLint, ['--regions', stack.region, '--template', file], {
          encoding: 'utf8',
        });
        expect({ status, found: stdout + stderr }).toEqual({ status: 0, found: '' });
      }
    },
    120_000,
  );
});
