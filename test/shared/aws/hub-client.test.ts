import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError, isPassing } from '../../../shared/aws/aws-error.ts';
import { describeEc2 } from '../../../shared/aws/ec2-query.ts';
import { endpointOf } from '../../../shared/aws/endpoints.ts';
import { makeHubClient } from '../../../shared/aws/hub-client.ts';
import { callQuery } from '../../../shared/aws/query-client.ts';
import { makeApiCalls } from '../../../shared/aws/readers/api-calls.ts';
import { readBucket } from '../../../shared/aws/readers/bucket.ts';
import { getRest } from '../../../shared/aws/rest-client.ts';
import { type Answer, useAnsweringServer } from './answering-server.ts';

const server = useAnsweringServer();
let waits: number[];
beforeEach(() => {
  waits = [];
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
    server.answers = [[200, '{"Parameter":{"Value":"v"}}']];
    expect(await client().call('ssm', 'GetParameter', { Name: 'é' })).toEqual({ Parameter: { Value: 'v' } });
    await client().call('dynamodb', 'GetItem', {});
    const [first, second] = server.seen;
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
    expect(server.seen.map(({ headers }) => headers.authorization?.match(/Credential=(\w+)/)?.[1])).toEqual(['ONE', 'TWO']);
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
    server.answers = [failure, failure, [200, '{"ok":true}']];
    expect(await client().call('kms', 'Decrypt', {})).toEqual({ ok: true });
    expect(server.seen).toHaveLength(3);
    expect(waits).toEqual([25, 50]);
  });

  it('gives up after three tries with what it was', async () => {
    server.answers = [1, 2, 3, 4].map(() => [400, '{"__type":"ThrottlingException"}'] as const);
    const error = await client()
      .call('kms', 'Decrypt', {})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ code: 'ThrottlingException', status: 400, message: 'kms:Decrypt: ThrottlingException' });
    expect(isPassing(error)).toBe(true);
    expect(server.seen).toHaveLength(3);
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
    server.answers = [failure];
    await expect(client().call('ssm', 'PutParameter', {})).rejects.toMatchObject(expected);
    expect(server.seen).toHaveLength(1);
  });

  it('never quotes a value that AWS quotes back', async () => {
    server.answers = [[400, '{"__type":"ValidationException","message":"Value \'hunter2\' at \'value\' failed"}']];
    const error = await client()
      .call('ssm', 'PutParameter', { Value: 'hunter2' })
      .catch((thrown: unknown) => thrown);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('hunter2');
  });
});

describe('EC2', () => {
  it('reads page after page and names errors', async () => {
    server.answers = [
      [200, '<R><set><item>1</item></set><nextToken>a b&amp;c</nextToken></R>'],
      [200, '<R><set><item>2</item></set></R>'],
      [403, '<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>'],
    ];
    const deps = { ...retrying, region: 'eu-central-1', credentials };
    const xml = await describeEc2(deps, 'DescribeSubnets', [['subnet-id', 's1', 's2']]);
    expect(xml).toContain('<item>1</item>');
    expect(xml).toContain('<item>2</item>');
    expect(Object.fromEntries(new URLSearchParams(server.seen[1]?.body))).toEqual({
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

describe('SNS', () => {
  it('is asked the same way, in its own version, and its errors have a name', async () => {
    const deps = { ...retrying, region: 'eu-central-1', credentials };
    server.answers = [
      [200, '<R/>'],
      [404, '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code></Error></ErrorResponse>'],
    ];
    expect(await callQuery(deps, 'sns', 'GetTopicAttributes', { TopicArn: 'arn:t' })).toBe('<R/>');
    expect(server.seen[0]?.body).toBe('Action=GetTopicAttributes&Version=2010-03-31&TopicArn=arn%3At');
    expect(server.seen[0]?.headers.authorization).toContain('/eu-central-1/sns/aws4_request');
    await expect(callQuery(deps, 'sns', 'GetTopicAttributes', {})).rejects.toMatchObject({ code: 'NotFound', status: 404 });
  });
});

describe('REST', () => {
  const deps = { ...retrying, region: 'eu-central-1', credentials };

  it('is a signed GET; API Gateway is asked for plain JSON', async () => {
    server.answers = [[200, '{"item":[]}']];
    expect(await getRest(deps, 'apigateway', '/restapis?limit=500', 'GetRestApis')).toBe('{"item":[]}');
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/restapis?limit=500', body: '' });
    expect(server.seen[0]?.headers).toMatchObject({ accept: 'application/json', 'x-amz-security-token': 'token' });
    expect(server.seen[0]?.headers.authorization).toContain('/eu-central-1/apigateway/aws4_request');
  });

  it.each<[string, Answer, string]>([
    [
      'a header',
      [404, '{"message":"Invalid API identifier"}', { 'x-amzn-errortype': 'NotFoundException:http://x' }],
      'NotFoundException',
    ],
    ['JSON', [403, '{"__type":"com.x#AccessDeniedException"}'], 'AccessDeniedException'],
    ["S3's XML", [404, '<Error><Code>NoSuchBucketPolicy</Code><BucketName>b</BucketName></Error>'], 'NoSuchBucketPolicy'],
    ['the status alone', [418, ''], 'HTTP418'],
  ])('names an error by %s', async (_, answer, code) => {
    server.answers = [answer];
    await expect(getRest(deps, 's3', '/b?policy', 'GetBucketPolicy')).rejects.toMatchObject({
      code,
      message: `s3:GetBucketPolicy: ${code}`,
    });
    expect(server.seen).toHaveLength(1);
  });

  it('is repeated after throttling', async () => {
    const busy: Answer = [429, '{}', { 'x-amzn-errortype': 'TooManyRequestsException' }];
    server.answers = [busy, [503, '<Error><Code>SlowDown</Code></Error>'], [200, 'ok']];
    expect(await getRest(deps, 's3', '/b?acl', 'GetBucketAcl')).toBe('ok');
  });

  it('reads page after page of both of API Gateway’s APIs', async () => {
    const calls = makeApiCalls(deps);
    server.answers = [
      [200, '{"item":[{"id":"a"}],"position":"p/1="}'],
      [200, '{"item":[{"id":"b"}]}'],
      [200, '{"items":[{"apiId":"c"}],"nextToken":"n"}'],
      [200, '{"items":[{"apiId":"d"}]}'],
    ];
    expect(await calls.list('/restapis/x/resources?embed=methods', 'GetResources')).toEqual([{ id: 'a' }, { id: 'b' }]);
    expect(await calls.list('/v2/apis', 'GetApis')).toEqual([{ apiId: 'c' }, { apiId: 'd' }]);
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/restapis/x/resources?embed=methods&limit=500',
      '/restapis/x/resources?embed=methods&limit=500&position=p%2F1%3D',
      '/v2/apis',
      '/v2/apis?nextToken=n',
    ]);
  });

  it('follows a bucket into its region, once for all that is asked of it', async () => {
    const moved: Answer = [301, '<Error><Code>PermanentRedirect</Code></Error>', { 'x-amz-bucket-region': 'us-west-2' }];
    const none = (code: string): Answer => [404, `<Error><Code>${code}</Code></Error>`];
    server.answers = [
      moved,
      [200, '<AccessControlPolicy/>'],
      none('NoSuchBucketPolicy'),
      none('NoSuchPublicAccessBlockConfiguration'),
    ];
    expect(await readBucket(deps, 'in.box')).toEqual({
      name: 'in.box',
      document: null,
      blocksPublicPolicy: false,
      ignoresPublicAcls: false,
      publicWriteAcl: false,
    });
    const asked = server.seen.map(({ url, headers }) => `${headers.authorization?.split('/')[2]} ${url}`);
    expect(asked).toEqual([
      'eu-central-1 /in.box?acl',
      'us-west-2 /in.box?acl',
      'us-west-2 /in.box?policy',
      'us-west-2 /in.box?publicAccessBlock',
    ]);
    server.answers = [none('NoSuchBucket')];
    expect(await readBucket(deps, 'gone')).toBeUndefined();
  });
});

describe('endpointOf', () => {
  it("prefers the service's own variable, then the common one, then AWS's host", () => {
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = 'http://own:1';
    expect(endpointOf('secretsmanager', 'eu-west-1').href).toBe('http://own:1/');
    expect(endpointOf('kms', 'eu-west-1').href).toBe(`${process.env.AWS_ENDPOINT_URL}/`);
    delete process.env.AWS_ENDPOINT_URL;
    expect(endpointOf('kms', 'eu-west-1').href).toBe('https://kms.eu-west-1.amazonaws.com/');
    process.env.AWS_ENDPOINT_URL_API_GATEWAY = 'http://own:2';
    expect(endpointOf('apigateway', 'eu-west-1').href).toBe('http://own:2/');
    expect(endpointOf('logs', 'eu-west-1').href).toBe('https://logs.eu-west-1.amazonaws.com/');
    expect(endpointOf('sqs', 'cn-north-1').href).toBe('https://sqs.cn-north-1.amazonaws.com.cn/');
  });
});
