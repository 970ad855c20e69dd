import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { type Account, createExecutionRole, createFunction, invoke, openAccount } from './account.ts';

const node = `
const fs = require('node:fs');
fs.writeFileSync('/tmp/of-init', 'x');
exports.handler = async (event) => {
  const found = fs.readdirSync('/tmp', { recursive: true }).map(String);
  fs.mkdirSync('/tmp/folder', { recursive: true });
  fs.writeFileSync('/tmp/folder/customer', 'x');
  fs.mkdirSync('/tmp/cache', { recursive: true });
  fs.writeFileSync('/tmp/cache/model', 'x');
  return { found, pid: process.pid, api: process.env.AWS_LAMBDA_RUNTIME_API, event };
};`;
const python = `
import os
open("/tmp/of-init", "w").close()
def handler(event, context):
    found = [os.path.relpath(os.path.join(at, name), "/tmp") for at, folders, files in os.walk("/tmp") for name in folders + files]
    os.makedirs("/tmp/folder", exist_ok=True)
    open("/tmp/folder/customer", "w").write("x")
    os.makedirs("/tmp/cache", exist_ok=True)
    open("/tmp/cache/model", "w").write("x")
    return {"found": found, "pid": os.getpid(), "api": os.environ["AWS_LAMBDA_RUNTIME_API"], "event": event}
`;
const hasNamespaces = process.platform === 'linux' && process.getuid?.() === 0;
/** When the checkout itself lies in /tmp, its way to the interpreter stays visible there, read-only. */
const ofCheckout = relative('/tmp', process.cwd()).split('/')[0] ?? '';

interface Answer {
  readonly found: string[];
  readonly pid: number;
  readonly api: string;
  readonly event: unknown;
}
let cloud: Cloud;
let account: Account;
let role: string;
let layer: string;

/** Only where a function has a /tmp of its own: elsewhere nothing is emptied, and nothing may be. */
describe.runIf(hasNamespaces)('two invocations with the /tmp cleaner', () => {
  beforeAll(async () => {
    cloud = await startCloud();
    account = openAccount(cloud, '222222222222', 'eu-west-1');
    role = await createExecutionRole(account, 'writer');
    execFileSync('npx', ['tsx', 'layers/build-layers.ts'], { stdio: 'ignore' });
    const arch = process.arch === 'arm64' ? 'arm64' : 'x86_64';
    const ZipFile = readFileSync(join('layers', 'dist', `tmp-cleaner-${arch}.zip`));
    const made = await account.lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'cinch-tmp-cleaner', Content: { ZipFile } }),
    );
    layer = made.LayerVersionArn ?? '';
  });
  afterAll(() => cloud?.stop());

  async function run(name: string, event: unknown): Promise<Answer> {
    const { payload, error, log } = await invoke(account, name, event);
    expect({ error, log: log.includes('cinch-tmp-cleaner') }).toEqual({ error: undefined, log: false });
    const answer = payload as Answer;
    return { ...answer, found: answer.found.filter((path) => !path.startsWith(ofCheckout || '\0')).sort() };
  }

  test.each([
    ['nodejs22.x', node],
    ['python3.12', python],
  ] as const)('%s: the second finds what init left and what is opted out, in the same process', async (Runtime, source) => {
    const wrapper = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/tmp-cleaner' };
    for (const [keep, left] of [
      [undefined, ['of-init']],
      ['/tmp/cache', ['cache', 'cache/model', 'of-init']],
    ] as const) {
      const name = `writer-${Runtime.slice(0, 4)}-${keep ? 'keeps' : 'cleans'}`;
      const Variables = { ...wrapper, ...(keep ? { CINCH_TMP_KEEP: keep } : {}) };
      await createFunction(account, name, source, { Role: role, Runtime, Layers: [layer], Environment: { Variables } });
      const first = await run(name, { text: 'é漢字' });
      const second = await run(name, [1]);
      expect(first).toMatchObject({ found: ['of-init'], event: { text: 'é漢字' } });
      expect(second).toMatchObject({ found: left, pid: first.pid, api: first.api, event: [1] });
    }
  });

  test('without it the second finds what the first wrote', async () => {
    await createFunction(account, 'plain', node, { Role: role });
    const first = await run('plain', {});
    const second = await run('plain', {});
    expect(second.pid).toBe(first.pid);
    expect(second.found).toEqual(['cache', 'cache/model', 'folder', 'folder/customer', 'of-init']);
  });
});
