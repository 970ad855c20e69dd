import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../../local/cloud/start.ts';
import { type Account, createExecutionRole, createFunction, invoke, openAccount } from './account.ts';
import { type ZipEntry, zip } from './zip.ts';

const replaceSecret = `#!/bin/sh
export SECRET="resolved in $AWS_REGION for $AWS_LAMBDA_FUNCTION_NAME"
export SEEN="$AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID"
if [ -n "$NEXT_WRAPPER" ]; then exec "$NEXT_WRAPPER" "$@"; fi
exec "$@"
`;
const failing = `#!/bin/sh
echo "parameter /app/SECRET could not be read" >&2
exit 41
`;
const nodeSource = `
const outside = process.env.SECRET;
exports.handler = async () => ({
  secret: outside, plain: process.env.PLAIN, chained: process.env.CHAINED,
  seen: process.env.SEEN, own: process.env.AWS_ENDPOINT_URL + ' ' + process.env.AWS_ACCESS_KEY_ID,
});`;
const pythonSource = `
import os
OUTSIDE = os.environ["SECRET"]
def handler(event, context):
    own = os.environ["AWS_ENDPOINT_URL"] + " " + os.environ["AWS_ACCESS_KEY_ID"]
    return {"secret": OUTSIDE, "plain": os.environ["PLAIN"], "seen": os.environ.get("SEEN"), "own": own}
`;

const clearTmp = `
const fs = require('node:fs');
exports.handler = async () => {
  const found = fs.readdirSync('/tmp');
  for (const name of found) {
    try {
      fs.rmSync('/tmp/' + name, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EBUSY' && error.code !== 'EROFS') throw error;
    }
  }
  fs.writeFileSync('/tmp/own', 'x');
  return found;
};`;
/** When the checkout itself lies in /tmp, its way to the interpreter stays visible there, read-only. */
const ofCheckout = relative('/tmp', process.cwd()).split('/')[0];
const hasNamespaces = process.platform === 'linux' && process.getuid?.() === 0;

let cloud: Cloud;
let account: Account;
let role: string;

async function publishLayer(name: string, ...entries: ZipEntry[]): Promise<string> {
  const made = await account.lambda.send(
    new PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: zip(...entries) } }),
  );
  return made.LayerVersionArn ?? '';
}

describe.each([
  ['in folders of its own', true],
  ["in this machine's folders", false],
] as const)('AWS_LAMBDA_EXEC_WRAPPER, %s', (_where, privateFolders) => {
  beforeAll(async () => {
    cloud = await startCloud({ privateFolders });
    account = openAccount(cloud, '222222222222', 'eu-west-1');
    role = await createExecutionRole(account, 'wrapped');
  });
  afterAll(() => cloud?.stop());

  test.each([
    ['nodejs22.x', nodeSource],
    ['python3.12', pythonSource],
  ] as const)('replaces the environment of a %s function and sees what the function sees', async (Runtime, source) => {
    const name = `wrapped-${Runtime.slice(0, 4)}`;
    const layer = await publishLayer('resolver', { name: 'cinch/resolve', text: replaceSecret, executable: true });
    const Environment = { Variables: { SECRET: 'a reference', PLAIN: 'kept', AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/resolve' } };
    await createFunction(account, name, source, { Role: role, Runtime, Layers: [layer], Environment });
    const { payload, error } = await invoke(account, name);
    expect(error).toBeUndefined();
    expect(payload).toMatchObject({ secret: `resolved in eu-west-1 for ${name}`, plain: 'kept' });
    const { seen, own } = payload as { seen: string; own: string };
    expect(seen).toBe(own);
    expect(seen).toMatch(new RegExp(`^${cloud.endpoint} ASIA`));
  });

  test('chains the wrapper that was there before, from another layer', async () => {
    const first = await publishLayer('first', { name: 'first/run', text: replaceSecret, executable: true });
    const second = await publishLayer('second', {
      name: 'second/run',
      text: '#!/bin/sh\nexport CHAINED="yes, $1"\nexec "$@"\n',
      executable: true,
    });
    const Variables = { SECRET: 'x', NEXT_WRAPPER: '/opt/second/run', AWS_LAMBDA_EXEC_WRAPPER: '/opt/first/run' };
    await createFunction(account, 'chained', nodeSource, { Role: role, Layers: [first, second], Environment: { Variables } });
    const { payload } = await invoke(account, 'chained');
    expect(payload).toMatchObject({
      secret: 'resolved in eu-west-1 for chained',
      chained: expect.stringMatching(/^yes, \/.*node$/),
    });
  });

  test('fails the function when it fails, with its exit status and its last words in the log', async () => {
    const layer = await publishLayer('failing', { name: 'cinch/resolve', text: failing, executable: true });
    const Environment = { Variables: { SECRET: 'x', AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/resolve' } };
    await createFunction(account, 'failing', nodeSource, { Role: role, Layers: [layer], Environment });
    const { payload, error, log } = await invoke(account, 'failing');
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 41') });
    expect(log).toContain('parameter /app/SECRET could not be read');
  });

  test.each([
    ['is not executable', { name: 'cinch/resolve', text: replaceSecret }],
    ['is not in the layer', { name: 'cinch/other', text: replaceSecret, executable: true }],
  ] as const)('fails the function when the wrapper %s', async (_why, entry) => {
    const name = `broken-${entry.name.slice(6)}`;
    const layer = await publishLayer(name, entry);
    const Environment = { Variables: { SECRET: 'x', AWS_LAMBDA_EXEC_WRAPPER: '/opt/cinch/resolve' } };
    await createFunction(account, name, nodeSource, { Role: role, Layers: [layer], Environment });
    expect((await invoke(account, name)).error).toBe('Unhandled');
  });

  test('a function that never logs, logs, or fails is told apart', async () => {
    const source = `exports.handler = async (event) => { if (event.say) console.log(event.say); if (event.fail) throw new Error('no'); return 1; };`;
    await createFunction(account, 'talker', source, { Role: role });
    expect(await invoke(account, 'talker')).toMatchObject({ payload: 1, error: undefined, log: '' });
    expect((await invoke(account, 'talker', { say: 'hello there' })).log).toContain('hello there');
    expect((await invoke(account, 'talker', { fail: true })).error).toBe('Unhandled');
  });

  test.runIf(privateFolders && hasNamespaces)('a function that clears /tmp clears its own', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'cinch-outside-'));
    writeFileSync(join(outside, 'file'), 'x');
    await createFunction(account, 'clears', clearTmp, { Role: role });
    const found = async () => ((await invoke(account, 'clears')).payload as string[]).filter((name) => name !== ofCheckout);
    expect(await found()).toEqual([]);
    expect(await found()).toEqual(['own']);
    expect(readdirSync(outside)).toEqual(['file']);
    rmSync(outside, { recursive: true });
  });
});
