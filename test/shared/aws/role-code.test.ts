import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role } from '@aws-sdk/client-iam';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnew } from '../../../shared/aws/keep.ts';
import type { MemberAccess } from '../../../shared/aws/member.ts';
import { LARGEST_PACKAGE, readPackage } from '../../../shared/aws/readers/code-package.ts';
import { keptCode, readRoleCode } from '../../../shared/aws/readers/role-code.ts';
import { functionResource, roleResource } from '../../../shared/model/resource.ts';
import { makeClock, TEST_NOW } from '../../support/world.ts';

const ROLE = 'arn:aws:iam::222222222222:role/app';
const TRUST = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const calling = (client: string, call: string) =>
  `const { ${call}Command } = require('@aws-sdk/client-${client}'); exports.handler = (c) => c.send(new ${call}Command({}));`;

/** Links to packages, which no emulator gives for published versions and other sizes. */
let server: Server;
let base: string;
const packages = new Map<string, Uint8Array>();
beforeAll(async () => {
  server = createServer((request, response) => {
    const found = packages.get(String(request.url).slice(1));
    response.writeHead(found ? 200 : 403).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const zipped = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])));

interface Version extends Partial<FunctionConfiguration> {
  readonly text: string;
}

/** An account whose Lambda lists these versions; each link leads to that version's package. */
function makeAccount(versions: Record<string, Version>, role: Partial<Role> = {}) {
  const asked: string[] = [];
  const configs = Object.entries(versions).map(([id, { text, ...more }]): FunctionConfiguration => {
    const [FunctionName = '', Version = '$LATEST'] = id.split(':');
    packages.set(encodeURIComponent(id), zipped({ 'index.js': text }));
    return { FunctionName, Version, Role: ROLE, Runtime: 'nodejs22.x', CodeSha256: `hash of ${text}`, CodeSize: 100, ...more };
  });
  const send = async (command: { constructor: { name: string }; input: Record<string, string> }) => {
    const { name } = command.constructor;
    if (name === 'ListFunctionsCommand') return { Functions: command.input.FunctionVersion === 'ALL' ? configs : [] };
    if (name !== 'GetFunctionCommand') return {};
    const id = `${command.input.FunctionName}${command.input.Qualifier ? `:${command.input.Qualifier}` : ''}`;
    asked.push(id);
    const config = configs.find(
      ({ FunctionName, Version }) => id === (Version === '$LATEST' ? FunctionName : `${FunctionName}:${Version}`),
    );
    return { Configuration: config, Code: { Location: `${base}/${encodeURIComponent(id)}` } };
  };
  const members = { clients: () => ({ lambda: { send } }) } as unknown as MemberAccess;
  const clock = makeClock(TEST_NOW);
  const kept = { seenRoles: new Map(), documents: new Map(), serviceAccess: new Map(), domains: new Map(), code: keptCode() };
  const deps = { members, clock, random: () => 0, keep: readAnew, keepSeenMs: 0, ...kept };
  const ledger = { note: undefined, functionsOfRole: async () => [functionResource('222222222222', 'eu-central-1', 'a')] };
  const asRole = { Arn: ROLE, RoleName: 'app', AssumeRolePolicyDocument: TRUST, ...role } as Role;
  const read = () => readRoleCode(deps, asRole, roleResource('222222222222', 'app'), ledger);
  return { asked, clock, kept, read };
}

describe('the code under a role', () => {
  it('is that of every version that has it, also of functions that run under another by now', async () => {
    const account = makeAccount({
      a: { text: calling('sqs', 'SendMessage') },
      'a:1': { text: calling('sqs', 'ReceiveMessage') },
      'a:2': { text: calling('sns', 'Publish'), Role: `${ROLE}-other` },
      moved: { text: calling('kms', 'Decrypt'), Role: `${ROLE}-other` },
      'moved:7': { text: calling('ssm', 'GetParameter') },
    });
    expect(await account.read()).toMatchObject([
      { functionArn: expect.stringMatching(/:a$/), calls: ['sqs ReceiveMessage', 'sqs SendMessage'] },
      { functionArn: expect.stringMatching(/:moved$/), calls: ['ssm GetParameter'] },
    ]);
    expect(account.asked.sort()).toEqual(['a', 'a:1', 'moved:7']);
  });

  it('is read once for each package, and only the names of calls are kept', async () => {
    const secret = 'tok-7f3Qz9xYk2';
    const text = `const KEY = '${secret}';\n${calling('sqs', 'SendMessage')}`;
    const account = makeAccount({
      a: { text, CodeSha256: 'h' },
      'a:1': { text, CodeSha256: 'h' },
      b: { text, CodeSha256: 'h' },
    });
    await account.read();
    await account.read();
    expect(account.asked).toEqual(['a']);
    expect([...account.kept.code.calls.keys()]).toEqual(['node h']);
    expect(await account.kept.code.calls.get('node h')).toEqual(['sqs SendMessage']);
  });

  it.each<[string, Partial<Version>, string]>([
    ['an image', { PackageType: 'Image', Runtime: undefined } as Partial<Version>, 'image'],
    ['Java', { Runtime: 'java21' }, 'java21'],
    ['a layer', { Layers: [{ Arn: 'arn:aws:lambda:eu-central-1:222222222222:layer:ours:1' }] }, 'layer ours'],
    ['a big package', { CodeSize: LARGEST_PACKAGE + 1 }, 'bigger than'],
    ['a hidden environment', { Environment: { Error: { ErrorCode: 'AccessDeniedException' } } }, 'key that Cinch may not use'],
  ])('%s makes it unknown', async (_, more, why) => {
    const account = makeAccount({ b: { text: calling('sqs', 'SendMessage') }, a: { text: '', ...more } });
    expect(await account.read()).toEqual({ unknown: expect.stringContaining(why) });
  });

  it('is unknown where the role was last used somewhere else, or by others', async () => {
    const versions = { a: { text: calling('sqs', 'SendMessage') } };
    const elsewhere = makeAccount(versions, { RoleLastUsed: { Region: 'ap-south-1', LastUsedDate: new Date(TEST_NOW) } });
    expect(await elsewhere.read()).toEqual({ unknown: expect.stringContaining('ap-south-1') });
    expect(elsewhere.asked).toEqual([]);
    const here = makeAccount(versions, { RoleLastUsed: { Region: 'eu-central-1', LastUsedDate: new Date(TEST_NOW) } });
    expect(await here.read()).toMatchObject([{ calls: ['sqs SendMessage'] }]);
    for (const principal of ['{"AWS":"*"}', '"*"', '{"Service":["lambda.amazonaws.com","edgelambda.amazonaws.com"]}']) {
      const shared = makeAccount(versions, {
        AssumeRolePolicyDocument: TRUST.replace('{"Service":"lambda.amazonaws.com"}', principal),
      });
      expect(await shared.read()).toEqual({ unknown: expect.stringContaining('others than Lambda') });
    }
  });

  it('is nothing where no function runs under the role', async () => {
    expect(await makeAccount({ a: { text: '', Role: `${ROLE}-other` } }).read()).toEqual([]);
  });

  it('is unknown when more packages run under it than can be its own', async () => {
    const many = Object.fromEntries(Array.from({ length: 26 }, (_, at) => [`f${at}`, { text: `exports.a = ${at};` }]));
    expect(await makeAccount(many).read()).toEqual({ unknown: expect.stringContaining('25 packages') });
  });
});

describe('a package', () => {
  const read = (name: string, bytes?: Uint8Array) => {
    if (bytes) packages.set(name, bytes);
    return readPackage(`${base}/${name}`, 'node');
  };

  it('is read from its link', async () => {
    expect(await read('one', zipped({ 'src/index.mjs': calling('sqs', 'SendMessage'), 'README.md': '# eval(' }))).toEqual([
      'sqs SendMessage',
    ]);
  });

  it('with what can’t be read is unknown, by the file’s name', async () => {
    const files = { 'index.js': calling('sqs', 'SendMessage') };
    expect(await read('native', zipped({ ...files, 'build/x.node': '\0' }))).toEqual({ unknown: "build/x.node can't be read" });
    expect(await read('binary', zipped({ ...files, 'b.js': 'a\0b' }))).toEqual({ unknown: 'b.js is no text' });
  });

  it('that is no zip, or too much of one, is unknown', async () => {
    expect(await read('text', new TextEncoder().encode('no zip at all'))).toEqual({ unknown: expect.stringContaining('no zip') });
    expect(await read('long', new Uint8Array(LARGEST_PACKAGE + 1))).toEqual({
      unknown: expect.stringContaining('bigger than 20 MB'),
    });
    const bomb = zipSync({ 'a.js': new Uint8Array(17_000_000).fill(32) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await read('bomb', bomb)).toEqual({ unknown: expect.stringContaining('more than 16 MB of code') });
  });

  it('behind a link that does not answer is an error that names no link', async () => {
    await expect(readPackage(`${base}/gone?X-Amz-Signature=abc`, 'node')).rejects.toThrow(/^the code of a function: HTTP403$/);
    await expect(readPackage('http://127.0.0.1:1/x?X-Amz-Signature=abc', 'node')).rejects.not.toThrow(/Signature/);
  });
});
