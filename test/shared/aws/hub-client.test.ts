import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsError, isPassing } from '../../../shared/aws/aws-error.ts';
import { describeEc2 } from '../../../shared/aws/ec2-query.ts';
import { endpointOf } from '../../../shared/aws/endpoints.ts';
import { makeHubClient } from '../../../shared/aws/hub-client.ts';

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly port: number | undefined;
}
type Answer = readonly [status: number, body: string, headers?: Record<string, string>] | 'hang up';

let server: Server;
let seen: Seen[];
let answers: Answer[];
let waits: number[];
const former = { ...process.env };

beforeEach(async () => {
  seen = [];
  answers = [];
  waits = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString();
    });
    request.on('end', () => {
      seen.push({ headers: request.headers, body, port: request.socket.remotePort });
      const answer = answers.shift() ?? [200, '{}'];
      if (answer === 'hang up') request.socket.destroy();
      else response.writeHead(answer[0], answer[2]).end(answer[1]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  process.env = { ...former };
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const retrying = {
  random: () => 0.5,
  clock: {
    now: () => new Date(0),
    sleep: async (ms: number) => {
      waits.push(ms);
    },
  },
};
const credentials = async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' });
const client = () => makeHubClient({ ...retrying, region: 'eu-central-1', credentials });

describe('a call', () => {
  it('is a signed JSON post over one kept connection', async () => {
    answers = [[200, '{"Parameter":{"Value":"v"}}']];
    expect(await client().call('ssm', 'GetParameter', { Name: 'é' })).toEqual({ Parameter: { Value: 'v' } });
    await client().call('dynamodb', 'GetItem', {});
    const [first, second] = seen;
    expect(first?.body).toBe('{"Name":"é"}');
    expect(first?.headers).toMatchObject({
      'x-amz-target': 'AmazonSSM.GetParameter',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-security-token': 'token',
    });
    expect(first?.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/ssm\/aws4_request, /);
    expect(second?.headers['x-amz-target']).toBe('DynamoDB_20120810.GetItem');
    expect(second?.port).toBe(first?.port);
  });

  it('reads the credentials of the environment each time', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'ONE', AWS_SECRET_ACCESS_KEY: 's' });
    const own = makeHubClient({ ...retrying, region: 'eu-central-1' });
    await own.call('kms', 'Decrypt', {});
    process.env.AWS_ACCESS_KEY_ID = 'TWO';
    await own.call('kms', 'Decrypt', {});
    expect(seen.map(({ headers }) => headers.authorization?.match(/Credential=(\w+)/)?.[1])).toEqual(['ONE', 'TWO']);
    delete process.env.AWS_ACCESS_KEY_ID;
    await expect(own.call('kms', 'Decrypt', {})).rejects.toThrow(/AWS_ACCESS_KEY_ID/);
  });

  it.each<[string, Answer]>([
    ['throttling', [400, '{"__type":"com.amazonaws.x#ThrottlingException"}']],
    ['capacity', [400, '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}']],
    ['a fault of AWS', [500, '{"__type":"InternalServerError"}']],
    ["a balancer's page", [503, '<html>']],
    ['a lost connection', 'hang up'],
  ])('is repeated, with full jitter, after %s', async (_, failure) => {
    answers = [failure, failure, [200, '{"ok":true}']];
    expect(await client().call('kms', 'Decrypt', {})).toEqual({ ok: true });
    expect(seen).toHaveLength(3);
    expect(waits).toEqual([25, 50]);
  });

  it('gives up after three tries with what it was', async () => {
    answers = [1, 2, 3, 4].map(() => [400, '{"__type":"ThrottlingException"}'] as const);
    const error = await client()
      .call('kms', 'Decrypt', {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ code: 'ThrottlingException', status: 400, message: 'kms:Decrypt: ThrottlingException' });
    expect(isPassing(error)).toBe(true);
    expect(seen).toHaveLength(3);
  });

  it.each<[string, Answer, object]>([
    [
      'a condition, with its item',
      [400, '{"__type":"x#ConditionalCheckFailedException","Item":{"pk":{"S":"a"}}}'],
      { code: 'ConditionalCheckFailedException', item: { pk: { S: 'a' } } },
    ],
    [
      'a code in a header',
      [400, '{}', { 'x-amzn-errortype': 'ParameterNotFound:http://internal' }],
      { code: 'ParameterNotFound' },
    ],
    [
      'a refusal, which names who and what',
      [403, '{"__type":"AccessDeniedException","Message":"User: x is not authorized"}'],
      { message: 'ssm:PutParameter: AccessDeniedException: User: x is not authorized' },
    ],
    ['a status alone', [404, ''], { code: 'HTTP404' }],
  ])('is not repeated after %s', async (_, failure, expected) => {
    answers = [failure];
    await expect(client().call('ssm', 'PutParameter', {})).rejects.toMatchObject(expected);
    expect(seen).toHaveLength(1);
  });

  it('never quotes a value that AWS quotes back', async () => {
    answers = [[400, '{"__type":"ValidationException","message":"Value \'hunter2\' at \'value\' failed"}']];
    const error = await client()
      .call('ssm', 'PutParameter', { Value: 'hunter2' })
      .catch((thrown: unknown) => thrown);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('hunter2');
  });
});

describe('EC2', () => {
  it('reads page after page and names errors', async () => {
    answers = [
      [200, '<R><set><item>1</item></set><nextToken>a b&amp;c</nextToken></R>'],
      [200, '<R><set><item>2</item></set></R>'],
      [403, '<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>'],
    ];
    const deps = { ...retrying, region: 'eu-central-1', credentials };
    const xml = await describeEc2(deps, 'DescribeSubnets', [['subnet-id', 's1', 's2']]);
    expect(xml).toContain('<item>1</item>');
    expect(xml).toContain('<item>2</item>');
    expect(Object.fromEntries(new URLSearchParams(seen[1]?.body))).toEqual({
      Action: 'DescribeSubnets',
      Version: '2016-11-15',
      'Filter.1.Name': 'subnet-id',
      'Filter.1.Value.1': 's1',
      'Filter.1.Value.2': 's2',
      NextToken: 'a b&c',
    });
    await expect(describeEc2(deps, 'DescribeSubnets', [])).rejects.toMatchObject({ code: 'UnauthorizedOperation' });
  });
});

describe('endpointOf', () => {
  it("prefers the service's own variable, then the common one, then AWS's host", () => {
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = 'http://own:1';
    expect(endpointOf('secretsmanager', 'eu-west-1').href).toBe('http://own:1/');
    expect(endpointOf('kms', 'eu-west-1').href).toBe(`${process.env.AWS_ENDPOINT_URL}/`);
    delete process.env.AWS_ENDPOINT_URL;
    expect(endpointOf('kms', 'eu-west-1').href).toBe('https://kms.eu-west-1.amazonaws.com/');
    expect(endpointOf('sqs', 'cn-north-1').href).toBe('https://sqs.cn-north-1.amazonaws.com.cn/');
  });
});
