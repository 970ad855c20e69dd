import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankJavaScript } from '../../../shared/code/blank-js.ts';
import { readCalls } from '../../../shared/code/read-code.ts';
import { js, whyOf } from './samples.ts';

/** As people and compilers write it, each with the calls in it. */
const KNOWN: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  'CommonJS, destructured': [
    `const { S3Client, GetObjectCommand, PutObjectCommand: Put } = require("@aws-sdk/client-s3");
const s3 = new S3Client({});
exports.handler = async (e) => { await s3.send(new Put(e)); return s3.send(new GetObjectCommand(e)); };`,
    ['s3 GetObject', 's3 PutObject'],
  ],
  'CommonJS, whole': [
    `const sqs = require('@aws-sdk/client-sqs');
const client = new sqs.SQSClient({});
exports.handler = (e) => client.send(new sqs.SendMessageCommand(e));`,
    ['sqs SendMessage'],
  ],
  'ES modules': [
    `import { SNSClient, PublishCommand as Publish } from "@aws-sdk/client-sns";
import * as kms from '@aws-sdk/client-kms';
const sns = new SNSClient();
export const handler = async (e) => { await new kms.KMSClient().send(new kms.DecryptCommand(e)); await sns.send(new Publish(e)); };`,
    ['kms Decrypt', 'sns Publish'],
  ],
  'the output of TypeScript': [
    `"use strict";
var __importStar = (this && this.__importStar) || function (mod) { return mod; };
Object.defineProperty(exports, "__esModule", { value: true });
const client_dynamodb_1 = require("@aws-sdk/client-dynamodb");
const lib_dynamodb_1 = __importStar(require("@aws-sdk/lib-dynamodb"));
const doc = lib_dynamodb_1.DynamoDBDocumentClient.from(new client_dynamodb_1.DynamoDBClient({}));
const handler = async (event) => doc.send(new lib_dynamodb_1.GetCommand({ TableName: process.env.TABLE, Key: event }));
exports.handler = handler;`,
    ['dynamodb GetItem'],
  ],
  'the document client with methods': [
    `import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
const table = DynamoDBDocument.from(new DynamoDB({}).send ? undefined : undefined);
export const handler = async (e) => { await table.put(e); return table.query(e); };`,
    ['dynamodb PutItem', 'dynamodb Query'],
  ],
  'a client with methods': [
    `const { S3 } = require('@aws-sdk/client-s3');
class Store { constructor() { this.s3 = new S3({}); } get(e) { return this.s3.getObject(e); } list(e) { return this.s3.listObjectsV2(e); } }
exports.handler = (e) => new Store().get(e);`,
    ['s3 GetObject', 's3 ListObjectsV2'],
  ],
  'pages, waiters and uploads': [
    `import { S3Client, paginateListObjectsV2, waitUntilObjectExists } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
const client = new S3Client({});
export const handler = async (e) => { for await (const page of paginateListObjectsV2({ client }, e)) await new Upload({ client, params: page }).done(); await waitUntilObjectExists({ client }, e); };`,
    [
      's3 AbortMultipartUpload',
      's3 CompleteMultipartUpload',
      's3 CreateMultipartUpload',
      's3 HeadObject',
      's3 ListObjectsV2',
      's3 PutObject',
      's3 UploadPart',
    ],
  ],
  'version 2': [
    `const AWS = require('aws-sdk');
AWS.config.update({ maxRetries: 2 });
const s3 = new AWS.S3();
const table = new AWS.DynamoDB.DocumentClient();
exports.handler = async (e) => { await s3.putObject(e).promise(); await s3.getSignedUrlPromise('getObject', e); return table.get(e).promise(); };`,
    ['dynamodb GetItem', 's3 GetObject', 's3 PutObject'],
  ],
  'an import when it is needed': [
    `export const handler = async (e) => { const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge'); return new EventBridgeClient({}).send(new PutEventsCommand(e)); };`,
    ['eventbridge PutEvents'],
  ],
  'nothing of AWS': [`exports.handler = async () => ({ statusCode: 200 });`, []],
};

/** Each makes any code unknown, wherever it stands. */
const DYNAMIC: Readonly<Record<string, string>> = {
  'a method by its name': `const q = require('@aws-sdk/client-sqs'); exports.other = (m, e) => new q.SQS({})[m](e);`,
  'a method of a kept client': `const { SQS } = require('@aws-sdk/client-sqs'); const queue = new SQS({}); exports.other = (m, e) => queue[m](e);`,
  'a client under another name': `const { SQS } = require('@aws-sdk/client-sqs'); const queue = new SQS({}); const { queue: again } = { queue }; exports.other = (m, e) => again[m](e);`,
  'a client that is chosen': `const { SQS } = require('@aws-sdk/client-sqs'); const queue = new SQS({}); exports.other = (c) => { const one = c ? queue : null; return one; };`,
  'a client that is exported': `const { SQS } = require('@aws-sdk/client-sqs'); exports.queue = new SQS({});`,
  'a client that is handed on': `const { SQS } = require('@aws-sdk/client-sqs'); const queue = new SQS({}); require('./other')(queue);`,
  'a class by its name': `const q = require('@aws-sdk/client-sqs'); exports.other = (n, e) => new q[n](e);`,
  'a module that is handed on': `const q = require('@aws-sdk/client-sqs'); require('./other').run(1, q, 2);`,
  'a module with the rest of it': `const { SQSClient, ...others } = require('@aws-sdk/client-sqs'); exports.others = others;`,
  'a module that is exported again': `exports.sqs = require('@aws-sdk/client-sqs');`,
  'a module by a name made up': `exports.other = (n) => require('@aws-sdk/client-' + n);`,
  'a module by a template': 'exports.other = (n) => require(`@aws-sdk/client-${n}`);',
  'a module by a variable': `exports.other = (n) => import(n);`,
  'a module by its path': `const q = require('/var/runtime/node_modules/@aws-sdk/client-sqs'); exports.other = q;`,
  'a module through another function': `exports.other = load("@aws-sdk/client-sqs");`,
  'require under another name': `const load = require; exports.other = (n) => load(n);`,
  eval: `exports.other = (t) => eval(t);`,
  'new Function': `exports.other = (t) => new Function(t)();`,
  vm: `const { runInThisContext } = require('vm'); exports.other = runInThisContext;`,
  'a program': `const { execFile } = require('child_process'); exports.other = () => execFile('aws', ['s3', 'ls']);`,
  'signing by hand': `exports.other = () => fetch('https://s3.amazonaws.com', { headers: { Authorization: 'AWS4-HMAC-SHA256 ...' } });`,
  'the credentials': `exports.other = () => process.env.AWS_SECRET_ACCESS_KEY;`,
  'a signer': `const { SignatureV4 } = require('@smithy/signature-v4'); exports.other = SignatureV4;`,
  'a service nobody knows': `const { AthenaClient, StartQueryExecutionCommand } = require('@aws-sdk/client-athena'); exports.other = [AthenaClient, StartQueryExecutionCommand];`,
  'a call nobody knows': `const { DynamoDBClient, ExportTableToPointInTimeCommand } = require('@aws-sdk/client-dynamodb'); exports.other = [DynamoDBClient, ExportTableToPointInTimeCommand];`,
  'a client without a call': `const { FirehoseClient } = require('@aws-sdk/client-firehose'); exports.other = (c) => new FirehoseClient({}).send(c);`,
  'a service of version 2 nobody knows': `const Aws = require('aws-sdk'); exports.other = new Aws.Athena();`,
  'what is no JavaScript': `exports.other = "`,
};

describe('JavaScript', () => {
  it.each(Object.entries(KNOWN))('%s', (_, [text, calls]) => {
    expect(js(text)).toEqual(calls);
  });

  it.each(Object.entries(DYNAMIC))('%s is unknown by itself', (_, text) => {
    expect(whyOf(js(text))).not.toMatch(/^known/);
  });

  it('what can’t be told makes all unknown, in whatever file and beside whatever is known', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(KNOWN)),
        fc.constantFrom(...Object.values(DYNAMIC)),
        fc.boolean(),
        ([known], dynamic, apart) => {
          const wrapped = `(() => {\nconst exports = {};\n${dynamic}\n})();`;
          const files = apart
            ? [
                { path: 'index.mjs', text: known },
                { path: 'lib/other.js', text: dynamic },
              ]
            : [{ path: 'index.mjs', text: `${known}\n${wrapped}` }];
          expect(readCalls(files, 'node')).toHaveProperty('unknown');
        },
      ),
      { numRuns: 400 },
    );
  });

  it('names the file and the construct, and quotes nothing', () => {
    const calls = js(`const TOKEN = 'tok-7f3Qz9xYk2';\n${DYNAMIC.eval}`, 'src/a.js');
    expect(calls).toEqual({ unknown: 'src/a.js: it makes code at run time (eval)' });
  });
});

describe('a package', () => {
  const own = { path: 'index.js', text: KNOWN['CommonJS, whole']?.[0] ?? '' };
  const read = (...more: { path: string; text: string | null }[]) => whyOf(readCalls([own, ...more], 'node'));

  it('is its own code and the others’ that speaks of AWS, without the SDK itself', () => {
    expect(read({ path: 'node_modules/lodash/a.js', text: 'module.exports = (o, k) => o[k](); eval("1")' })).toBe(
      'known: sqs SendMessage',
    );
    expect(read({ path: 'node_modules/@aws-sdk/client-sqs/dist-cjs/index.js', text: 'eval("1")' })).toBe(
      'known: sqs SendMessage',
    );
    expect(
      read({
        path: 'node_modules/cache/index.js',
        text: 'const { SSMClient, GetParameterCommand } = require("@aws-sdk/client-ssm"); module.exports = [SSMClient, GetParameterCommand];',
      }),
    ).toBe('known: sqs SendMessage, ssm GetParameter');
    expect(
      read({ path: 'node_modules/mapper/index.js', text: 'const sdk = require("@aws-sdk/client-ssm"); module.exports = sdk;' }),
    ).toMatch(/ssm/);
    expect(read({ path: 'README.md', text: null }, { path: 'data.json', text: null })).toBe('known: sqs SendMessage');
  });

  it.each(['lib/native.node', 'a.wasm', 'run.sh', 'libs.zip', 'tool.jar'])('with %s is unknown', (path) => {
    expect(read({ path, text: null })).toBe(`${path} can't be read`);
  });

  it('without a text that can be read is unknown', () => {
    expect(readCalls([{ path: 'index.py', text: 'x = 1' }], 'node')).toHaveProperty('unknown');
    expect(readCalls([{ path: 'index.js', text: null }], 'node')).toHaveProperty('unknown');
  });
});

describe('telling code from text', () => {
  const codeOf = (text: string) => blankJavaScript(text)?.code;

  it.each([
    [`a = "x(y" + 'z'`, `a = "   " + ' '`],
    ['t = `a${f(`b${1}`)}c`', 't = ` ${f(` ${1}`)} `'],
    ['x = a / b / c; // d(', 'x = a / b / c;      '],
    ['x = /[/"]+/g.test(y) /* ( */', 'x =        g.test(y)        '.slice(0, 28)],
    ['if (a) /"/.test(b)', 'if (a)    .test(b)'],
    ['return /"/', 'return    '],
    ['x.in / y; z = w / 2', 'x.in / y; z = w / 2'],
  ])('%s', (text, code) => {
    expect(codeOf(text)).toHaveLength(text.length);
    expect(codeOf(text)?.replace(/\s+/g, ' ').trim()).toBe(code.replace(/\s+/g, ' ').trim());
  });

  it.each(['"a', "'a\nb'", '`a', '/* a', '(]', '}', '((', '/a'])('%s can’t be read', (text) => {
    expect(blankJavaScript(text)).toBeUndefined();
  });

  it('keeps the length of everything that it reads, in linear time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('"', "'", '`', '/', '(', ')', '{', '}', '[', ']', '${', '\\', '\n', 'a', ' ', '*')),
        (parts) => {
          const text = parts.join('');
          const code = codeOf(text);
          if (code !== undefined) expect(code).toHaveLength(text.length);
        },
      ),
    );
    const started = performance.now();
    blankJavaScript('(/a/.b("c"),`d${'.repeat(100_000) + '}`)'.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
