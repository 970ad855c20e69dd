import { describe, expect, it } from 'vitest';
import type { AnyRule } from '../../../shared/model/rule.ts';
import { defineRule } from '../../../shared/model/rule.ts';
import type { FactName } from '../../../shared/model/state.ts';
import { called, FUNCTION_ARN, replay } from './replay-cases.ts';

/** What the engine gets to see of these facts for one event: a rule that shows them as evidence. */
function seen<K extends 'function' | 'role' | 'api'>(
  kind: K,
  facts: readonly FactName<K>[],
  event: unknown,
  state?: unknown,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  const spies = facts.map((fact) => ({
    ...defineRule({
      id: `spy-${fact}`,
      title: 't',
      severity: 'low',
      resource: kind,
      checklist: [],
      needs: [fact],
      examples: { passes: [], violates: [] },
      evaluate: () => undefined,
    }),
    evaluate: (facts: Readonly<Record<string, unknown>>) => {
      shown[fact] = facts[fact];
      return undefined;
    },
  }));
  replay(event, { rules: spies as unknown as AnyRule[], ...(state === undefined ? {} : { state }) });
  return shown;
}

const ROLE = 'arn:aws:iam::222222222222:role/orders';
const WHOLE = {
  functionName: 'orders',
  functionArn: FUNCTION_ARN,
  role: ROLE,
  runtime: 'nodejs22.x',
  timeout: 30,
  packageType: 'Zip',
  architectures: ['arm64'],
  environment: {},
  ephemeralStorage: { size: 1024 },
  tracingConfig: { mode: 'Active' },
  snapStart: { applyOn: 'None' },
  lastModified: '2026-02-03T10:11:12.000+0000',
};
const CONFIGURATION = [
  'runtime',
  'packageType',
  'architecture',
  'timeoutSeconds',
  'roleArn',
  'layers',
  'environment',
  'environmentKeyArn',
  'snapStart',
  'ephemeralStorageMb',
  'fileSystems',
  'tracing',
  'deadLetterArn',
  'vpc',
] as const;

describe('the configuration that a record tells', () => {
  it('is all of it when the answer is whole, but for the environment', () => {
    const event = called('lambda', 'UpdateFunctionConfiguration20150331v2', { functionName: 'orders', timeout: 30 }, WHOLE);
    expect(seen('function', CONFIGURATION, event)).toEqual({
      runtime: 'nodejs22.x',
      packageType: 'Zip',
      architecture: 'arm64',
      timeoutSeconds: 30,
      roleArn: ROLE,
      layers: [],
      environmentKeyArn: null,
      snapStart: false,
      ephemeralStorageMb: 1024,
      fileSystems: [],
      tracing: true,
      deadLetterArn: null,
      vpc: null,
    });
    expect(replay(event).lookup).toEqual(['environment']);
  });

  it('is what a record still has when it was cut down', () => {
    const layer = 'arn:aws:lambda:eu-central-1:222222222222:layer:tools:1';
    const event = called(
      'lambda',
      'UpdateFunctionConfiguration20150331v2',
      { functionName: 'orders' },
      { layers: [{ arn: layer }] },
    );
    expect(seen('function', CONFIGURATION, event)).toEqual({ layers: [layer] });
    expect(replay(event).lookup).toEqual(CONFIGURATION.filter((fact) => fact !== 'layers'));
  });

  it('has the parts as the rules know them', () => {
    const response = {
      ...WHOLE,
      architectures: { '0': 'x86_64' },
      kMSKeyArn: 'arn:aws:kms:eu-central-1:222222222222:key/k',
      deadLetterConfig: { targetArn: 'arn:aws:sqs:eu-central-1:222222222222:dead' },
      fileSystemConfigs: [
        { arn: 'arn:aws:elasticfilesystem:eu-central-1:222222222222:access-point/fsap-1', localMountPath: '/mnt/a' },
      ],
      vpcConfig: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'], vpcId: 'vpc-1' },
      signingJobArn: 'arn:aws:signer:eu-central-1:222222222222:/signing-jobs/j',
    };
    const event = called(
      'lambda',
      'CreateFunction20150331',
      { functionName: 'orders', tags: { owner: 'shop', odd: 1 } },
      response,
    );
    expect(seen('function', [...CONFIGURATION, 'tags', 'codeSigned'], event)).toMatchObject({
      architecture: 'x86_64',
      environmentKeyArn: 'arn:aws:kms:eu-central-1:222222222222:key/k',
      deadLetterArn: 'arn:aws:sqs:eu-central-1:222222222222:dead',
      fileSystems: [
        { accessPointArn: 'arn:aws:elasticfilesystem:eu-central-1:222222222222:access-point/fsap-1', mountPath: '/mnt/a' },
      ],
      vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] },
      tags: { owner: 'shop' },
      codeSigned: true,
    });
  });

  it('never fills in a variable: what the record hides must be looked up', () => {
    for (const environment of [{}, { variables: '***' }, { variables: {} }, { variables: { A: 1 } }]) {
      const event = called(
        'lambda',
        'CreateFunction20150331',
        { functionName: 'orders', environment },
        { ...WHOLE, environment },
      );
      expect(replay(event).lookup).toEqual(['environment']);
    }
  });

  it('is no news when only the code changed', () => {
    const event = called(
      'lambda',
      'UpdateFunctionCode20150331v2',
      { functionName: 'orders' },
      { ...WHOLE, tracingConfig: { mode: 'PassThrough' } },
    );
    expect(seen('function', CONFIGURATION, event)).toEqual({ architecture: 'arm64' });
    expect(replay(event).lookup).toEqual(['versions', 'durations']);
  });
});

describe('what else a record tells', () => {
  const tells = (event: unknown, kind: 'function' | 'role' | 'api', fact: never): unknown => seen(kind, [fact], event)[fact];
  const f = { functionName: 'orders' };

  it.each([
    ['PutFunctionConcurrency20171031', { ...f, reservedConcurrentExecutions: 7 }, null, 'reservedConcurrency', 7],
    ['DeleteFunctionConcurrency20171031', f, null, 'reservedConcurrency', null],
    ['DeleteFunctionCodeSigningConfig', f, null, 'codeSigning', null],
    ['PutFunctionCodeSigningConfig', { ...f, codeSigningConfigArn: 'arn' }, null, 'codeSigning', undefined],
    [
      'PutFunctionEventInvokeConfig',
      { ...f, qualifier: 'live', maximumRetryAttempts: 0 },
      { maximumRetryAttempts: 0, destinationConfig: { onFailure: { destination: 'arn:dead' } } },
      'asyncConfigs',
      [{ qualifier: 'live', maximumAgeSeconds: 21_600, maximumRetries: 0, onFailureArn: 'arn:dead' }],
    ],
    ['UpdateFunctionEventInvokeConfig', { ...f, maximumRetryAttempts: 0 }, undefined, 'asyncConfigs', undefined],
    [
      'UpdateFunctionUrlConfig',
      { functionName: 'orders:live', authType: 'NONE' },
      { authType: 'NONE', cors: { allowOrigins: ['*'], allowCredentials: true } },
      'urls',
      [{ qualifier: 'live', authType: 'NONE', cors: { allowOrigins: ['*'], allowCredentials: true } }],
    ],
    [
      'CreateEventSourceMapping20150331',
      { functionName: 'orders', eventSourceArn: 'arn:aws:sqs:eu-central-1:222222222222:q' },
      {
        uUID: 'u1',
        eventSourceArn: 'arn:aws:sqs:eu-central-1:222222222222:q',
        functionArn: `${FUNCTION_ARN}:live`,
        state: 'Creating',
      },
      'mappings',
      [
        {
          id: 'u1',
          sourceArn: 'arn:aws:sqs:eu-central-1:222222222222:q',
          qualifier: 'live',
          enabled: true,
          onFailureArn: null,
          maximumRetries: null,
          maximumAgeSeconds: null,
          filtered: false,
        },
      ],
    ],
  ])('%s', (name, request, response, fact, value) => {
    expect(tells(called('lambda', name, request, response), 'function', fact as never)).toEqual(value);
  });

  const api = { apiId: 'a1b2c3' };
  const route = { authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: [] };
  it.each([
    ['CreateRoute', { ...api, routeKey: 'POST /o', authorizationType: 'NONE' }, {}, 'routes', [{ ...route, key: 'POST /o' }]],
    [
      'UpdateRoute',
      { ...api, routeId: 'r' },
      { routeKey: '$connect', authorizationType: 'NONE' },
      'routes',
      [{ ...route, key: '$connect' }],
    ],
    ['UpdateRoute', { ...api, routeId: 'r' }, null, 'routes', undefined],
    [
      'PutMethod',
      {
        restApiId: 'a1b2c3',
        resourceId: 'd4',
        httpMethod: 'GET',
        putMethodInput: { authorizationType: 'CUSTOM', authorizerId: 'z', apiKeyRequired: true },
      },
      null,
      'routes',
      [{ key: 'GET of resource d4', authorization: 'CUSTOM', authorizerId: 'z', apiKeyRequired: true, functionArns: [] }],
    ],
    [
      'CreateAuthorizer',
      { ...api, authorizerType: 'JWT', name: 'jwt', jwtConfiguration: { issuer: 'https://id.example.com' } },
      { authorizerId: 'x1' },
      'authorizers',
      [{ id: 'x1', name: 'jwt', kind: 'JWT', audiences: [] }],
    ],
    ['CreateRestApi', { createRestApiInput: { name: 'shop' } }, { id: 'a1b2c3' }, 'policy', null],
    [
      'UpdateRestApi',
      { restApiId: 'a1b2c3', patchOperations: [] },
      { id: 'a1b2c3', policy: '{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[]}' },
      'policy',
      { text: '{"Version":"2012-10-17","Statement":[]}', statements: [] },
    ],
    [
      'CreateStage',
      { ...api, stageName: 'prod' },
      { stageName: 'prod', defaultRouteSettings: { throttlingRateLimit: 10, throttlingBurstLimit: 20 } },
      'stages',
      [{ name: 'prod', accessLogArn: null, webAclArn: null, throttling: { rate: 10, burst: 20 }, tracing: false, variables: {} }],
    ],
    ['CreateStage', { ...api, stageName: 'prod' }, { stageName: 'prod', stageVariables: '***' }, 'stages', undefined],
    ['CreateApi', { name: 'shop', protocolType: 'WEBSOCKET' }, { apiId: 'a1b2c3' }, 'protocol', 'WEBSOCKET'],
  ])('%s tells %j', (name, request, response, fact, value) => {
    expect(tells(called('apigateway', name, request, response), 'api', fact as never)).toEqual(value);
  });

  it.each([
    ['PutRolePermissionsBoundary', { permissionsBoundary: 'arn:b' }, 'permissionsBoundaryArn', 'arn:b', ['boundary']],
    ['DeleteRolePermissionsBoundary', {}, 'boundary', null, ['inlinePolicies', 'attachedPolicies']],
    ['TagRole', {}, 'usedBy', undefined, ['tags']],
    ['UpdateRole', {}, 'path', undefined, []],
  ])('%s', (name, request, fact, value, lookup) => {
    const event = called('iam', name, { roleName: 'orders', ...request });
    expect(tells(event, 'role', fact as never)).toEqual(value);
    expect(replay(event).lookup).toEqual(lookup);
  });
});

describe('a state file', () => {
  const event = called('lambda', 'CreateFunctionUrlConfig', { functionName: 'orders', qualifier: 'live', authType: 'NONE' });
  const url = (qualifier: string | null, authType: string) => ({ qualifier, authType, cors: null });
  const resourcePolicies = [
    { qualifier: null, revisionId: 'r', document: { Statement: { Effect: 'Allow', Principal: '*', Action: 'lambda:*' } } },
  ];

  it('fills what the record does not tell, and gives way to what it does', () => {
    const state = { [FUNCTION_ARN]: { urls: [url(null, 'AWS_IAM'), url('live', 'AWS_IAM')] } };
    expect(seen('function', ['urls'], event, state)).toEqual({ urls: [url(null, 'AWS_IAM'), url('live', 'NONE')] });
    const update = called('lambda', 'UpdateFunctionConfiguration20150331v2', { functionName: 'orders', timeout: 9 });
    const given = { [FUNCTION_ARN]: { timeoutSeconds: 3, tracing: false, layers: { unknown: 'nobody looked' } } };
    expect(seen('function', ['timeoutSeconds', 'tracing', 'layers'], update, given)).toEqual({
      timeoutSeconds: 9,
      tracing: false,
    });
  });

  it('takes policies as IAM has them', () => {
    expect(seen('function', ['urls', 'resourcePolicies'], event, { [FUNCTION_ARN]: { resourcePolicies } })).toMatchObject({
      urls: [url('live', 'NONE')],
    });
    const permit = called('lambda', 'AddPermission20150331v2', {
      functionName: 'orders:live',
      principal: '*',
      action: 'lambda:InvokeFunction',
    });
    const { resourcePolicies: policies } = seen('function', ['resourcePolicies'], permit, {
      [FUNCTION_ARN]: { resourcePolicies },
    });
    expect(policies).toMatchObject([
      { qualifier: null, document: { statements: [{ actions: ['lambda:*'] }] } },
      { qualifier: 'live' },
    ]);
  });

  it('of another function changes nothing', () => {
    expect(replay(event, { state: { [`${FUNCTION_ARN}-2`]: { resourcePolicies } } })).toEqual(replay(event));
  });

  it.each([
    ['a list', []],
    ['no ARN', { orders: {} }],
    ['no facts', { [FUNCTION_ARN]: 7 }],
    ['a broken policy', { [FUNCTION_ARN]: { resourcePolicies: [{ document: '{' }] } }],
  ])('is refused: %s', (_what, state) => {
    expect(() => replay(event, { state })).toThrow(/^state: |^policy: /);
  });
});
