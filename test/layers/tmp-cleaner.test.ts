import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLEANER_KEEP_VARIABLE, CLEANER_NEXT_VARIABLE } from '../../shared/secrets/cleaner-contract.ts';
import { NEXT_WRAPPER_VARIABLE, referenceTo, WRAPPER_VARIABLE } from '../../shared/secrets/resolver-contract.ts';
import { type FakeRuntimeApi, startFakeRuntimeApi } from './fake-runtime-api.ts';
import { KEYS, REGION, startFakeSsm } from './fake-ssm.ts';
import { unpackCleaner, unpackResolver } from './resolver-binary.ts';

const RUNTIME = fileURLToPath(new URL('./small-runtime.cjs', import.meta.url));
/** A function's own wrapper, which must find what Lambda would have given it. */
const OWN_WRAPPER = '#!/bin/sh\nexport CHAINED="$AWS_LAMBDA_EXEC_WRAPPER"\nexec "$@"\n';

let cleaner = '';
let resolver = '';
let api: FakeRuntimeApi;
let root = '';
let child: ChildProcess | undefined;
let stderr = '';
beforeAll(async () => {
  cleaner = await unpackCleaner();
  resolver = await unpackResolver();
}, 300_000);
beforeEach(async () => {
  api = await startFakeRuntimeApi();
  root = mkdtempSync(join(tmpdir(), 'cinch-tmp-root-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await api.close();
});

/** Never without CINCH_TMP_ROOT: it would empty this machine's /tmp. */
function start(env: Readonly<Record<string, string>> = {}, wrapper = cleaner): ChildProcess {
  stderr = '';
  child = spawn(wrapper, [process.execPath, RUNTIME], {
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: api.address,
      CINCH_TMP_ROOT: root,
      TEST_ROOT: root,
      [WRAPPER_VARIABLE]: wrapper,
      ...env,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return child;
}

interface Answer {
  readonly found: string[];
  readonly env: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly pid: number;
}
let count = 0;
async function invoke(event: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  count += 1;
  const ended = await api.invoke({ id: `request-${count}`, payload: JSON.stringify(event), headers });
  return JSON.parse(ended.body.toString()) as Answer;
}
const found = async (event: object = {}): Promise<string[]> => (await invoke(event)).found;

async function gone(pid: number): Promise<boolean> {
  for (let n = 0; n < 100; n++) {
    if (!existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
/** The proxy of this test, found by the folder that it was given. */
function proxyPid(): number {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const line = existsSync(`/proc/${entry}/cmdline`) ? readFileSync(`/proc/${entry}/cmdline`, 'utf8') : '';
    if (line.startsWith('cinch-tmp-proxy\0') && line.includes(root)) return Number(entry);
  }
  throw new Error('no proxy');
}

describe('the /tmp cleaner', () => {
  it('leaves nothing of one invocation for the next, and what init left', async () => {
    writeFileSync(join(root, 'before-init'), 'x');
    start({ AT_INIT: 'yes' });
    expect(await found({ write: ['a', 'b/c/d', '.e'] })).toEqual(['before-init', 'of-init']);
    expect(await found({ write: ['before-init'] })).toEqual(['before-init', 'of-init']);
    expect(await found({ fail: false })).toEqual(['of-init']);
    expect(stderr).toBe('');
  });

  it('cleans after an error as after a response', async () => {
    start();
    await found();
    await api.invoke({ id: 'bad', payload: JSON.stringify({ write: ['a'], fail: true }) });
    expect(await found()).toEqual([]);
  });

  it('has cleaned before Lambda is asked for the next invocation', async () => {
    start();
    await found({ write: ['a'] });
    await api.asked();
    expect(readdirSync(root)).toEqual([]);
  });

  it('meets what a process in the background wrote after the invocation', async () => {
    start();
    await found({ later: 0.2 });
    await api.asked();
    while (!existsSync(join(root, 'later'))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await found()).toEqual([]);
  });

  it('keeps the paths that are opted out', async () => {
    start({ [CLEANER_KEEP_VARIABLE]: `${root}/cache:${root}/deep/kept:/elsewhere` });
    await found({ write: ['cache/a', 'deep/kept/b', 'deep/other', 'c'] });
    expect(await found()).toEqual(['cache', 'cache/a', 'deep', 'deep/kept', 'deep/kept/b']);
    expect(stderr).toBe(`cinch-tmp-cleaner: 1 entries of CINCH_TMP_KEEP are no paths below ${root}\n`);
  });

  it('passes headers on both ways, and bodies of 6 MB byte for byte', async () => {
    start();
    const { headers } = await invoke(
      {},
      { 'Lambda-Runtime-Client-Context': 'eyJhIjoxfQ==', 'Lambda-Runtime-Trace-Id': 'Root=1' },
    );
    expect(headers).toMatchObject({ 'lambda-runtime-client-context': 'eyJhIjoxfQ==', 'lambda-runtime-trace-id': 'Root=1' });
    const payload = Buffer.from(JSON.stringify(randomBytes(3 * 1024 * 1024).toString('hex')));
    const ended = await api.invoke({ id: 'large', payload });
    expect(ended.body.equals(payload)).toBe(true);
    expect(ended.headers['content-length']).toBe(String(payload.length));
    expect(ended.headers.host).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('streams: pieces arrive as they are written, 20 MB whole, and the trailers of an error midway', async () => {
    start();
    const small = await api.invoke({ id: 'small', payload: JSON.stringify({ stream: [10, 10, 10, 10] }) });
    expect(small.pieces.length).toBe(4);
    expect((small.pieces[3] ?? 0) - (small.pieces[0] ?? 0)).toBeGreaterThan(100);
    expect(small.headers['lambda-runtime-function-response-mode']).toBe('streaming');
    expect(small.trailers).toEqual({
      'lambda-runtime-function-error-type': 'Midway',
      'lambda-runtime-function-error-body': 'e30=',
    });
    const large = await api.invoke({ id: 'large', payload: JSON.stringify({ stream: [1, 20 * 1024 * 1024], write: ['a'] }) });
    expect(large.body.length).toBe(20 * 1024 * 1024 + 1);
    expect(await found()).toEqual([]);
  });

  it('keeps one connection to Lambda alive for one of the runtime, and passes calls of extensions on', async () => {
    start();
    for (let n = 0; n < 5; n++) await found();
    expect(api.connections()).toBe(1);
    await found({ other: '/2020-01-01/extension/register' });
    expect(api.others).toEqual(['POST /2020-01-01/extension/register']);
  });

  it('goes on after an answer that is no invocation', async () => {
    start();
    await found({ write: ['a'] });
    await api.refuse(500);
    expect(await found()).toEqual([]);
    expect(stderr).toBe('');
  });

  it('stops, and says so, when several invocations run at once', async () => {
    start({ SEVERAL: '2' });
    // After the first one both have asked for the next.
    await found();
    await found({ write: ['a'] });
    await found({ write: ['b'] });
    expect(await found()).toEqual(['a', 'b']);
    expect(stderr).toContain('/tmp is no longer emptied: it runs several invocations at once');
  });

  it('becomes the runtime: the process stays the one that Lambda started', async () => {
    start();
    await found({ write: ['a'] });
    await found();
    const { pid } = await invoke();
    expect(pid).toBe(child?.pid);
    expect(stderr).toBe('');
  });

  it('ends with the runtime, and gets nothing of the environment', async () => {
    start({ PASSWORD: 'hunter2' });
    await found();
    const proxy = proxyPid();
    expect(readFileSync(`/proc/${proxy}/environ`, 'utf8')).toBe('');
    expect(readFileSync(`/proc/${proxy}/stat`, 'utf8')).not.toContain(`) S ${child?.pid} `);
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    void api.invoke({ id: 'crash', payload: '{"crash":true}' });
    expect(await ended).toBe(3);
    expect(await gone(proxy)).toBe(true);
  });

  it.each([
    ['there is no Runtime API to stand before', { AWS_LAMBDA_RUNTIME_API: '' }, 'there is no Runtime API'],
    ['an environment takes several invocations', { AWS_LAMBDA_MAX_CONCURRENCY: '10' }, 'several invocations at once'],
    ['SnapStart', { AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start' }, 'not under SnapStart'],
  ] as const)('starts the runtime directly, and says so: %s', async (_why, env, line) => {
    const plain = spawn(cleaner, [process.execPath, '-p', 'process.env.AWS_LAMBDA_RUNTIME_API'], {
      env: { AWS_LAMBDA_RUNTIME_API: api.address, CINCH_TMP_ROOT: root, ...env },
    });
    let [out, errors] = ['', ''];
    plain.stdout.on('data', (chunk) => {
      out += chunk;
    });
    plain.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    expect(await new Promise((resolve) => plain.once('close', resolve))).toBe(0);
    expect(out.trim()).toBe('AWS_LAMBDA_RUNTIME_API' in env ? '' : api.address);
    expect(errors).toMatch(new RegExp(`^cinch-tmp-cleaner: /tmp is not emptied: .*${line}.*\n$`));
  });

  it.each(['resolver first', 'cleaner first'] as const)(
    'works with the secret resolver and an own wrapper: %s',
    async (order) => {
      const ssm = await startFakeSsm();
      ssm.parameters.set('/cinch/f/PASSWORD', 'hunter2');
      const own = join(mkdtempSync(join(tmpdir(), 'cinch-own-')), 'own');
      writeFileSync(own, OWN_WRAPPER, { mode: 0o755 });
      const chain =
        order === 'resolver first'
          ? { [NEXT_WRAPPER_VARIABLE]: cleaner, [CLEANER_NEXT_VARIABLE]: own }
          : { [CLEANER_NEXT_VARIABLE]: resolver, [NEXT_WRAPPER_VARIABLE]: own };
      start(
        { ...KEYS, AWS_REGION: REGION, AWS_ENDPOINT_URL_SSM: ssm.url, PASSWORD: referenceTo('/cinch/f/PASSWORD'), ...chain },
        order === 'resolver first' ? resolver : cleaner,
      );
      const { env } = await invoke({ write: ['a'] });
      expect(env).toMatchObject({ PASSWORD: 'hunter2', CHAINED: own, [WRAPPER_VARIABLE]: own });
      expect(env).not.toHaveProperty(NEXT_WRAPPER_VARIABLE);
      expect(env).not.toHaveProperty(CLEANER_NEXT_VARIABLE);
      expect(env.AWS_LAMBDA_RUNTIME_API).not.toBe(api.address);
      expect(await found()).toEqual([]);
      expect(readFileSync(`/proc/${proxyPid()}/environ`, 'utf8')).toBe('');
      await ssm.close();
    },
  );
});
