import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  FAILURE_EXIT_CODE,
  NEXT_WRAPPER_VARIABLE,
  referenceTo,
  referenceToSecret,
  WRAPPER_PATH,
} from '../../shared/secrets/resolver-contract.ts';
import { answer, type FakeSsm, getParameters, KEYS, REGION, startFakeSsm } from './fake-ssm.ts';
import { type Ended, entriesOf, runProgram, unpackResolver } from './resolver-binary.ts';

/** Stands for a runtime: shows the environment it was started with, raw. */
const SHOW = ['/bin/cat', '/proc/self/environ'];
const VALUE = 'hunter2 is no password';
const REF = referenceTo('/cinch/orders/DB_PASSWORD');

let resolver = '';
let ssm: FakeSsm;
beforeAll(async () => {
  resolver = await unpackResolver();
}, 300_000);
beforeEach(async () => {
  ssm = await startFakeSsm();
  ssm.parameters.set('/cinch/orders/DB_PASSWORD', VALUE);
});
afterEach(() => ssm.close());

function lambdaEnv(extra: Record<string, string>): Record<string, string> {
  return { AWS_REGION: REGION, ...KEYS, AWS_ENDPOINT_URL_SSM: ssm.url, AWS_LAMBDA_EXEC_WRAPPER: WRAPPER_PATH, ...extra };
}

function start(extra: Record<string, string>, command: readonly string[] = SHOW): Promise<Ended> {
  return runProgram(resolver, command, lambdaEnv(extra));
}

function expectRefused(ended: Ended, report: string): void {
  expect(ended.stderr).toBe(`cinch-secret-resolver: function not started: ${report}\n`);
  expect(ended.code).toBe(FAILURE_EXIT_CODE);
  expect(ended.stdout.length).toBe(0);
}

const ONE = 'parameter /cinch/orders/DB_PASSWORD (variable DB_PASSWORD)';

describe('the secret resolver', () => {
  it('passes everything through without references and without a call', async () => {
    const extra = { A: '1', LIKE: 'ssm:/x', LATER: ' cinch-ssm:/x', RESOLVE: '{{resolve:ssm:/x}}' };
    const ended = await start(extra);
    expect(entriesOf(ended.stdout)).toEqual(
      Object.entries(lambdaEnv(extra))
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    );
    expect(ssm.calls).toEqual([]);
    expect(ended.stderr).toBe('');
  });

  it('becomes the runtime: arguments, exit code and output are its own', async () => {
    const script = 'console.log(JSON.stringify([process.argv.slice(1), process.env.DB_PASSWORD])); process.exit(3)';
    const ended = await start({ DB_PASSWORD: REF }, [process.execPath, '-e', script, '--', 'a b', '"$(id)"', '']);
    expect(ended.code).toBe(3);
    expect(JSON.parse(ended.stdout.toString())).toEqual([['a b', '"$(id)"', ''], VALUE]);
  });

  it('replaces 23 variables by three signed calls, and every odd value arrives exactly', async () => {
    const odd = [
      'a"b\'c`d`',
      'pw$(touch PWNED)xy;${HOME}',
      'one\ntwo\r\n\ttab\n',
      'é漢字🔑\u202e',
      '',
      'a=b==',
      '%s\\x00',
      '  ',
      '</script>&',
    ];
    const env: Record<string, string> = {};
    const want: string[] = [];
    for (let i = 0; i < 23; i++) {
      const value = odd[i] ?? `value ${i}`;
      ssm.parameters.set(`/cinch/f/V${i}`, value);
      env[`V${i}`] = referenceTo(`/cinch/f/V${i}`);
      want.push(`V${i}=${value}`);
    }
    const ended = await start(env);
    expect(entriesOf(ended.stdout).filter((entry) => entry.startsWith('V'))).toEqual(want.sort());
    expect(ssm.calls.map(({ names }) => names.length)).toEqual([10, 10, 3]);
    expect(ssm.calls.every(({ signed }) => signed)).toBe(true);
  });

  it('reads a named version, also from an SSM that leaves out Selector', async () => {
    ssm.parameters.set('/p:2', 'old').set('/p', 'new');
    const env = { OLD: referenceTo('/p', 2), NEW: referenceTo('/p'), SAME: referenceTo('/p') };
    const full = entriesOf((await start(env)).stdout);
    expect(full).toEqual(expect.arrayContaining(['OLD=old', 'NEW=new', 'SAME=new']));
    ssm.mischief = (_, response, names) => {
      const body = JSON.stringify(getParameters(ssm.parameters, names)).replaceAll(/,"Selector":"[^"]*"/g, '');
      return answer(response, 200, JSON.parse(body));
    };
    expect(entriesOf((await start(env)).stdout)).toEqual(full);
  });

  it('starts the wrapper that was there before, as Lambda would have', async () => {
    const next = join(await mkdtemp(join(tmpdir(), 'cinch-next-')), 'next wrapper');
    await writeFile(next, '#!/bin/sh\necho "$AWS_LAMBDA_EXEC_WRAPPER|$CINCH_NEXT_WRAPPER|$DB_PASSWORD|$#|$1|$2"\n', {
      mode: 0o755,
    });
    const ended = await start({ DB_PASSWORD: REF, [NEXT_WRAPPER_VARIABLE]: next }, ['/var/lang/bin/node', 'a b']);
    expect(ended.stdout.toString()).toBe(`${next}||${VALUE}|2|/var/lang/bin/node|a b\n`);
  });

  it('takes the keys from the container credentials endpoint when the environment has none', async () => {
    const seen: (string | undefined)[] = [];
    const endpoint = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey, AWS_SESSION_TOKEN: Token } = KEYS;
      answer(response, 200, { AccessKeyId, SecretAccessKey, Token });
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const ended = await runProgram(resolver, SHOW, {
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL: ssm.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the token',
      DB_PASSWORD: REF,
    });
    endpoint.close();
    expect(seen).toEqual(['the token']);
    expect(ssm.calls.map(({ signed }) => signed)).toEqual([true]);
    expect(entriesOf(ended.stdout)).toContain(`DB_PASSWORD=${VALUE}`);
  });
});

describe('the secret resolver tries again', () => {
  const passing: Record<string, FakeSsm['mischief']> = {
    throttled: (n, response) => n < 4 && answer(response, 400, { __type: 'ThrottlingException', message: VALUE }),
    'an answer of 500': (n, response) => n < 3 && answer(response, 500, { __type: 'InternalServerError' }),
    'a body that is cut off': (n, response) => {
      if (n > 1) return false;
      response.writeHead(200, { 'content-length': '9999' });
      response.write('{"Parameters":[');
      setTimeout(() => response.destroy(), 20);
      return true;
    },
    'a closed connection': (n, response) => {
      if (n < 3) response.destroy();
      return n < 3;
    },
    'a call that hangs': (n) => n === 1,
  };
  it.each(Object.keys(passing))('after %s', async (name) => {
    ssm.mischief = passing[name] ?? (() => false);
    const ended = await start({ DB_PASSWORD: REF });
    expect(ended.stderr).toBe('');
    expect(entriesOf(ended.stdout)).toContain(`DB_PASSWORD=${VALUE}`);
  });

  it('but gives up after four tries', async () => {
    ssm.mischief = (_, response) => answer(response, 429, { message: VALUE });
    expectRefused(await start({ DB_PASSWORD: REF }), `Http429: ${ONE}`);
    expect(ssm.calls).toHaveLength(4);
  });

  it('and gives up when nothing ever answers', async () => {
    ssm.mischief = () => true;
    expectRefused(await start({ DB_PASSWORD: REF }), `Timeout: ${ONE}`);
  });
});

describe('the secret resolver does not start the function', () => {
  const forGood: Record<string, [mischief: FakeSsm['mischief'], report: string]> = {
    'access is denied': [
      (_, response) => answer(response, 400, { __type: 'com.amazonaws.ssm#AccessDeniedException', message: VALUE }),
      `AccessDeniedException: ${ONE}`,
    ],
    'the parameter is missing': [
      (_, response, names) => answer(response, 200, getParameters(new Map(), names)),
      `ParameterNotFound: ${ONE}`,
    ],
    'the entry has no value': [
      (_, response) => answer(response, 200, { Parameters: [{ Name: '/cinch/orders/DB_PASSWORD', Version: 1, Value: null }] }),
      `ParameterNotFound: ${ONE}`,
    ],
    'the answer is another parameter': [
      (_, response) => answer(response, 200, { Parameters: [{ Name: '/cinch/orders/DB', Version: 1, Value: 'x' }] }),
      `ParameterNotFound: ${ONE}`,
    ],
    'the JSON is truncated': [
      (_, response) => {
        response.end(`{"Parameters":[{"Name":"/cinch/orders/DB_PASSWORD","Value":"${VALUE}"`);
        return true;
      },
      `MalformedResponse: ${ONE}`,
    ],
    'the value has a NUL byte': [
      (_, response) => answer(response, 200, { Parameters: [{ Name: '/cinch/orders/DB_PASSWORD', Version: 1, Value: 'a\0b' }] }),
      `ValueHasNulByte: ${ONE}`,
    ],
    'it is sent elsewhere': [
      (_, response) => {
        response.writeHead(307, { location: ssm.url }).end();
        return true;
      },
      `Http307: ${ONE}`,
    ],
  };
  it.each(Object.keys(forGood))('when %s', async (name) => {
    const [mischief, report] = forGood[name] ?? [() => false, ''];
    ssm.mischief = mischief;
    expectRefused(await start({ DB_PASSWORD: REF }), report);
    expect(ssm.calls).toHaveLength(1);
  });

  it('when one of many is missing, and names that one', async () => {
    ssm.parameters.set('/a', '1');
    const ended = await start({ A: referenceTo('/a'), B: referenceTo('/b', 2), DB_PASSWORD: REF });
    expectRefused(ended, 'ParameterNotFound: parameter /b:2 (variable B)');
  });

  it('when SSM is unreachable', async () => {
    const { url } = ssm;
    await ssm.close();
    expectRefused(await start({ DB_PASSWORD: REF, AWS_ENDPOINT_URL_SSM: url }), `NetworkError: ${ONE}`);
  });

  it('when a reference is malformed, without showing it', async () => {
    expectRefused(await start({ DB_PASSWORD: `cinch-ssm:${VALUE}`, OTHER: REF }), 'MalformedReference: variable DB_PASSWORD');
    expect(ssm.calls).toEqual([]);
  });

  it('when settings are missing or wrong', async () => {
    const base = { AWS_REGION: REGION, AWS_ENDPOINT_URL: ssm.url, DB_PASSWORD: REF };
    expectRefused(await runProgram(resolver, SHOW, base), `NoCredentials: ${ONE}`);
    const elsewhere = {
      ...base,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/keys',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: VALUE,
    };
    expectRefused(await runProgram(resolver, SHOW, elsewhere), `UntrustedCredentialsHost: ${ONE}`);
    expectRefused(await start({ DB_PASSWORD: REF, AWS_REGION: '' }), `NoRegion: ${ONE}`);
    expectRefused(
      await start({ DB_PASSWORD: REF, AWS_ENDPOINT_URL_SSM: 'ftp://x' }),
      `InvalidEndpoint AWS_ENDPOINT_URL_SSM: ${ONE}`,
    );
    expectRefused(await start({ DB_PASSWORD: REF, SSL_CERT_FILE: '/nowhere.pem' }), `UnreadableCertificateFile: ${ONE}`);
  });

  it('when there is nothing to start', async () => {
    expectRefused(await start({}, []), 'NoRuntimeToStart');
    expectRefused(await start({}, ['/nowhere/node']), 'CannotFind /nowhere/node');
    expectRefused(await start({ [NEXT_WRAPPER_VARIABLE]: '/nowhere/wrapper' }), 'CannotFind /nowhere/wrapper');
  });
});

describe('the secret resolver with Secrets Manager', () => {
  const SECRET = referenceToSecret('cinch/orders/API_KEY');
  const NAMED = 'secret cinch/orders/API_KEY (variable API_KEY)';
  const startWith = (extra: Record<string, string>): Promise<Ended> =>
    start({ AWS_ENDPOINT_URL_SECRETS_MANAGER: ssm.url, API_KEY: SECRET, ...extra });

  it('reads each secret once by a signed call, beside parameters', async () => {
    const value = 'p"w$(id)\n\ttwo é漢';
    ssm.secrets.set('cinch/orders/API_KEY', value).set('cinch/orders/EMPTY', '');
    const ended = await startWith({ SAME: SECRET, EMPTY: referenceToSecret('cinch/orders/EMPTY'), DB_PASSWORD: REF });
    const wanted = [`API_KEY=${value}`, `SAME=${value}`, 'EMPTY=', `DB_PASSWORD=${VALUE}`];
    expect(entriesOf(ended.stdout)).toEqual(expect.arrayContaining(wanted));
    expect(ssm.calls.map(({ names }) => names.join()).sort()).toEqual([
      '/cinch/orders/DB_PASSWORD',
      'cinch/orders/API_KEY',
      'cinch/orders/EMPTY',
    ]);
    expect(ssm.calls.every(({ signed }) => signed)).toBe(true);
  });

  it('tries again after throttling and trouble of the server', async () => {
    ssm.secrets.set('cinch/orders/API_KEY', VALUE);
    ssm.mischief = (n, response) =>
      n < 4 && answer(response, n === 1 ? 500 : 400, { __type: n === 1 ? 'InternalServiceError' : 'ThrottlingException' });
    expect(entriesOf((await startWith({})).stdout)).toContain(`API_KEY=${VALUE}`);
  });

  it('does not start the function without the value', async () => {
    expectRefused(await startWith({}), `ResourceNotFoundException: ${NAMED}`);
    ssm.secrets.set('cinch/orders/API_KEY', null);
    expectRefused(await startWith({}), `NoSecretString: ${NAMED}`);
    ssm.secrets.set('cinch/orders/API_KEY', 'a\0b');
    expectRefused(await startWith({}), `ValueHasNulByte: ${NAMED}`);
    ssm.mischief = (_, response) => answer(response, 400, { __type: 'AccessDeniedException', Message: VALUE });
    expectRefused(await startWith({}), `AccessDeniedException: ${NAMED}`);
    ssm.mischief = (_, response) => answer(response, 200, { Name: 'cinch/orders/OTHER', SecretString: VALUE });
    expectRefused(await startWith({}), `AnotherSecret: ${NAMED}`);
    ssm.mischief = (_, response) => answer(response, 200, ['nothing']);
    expectRefused(await startWith({}), `MalformedResponse: ${NAMED}`);
    expectRefused(await startWith({ API_KEY: 'cinch-sm:a:1' }), 'MalformedReference: variable API_KEY');
  });
});
