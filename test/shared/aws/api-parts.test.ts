import { describe, expect, it } from 'vitest';
import {
  authorizersOf,
  domainsOf,
  endpointTypesOf,
  functionsIn,
  restPolicyOf,
  restRoutesOf,
  routesOf,
  stagesOf,
  tlsOf,
} from '../../../shared/aws/readers/api-parts.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:222222222222:function:orders';
const around = (arn: string): string => `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arn}/invocations`;

it.each<[string, unknown, string[]]>([
  ['the ARN alone', FUNCTION, [FUNCTION]],
  ["inside API Gateway's own", around(FUNCTION), [FUNCTION]],
  ['with an alias', around(`${FUNCTION}:live`), [FUNCTION]],
  ['with an alias that a stage variable gives', around(`${FUNCTION}:\${stageVariables.alias}`), [FUNCTION]],
  [
    'streamed',
    around(FUNCTION).replace('2015-03-31', '2021-11-15').replace('invocations', 'response-streaming-invocations'),
    [FUNCTION],
  ],
  ['in China', FUNCTION.replace(':aws:', ':aws-cn:'), [FUNCTION.replace(':aws:', ':aws-cn:')]],
  ['a name that a stage variable gives', around(FUNCTION.replace('orders', '${stageVariables.name}')), []],
  ['a name that begins plain and goes on with a variable', around(`${FUNCTION}-\${stageVariables.name}`), []],
  ['another service', 'arn:aws:apigateway:eu-central-1:sqs:path/222222222222/orders', []],
  ['a URL', 'https://example.com', []],
  ['nothing', undefined, []],
])('the function of an integration: %s', (_, uri, expected) => expect(functionsIn(uri)).toEqual(expected));

describe('REST', () => {
  it('methods of resources, and unknown when they were not embedded whole', () => {
    const methods = {
      GET: {
        httpMethod: 'GET',
        authorizationType: 'AWS_IAM',
        apiKeyRequired: false,
        methodIntegration: { type: 'AWS_PROXY', uri: around(FUNCTION) },
      },
      OPTIONS: { httpMethod: 'OPTIONS', authorizationType: 'NONE', methodIntegration: { type: 'MOCK' } },
    };
    expect(
      restRoutesOf([
        { id: 'r', path: '/' },
        { id: 'o', path: '/{proxy+}', resourceMethods: methods },
      ]),
    ).toEqual([
      { key: 'GET /{proxy+}', authorization: 'AWS_IAM', authorizerId: null, apiKeyRequired: false, functionArns: [FUNCTION] },
      { key: 'OPTIONS /{proxy+}', authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: [] },
    ]);
    expect(restRoutesOf([{ path: '/', resourceMethods: { GET: {} } }])).toEqual({ unknown: expect.stringContaining('GET /') });
  });

  it('a policy as API Gateway writes it, with escaped quotes, and as anybody would', () => {
    const text =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}';
    const escaped = text.replaceAll('"', '\\"').replaceAll('/', '\\/');
    const lines = JSON.stringify(JSON.stringify(JSON.parse(text), null, 2)).slice(1, -1);
    for (const policy of [text, escaped, lines])
      expect(restPolicyOf({ policy }, 'api')?.statements).toMatchObject([
        { actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] },
      ]);
    expect(restPolicyOf({}, 'api')).toBeNull();
    expect(() => restPolicyOf({ policy: '{\\"Version' }, 'api')).toThrow(/api: not JSON/);
  });

  it('endpoint types', () => {
    expect(endpointTypesOf({ endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'dualstack' } })).toEqual(['PRIVATE']);
    expect(endpointTypesOf({ apiEndpoint: 'https://x' })).toEqual([]);
  });
});

describe('HTTP and WebSocket', () => {
  it('routes join their integrations; a route without a target has none', () => {
    const integrations = [{ integrationId: 'i1', integrationUri: FUNCTION }];
    expect(
      routesOf(
        [
          { routeKey: '$connect', authorizationType: 'CUSTOM', authorizerId: 'a1', target: 'integrations/i1' },
          { routeKey: 'GET /x', apiKeyRequired: true },
        ],
        integrations,
      ),
    ).toEqual([
      { key: '$connect', authorization: 'CUSTOM', authorizerId: 'a1', apiKeyRequired: false, functionArns: [FUNCTION] },
      { key: 'GET /x', authorization: 'NONE', authorizerId: null, apiKeyRequired: true, functionArns: [] },
    ]);
  });

  it('an authorization that is new to Cinch makes them unknown, not open', () => {
    expect(routesOf([{ routeKey: 'GET /x', authorizationType: 'PASSKEY' }], [])).toEqual({
      unknown: expect.stringContaining('GET /x'),
    });
  });
});

it('authorizers of either API', () => {
  expect(
    authorizersOf([
      { id: 'a', name: 'pool', type: 'COGNITO_USER_POOLS', providerARNs: ['arn'] },
      { authorizerId: 'b', name: 'jwt', authorizerType: 'JWT', jwtConfiguration: { issuer: 'https://i' } },
      { authorizerId: 'c', name: 'code', authorizerType: 'REQUEST' },
    ]),
  ).toEqual([
    { id: 'a', name: 'pool', kind: 'COGNITO_USER_POOLS', audiences: [] },
    { id: 'b', name: 'jwt', kind: 'JWT', audiences: [] },
    { id: 'c', name: 'code', kind: 'REQUEST', audiences: [] },
  ]);
});

it('an authorizer that is new to Cinch makes them unknown', () => {
  expect(authorizersOf([{ id: 'a', name: 'odd', type: 'PASSKEY' }])).toEqual({ unknown: expect.stringContaining('odd') });
});

it.each<[string, object, object | null]>([
  ['of REST', { methodSettings: { '*/*': { throttlingRateLimit: 10, throttlingBurstLimit: 20 } } }, { rate: 10, burst: 20 }],
  ['of HTTP', { defaultRouteSettings: { throttlingRateLimit: 0.5, throttlingBurstLimit: 1 } }, { rate: 0.5, burst: 1 }],
  ["the account's", { methodSettings: { '*/*': { throttlingRateLimit: -1, throttlingBurstLimit: -1 } } }, null],
  ['none', { methodSettings: { '*/*': { metricsEnabled: true } } }, null],
  ['zero', { defaultRouteSettings: { throttlingRateLimit: 0, throttlingBurstLimit: 0 } }, null],
  ['of one method only', { methodSettings: { '~1orders/GET': { throttlingRateLimit: 10, throttlingBurstLimit: 20 } } }, null],
])('throttling: %s', (_, stage, expected) => expect(stagesOf([{ stageName: 's', ...stage }])[0]?.throttling).toEqual(expected));

it('a stage names its web ACL and where it logs', () => {
  const [stage] = stagesOf([
    { stageName: 'prod', webAclArn: 'arn:acl', accessLogSettings: { destinationArn: 'arn:log', format: 'x' } },
  ]);
  expect(stage).toMatchObject({ name: 'prod', webAclArn: 'arn:acl', accessLogArn: 'arn:log' });
});

it.each([
  ['TLS_1_0', 'TLS_1_0'],
  ['TLS_1_2', 'TLS_1_2'],
  ['SecurityPolicy_TLS13_1_3_2025_09', 'TLS_1_3'],
  ['SecurityPolicy_TLS13_1_3_FIPS_2025_09', 'TLS_1_3'],
  ['SecurityPolicy_TLS13_2025_EDGE', 'TLS_1_3'],
  ['SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09', 'TLS_1_2'],
  ['SecurityPolicy_TLS13_1_2_2021_06', 'TLS_1_2'],
  ['SecurityPolicy_TLS12_PFS_2025_EDGE', 'TLS_1_2'],
  ['SecurityPolicy_TLS12_2018_EDGE', 'TLS_1_2'],
  ['SecurityPolicy_TLS99_2031', undefined],
  ['TLS_9', undefined],
])('the lowest version of %s is %s', (policy, expected) => expect(tlsOf(policy)).toBe(expected));

it('domains: the weakest configuration counts, an unknown policy is unknown', () => {
  const both = [{ securityPolicy: 'TLS_1_2' }, { securityPolicy: 'TLS_1_0' }];
  expect(domainsOf([{ domainName: 'a.example.com', domainNameConfigurations: both }])).toEqual([
    { name: 'a.example.com', minimumTls: 'TLS_1_0' },
  ]);
  for (const securityPolicy of [undefined, 'SecurityPolicy_X'])
    expect(domainsOf([{ domainName: 'b.example.com', securityPolicy }])).toEqual({
      unknown: expect.stringContaining('b.example.com'),
    });
});
