import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReader } from '../../../shared/aws/reader.ts';
import type { Reader } from '../../../shared/flows/ports.ts';
import { apiResource } from '../../../shared/model/resource.ts';
import { MEMBER, type MemberCloud, noFacts, policy, REGION, realClock, startMemberCloud } from './cloud/member-cloud.ts';
import { type RawCalls, rawCalls } from './cloud/raw-calls.ts';

let cloud: MemberCloud;
let reader: Reader;
let raw: RawCalls;

beforeAll(async () => {
  cloud = await startMemberCloud();
  reader = makeReader({ members: cloud.members, clock: realClock, random: Math.random });
  raw = rawCalls(cloud.cloud.credentials(MEMBER));
});
afterAll(() => cloud?.stop());

const EVERY = [
  'protocol',
  'name',
  'endpointTypes',
  'policy',
  'tags',
  'routes',
  'authorizers',
  'stages',
  'manualStages',
  'domains',
];
const functionArn = `arn:aws:lambda:${REGION}:${MEMBER}:function:orders`;
const invocation = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}:live/invocations`;
const LOG_GROUP = `arn:aws:logs:${REGION}:${MEMBER}:log-group:access`;

describe('a REST API', () => {
  it('its facts', async () => {
    const document = policy([{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }]);
    const endpointConfiguration = { types: ['REGIONAL'] };
    const { id, rootResourceId } = await raw.rest('POST', '/restapis', {
      name: 'shop',
      endpointConfiguration,
      policy: document,
      tags: { team: 'a' },
    });
    const { id: authorizerId } = await raw.rest('POST', `/restapis/${id}/authorizers`, {
      name: 'tokens',
      type: 'TOKEN',
      authorizerUri: invocation,
      identitySource: 'method.request.header.Authorization',
    });
    const { id: orders } = await raw.rest('POST', `/restapis/${id}/resources/${rootResourceId}`, { pathPart: 'orders' });
    const method = (resource: unknown, verb: string, input: object) =>
      raw.rest('PUT', `/restapis/${id}/resources/${resource}/methods/${verb}`, input);
    await method(rootResourceId, 'ANY', { authorizationType: 'NONE', apiKeyRequired: true });
    await method(orders, 'POST', { authorizationType: 'CUSTOM', authorizerId });
    const integration = { type: 'AWS_PROXY', httpMethod: 'POST', uri: invocation };
    await raw.rest('PUT', `/restapis/${id}/resources/${orders}/methods/POST/integration`, integration);
    await raw.rest('PUT', `/restapis/${id}/resources/${rootResourceId}/methods/ANY/integration`, { type: 'MOCK' });
    const { id: deploymentId } = await raw.rest('POST', `/restapis/${id}/deployments`, {});
    await raw.rest('POST', `/restapis/${id}/stages`, {
      stageName: 'prod',
      deploymentId,
      tracingEnabled: true,
      variables: { table: 'orders' },
    });
    const replace = (path: string, value: string) => ({ op: 'replace', path, value });
    await raw.rest('PATCH', `/restapis/${id}/stages/prod`, {
      patchOperations: [
        replace('/accessLogSettings/destinationArn', LOG_GROUP),
        replace('/*/*/throttling/rateLimit', '50'),
        replace('/*/*/throttling/burstLimit', '100'),
      ],
    });
    await raw.rest('POST', `/restapis/${id}/stages`, { stageName: 'plain', deploymentId });
    const state = await reader.readState(apiResource(MEMBER, REGION, String(id)), EVERY, noFacts);
    expect(state).toMatchObject({
      protocol: 'REST',
      name: 'shop',
      endpointTypes: ['REGIONAL'],
      policy: { statements: [{ actions: ['execute-api:Invoke'] }] },
      tags: { team: 'a' },
      authorizers: [{ id: authorizerId, name: 'tokens', kind: 'TOKEN', audiences: [] }],
    });
    const [key, apiKeyRequired] = ['ANY /', true];
    expect(state?.routes).toEqual(
      expect.arrayContaining([
        { key, authorization: 'NONE', authorizerId: null, apiKeyRequired, functionArns: [] },
        { key: 'POST /orders', authorization: 'CUSTOM', authorizerId, apiKeyRequired: false, functionArns: [functionArn] },
      ]),
    );
    expect(state?.stages).toEqual(
      expect.arrayContaining([
        {
          name: 'prod',
          accessLogArn: LOG_GROUP,
          webAclArn: null,
          throttling: { rate: 50, burst: 100 },
          tracing: true,
          variables: { table: 'orders' },
        },
        { name: 'plain', accessLogArn: null, webAclArn: null, throttling: null, tracing: false, variables: {} },
      ]),
    );
  });

  it('the custom domains that lead to it, and no others', async () => {
    const { id } = await raw.rest('POST', '/restapis', { name: 'mapped' });
    const { id: deploymentId } = await raw.rest('POST', `/restapis/${id}/deployments`, {});
    await raw.rest('POST', `/restapis/${id}/stages`, { stageName: 'prod', deploymentId });
    const domain = (domainName: string, type: string, securityPolicy: string) =>
      raw.rest('POST', '/domainnames', { domainName, securityPolicy, endpointConfiguration: { types: [type] } });
    await domain('old.example.com', 'EDGE', 'TLS_1_0');
    await domain('other.example.com', 'EDGE', 'TLS_1_2');
    await raw.rest('POST', '/domainnames/old.example.com/basepathmappings', { restApiId: id, stage: 'prod' });
    const resource = apiResource(MEMBER, REGION, String(id));
    const read = () => reader.readState(resource, ['domains'], noFacts);
    const expected = { domains: [{ name: 'old.example.com', minimumTls: 'TLS_1_0' }] };
    expect(await Promise.all([read(), read()])).toEqual([expected, expected]);
    await raw.rest('DELETE', '/domainnames/old.example.com/basepathmappings/(none)');
    expect(await read()).toEqual({ domains: [] });
  });
});

describe('an HTTP API', () => {
  it('its facts', async () => {
    const { apiId } = await raw.rest('POST', '/v2/apis', { name: 'front', protocolType: 'HTTP', tags: { team: 'b' } });
    const { authorizerId } = await raw.rest('POST', `/v2/apis/${apiId}/authorizers`, {
      name: 'jwt',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { audience: ['shop'], issuer: 'https://issuer.example.com' },
    });
    const { integrationId } = await raw.rest('POST', `/v2/apis/${apiId}/integrations`, {
      integrationType: 'AWS_PROXY',
      integrationUri: functionArn,
      payloadFormatVersion: '2.0',
    });
    const route = (input: object) => raw.rest('POST', `/v2/apis/${apiId}/routes`, input);
    await route({ routeKey: 'GET /open', target: `integrations/${integrationId}` });
    await route({ routeKey: '$default', authorizationType: 'JWT', authorizerId });
    await raw.rest('POST', `/v2/apis/${apiId}/stages`, {
      stageName: '$default',
      accessLogSettings: { destinationArn: LOG_GROUP, format: '$context.requestId' },
      defaultRouteSettings: { throttlingRateLimit: 5, throttlingBurstLimit: 10 },
      stageVariables: { key: 'v' },
    });
    await raw.rest('POST', '/v2/domainnames', {
      domainName: 'front.example.com',
      domainNameConfigurations: [{ endpointType: 'REGIONAL', securityPolicy: 'TLS_1_2' }],
    });
    await raw.rest('POST', '/v2/domainnames/front.example.com/apimappings', { apiId, stage: '$default' });
    const state = await reader.readState(apiResource(MEMBER, REGION, String(apiId)), EVERY, noFacts);
    expect(state).toMatchObject({
      protocol: 'HTTP',
      name: 'front',
      endpointTypes: [],
      policy: null,
      tags: { team: 'b' },
      authorizers: [{ id: authorizerId, name: 'jwt', kind: 'JWT', audiences: ['shop'] }],
      stages: [
        {
          name: '$default',
          accessLogArn: LOG_GROUP,
          webAclArn: null,
          throttling: { rate: 5, burst: 10 },
          tracing: false,
          variables: { key: 'v' },
        },
      ],
      manualStages: ['$default'],
      domains: [{ name: 'front.example.com', minimumTls: 'TLS_1_2' }],
    });
    expect(state?.routes).toEqual(
      expect.arrayContaining([
        { key: 'GET /open', authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: [functionArn] },
        { key: '$default', authorization: 'JWT', authorizerId, apiKeyRequired: false, functionArns: [] },
      ]),
    );
  });
});

it('a WebSocket API, and one that is gone', async () => {
  const { apiId } = await raw.rest('POST', '/v2/apis', {
    name: 'live',
    protocolType: 'WEBSOCKET',
    routeSelectionExpression: '$request.body.action',
  });
  await raw.rest('POST', `/v2/apis/${apiId}/routes`, { routeKey: '$connect' });
  expect(await reader.readState(apiResource(MEMBER, REGION, String(apiId)), ['protocol', 'routes'], noFacts)).toMatchObject({
    protocol: 'WEBSOCKET',
    routes: [{ key: '$connect', authorization: 'NONE' }],
  });
  expect(await reader.readState(apiResource(MEMBER, REGION, 'neverwas00'), EVERY, noFacts)).toBeUndefined();
});

it('lists the APIs of a region, of every kind', async () => {
  const listed: string[] = [];
  for await (const api of reader.listApis(MEMBER, REGION)) listed.push(api.name);
  const { item: rest } = await raw.rest('GET', '/restapis?limit=500');
  const { items } = await raw.rest('GET', '/v2/apis');
  const ids = [...(rest as { id: string }[]).map(({ id }) => id), ...(items as { apiId: string }[]).map(({ apiId }) => apiId)];
  expect(ids.length).toBeGreaterThan(2);
  expect(listed.sort()).toEqual(ids.sort());
});
