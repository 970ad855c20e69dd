import { describe, expect, it } from 'vitest';
import { BUNDLINGS, type Bundling, bundle, bundlingName, js, whyOf } from './samples.ts';

const ORDERS = `
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async (event: { id: string; put?: boolean }) => {
  if (event.put) await client.send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: event.id } } }));
  return client.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: event.id } } }));
};`;

const MANY = `
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';
const lambda = new LambdaClient({});
export const handler = async (event: { entries: [] }) => {
  await new SQSClient({}).send(new SendMessageBatchCommand({ QueueUrl: 'q', Entries: event.entries }));
  await lambda.send(new InvokeCommand({ FunctionName: 'f' }));
  return new ssm.SSMClient({}).send(new ssm.GetParameterCommand({ Name: '/n' }));
};`;

const BY_METHOD = `
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
const secrets = new SecretsManager({});
export const handler = () => secrets.getSecretValue({ SecretId: 's' });`;

const CHOSEN_CLASS = `
import * as ssm from '@aws-sdk/client-ssm';
export const handler = (event: { name: string }) => {
  const Chosen = (ssm as any)[event.name];
  return new ssm.SSMClient({}).send(new Chosen({ ...event }), ssm.GetParameterCommand as never);
};`;

const CHOSEN_METHOD = `
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
const secrets: any = new SecretsManager({});
export const handler = (event: { name: string }) => [secrets.getSecretValue, secrets[event.name](event)];`;

const HANDED_ON = `
import * as sqs from '@aws-sdk/client-sqs';
const run = (all: any, name: string) => new all.SQSClient({}).send(new all[name + 'Command']({}));
export const handler = (event: { name: string }) => run(sqs, event.name);`;

const NO_CALL = `
import { SQSClient } from '@aws-sdk/client-sqs';
export const handler = (event: { command: never }) => new SQSClient({}).send(event.command);`;

const EXTERNAL: Bundling[] = (['cjs', 'esm'] as const).flatMap((format) =>
  [true, false].map((minify) => ({ format, minify, modules: 'es' as const, external: true })),
);

describe.each([...BUNDLINGS, ...EXTERNAL].map((bundling) => ({ bundling, name: bundlingName(bundling) })))(
  '$name',
  ({ bundling }) => {
    // The client of DynamoDB as an ES module always holds the call by which it may look for its endpoint.
    const asked = bundling.modules === 'es' && !bundling.external ? ['dynamodb DescribeEndpoints'] : [];

    it('tells the calls in use from the client’s own', async () => {
      expect(js(await bundle(ORDERS, bundling))).toEqual([...asked, 'dynamodb GetItem', 'dynamodb PutItem']);
      expect(js(await bundle(MANY, bundling))).toEqual(['lambda Invoke', 'sqs SendMessageBatch', 'ssm GetParameter']);
    });

    it('reads the methods of a client, or does not know them', async () => {
      const calls = js(await bundle(BY_METHOD, bundling));
      // An ES module keeps every call for a client that has them all as methods.
      if (asked.length > 0) expect(calls).toHaveProperty('unknown');
      else expect(calls).toEqual(['secrets-manager GetSecretValue']);
    });

    it.each([
      ['a class that is chosen', CHOSEN_CLASS],
      ['a method that is chosen', CHOSEN_METHOD],
      ['a client’s module that is handed on', HANDED_ON],
      ['a client without a call', NO_CALL],
    ])('%s is unknown', async (_, source) => {
      expect(whyOf(js(await bundle(source, bundling)))).not.toMatch(/^known/);
    });

    it('a program that is started, a request that is signed beside it, are unknown', async () => {
      const shell = `${ORDERS}\nimport { execSync } from 'node:child_process';\nexport const list = () => execSync('aws s3 ls');`;
      expect(whyOf(js(await bundle(shell, bundling)))).toMatch(/child_process/);
      const signed = `${ORDERS}\nexport const sign = (key: string) => ['AWS4-HMAC-SHA256', process.env.AWS_SECRET_ACCESS_KEY, key];`;
      expect(whyOf(js(await bundle(signed, bundling)))).toMatch(/credentials|signs/);
    });
  },
);

describe('the default credentials', () => {
  it('bring calls of STS that are not the function’s, unless its own client makes them', async () => {
    const caller = `
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
export const handler = () => new STSClient({}).send(new GetCallerIdentityCommand({}));`;
    for (const bundling of BUNDLINGS) expect(js(await bundle(caller, bundling))).toEqual(['sts GetCallerIdentity']);
    const other = caller.replaceAll('GetCallerIdentity', 'AssumeRole');
    for (const bundling of BUNDLINGS) expect(js(await bundle(other, bundling))).toEqual(['sts AssumeRole']);
  });
});
