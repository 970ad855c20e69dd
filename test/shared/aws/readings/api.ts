import { apiResource } from '../../../../shared/model/resource.ts';
import { MEMBER, memberArn, newName, policy, REGION } from '../cloud/member-cloud.ts';
import { documentOf, EVERYBODY, InAnyOrder, type Reading, statement } from './reading.ts';

const functionArn = memberArn('lambda', 'function:orders');
const invocation = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn}:live/invocations`;
const logGroup = memberArn('logs', 'log-group:access');
const OPEN = policy([{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' }]);

const NO_STAGE = { accessLogArn: null, webAclArn: null, throttling: null, tracing: false, variables: {} };
const NO_ROUTE = { authorization: 'NONE', authorizerId: null, apiKeyRequired: false, functionArns: [] };

export const API_READINGS: readonly Reading<'api'>[] = [
  {
    kind: 'api',
    what: 'a REST API with everything on it',
    prepare: async (_, { rest }) => {
      const { id, rootResourceId } = await rest('POST', '/restapis', {
        name: 'shop',
        endpointConfiguration: { types: ['REGIONAL'] },
        policy: OPEN,
        tags: { team: 'a' },
      });
      const { id: authorizerId } = await rest('POST', `/restapis/${id}/authorizers`, {
        name: 'tokens',
        type: 'TOKEN',
        authorizerUri: invocation,
        identitySource: 'method.request.header.Authorization',
      });
      const { id: orders } = await rest('POST', `/restapis/${id}/resources/${rootResourceId}`, { pathPart: 'orders' });
      const method = (resource: unknown, verb: string, input: object) =>
        rest('PUT', `/restapis/${id}/resources/${resource}/methods/${verb}`, input);
      await method(rootResourceId, 'ANY', { authorizationType: 'NONE', apiKeyRequired: true });
      await method(rootResourceId, 'ANY/integration', { type: 'MOCK' });
      await method(orders, 'POST', { authorizationType: 'CUSTOM', authorizerId });
      await method(orders, 'POST/integration', { type: 'AWS_PROXY', httpMethod: 'POST', uri: invocation });
      await method(orders, 'GET', { authorizationType: 'AWS_IAM' });
      await method(orders, 'GET/integration', { type: 'HTTP_PROXY', httpMethod: 'GET', uri: 'https://example.com/orders' });
      const { id: deploymentId } = await rest('POST', `/restapis/${id}/deployments`, {});
      await rest('POST', `/restapis/${id}/stages`, {
        stageName: 'prod',
        deploymentId,
        tracingEnabled: true,
        variables: { table: 'orders' },
      });
      await rest('PATCH', `/restapis/${id}/stages/prod`, {
        patchOperations: [
          { op: 'replace', path: '/accessLogSettings/destinationArn', value: logGroup },
          { op: 'replace', path: '/*/*/throttling/rateLimit', value: '50' },
          { op: 'replace', path: '/*/*/throttling/burstLimit', value: '100' },
        ],
      });
      await rest('POST', `/restapis/${id}/stages`, { stageName: 'plain', deploymentId });
      const domainName = `${newName('old')}.example.com`;
      await rest('POST', '/domainnames', {
        domainName,
        securityPolicy: 'TLS_1_0',
        endpointConfiguration: { types: ['EDGE'] },
      });
      await rest('POST', `/domainnames/${domainName}/basepathmappings`, { restApiId: id, stage: 'prod' });
      return {
        resource: apiResource(MEMBER, REGION, String(id)),
        expected: {
          protocol: 'REST',
          name: 'shop',
          endpointTypes: ['REGIONAL'],
          policy: documentOf(
            OPEN,
            statement({ actions: ['execute-api:Invoke'], resources: ['execute-api:/*'], principals: EVERYBODY }),
          ),
          tags: { team: 'a' },
          routes: new InAnyOrder(
            { ...NO_ROUTE, key: 'ANY /', apiKeyRequired: true },
            { ...NO_ROUTE, key: 'POST /orders', authorization: 'CUSTOM', authorizerId, functionArns: [functionArn] },
            { ...NO_ROUTE, key: 'GET /orders', authorization: 'AWS_IAM' },
          ),
          authorizers: [{ id: authorizerId, name: 'tokens', kind: 'TOKEN', audiences: [] }],
          stages: new InAnyOrder(
            {
              name: 'prod',
              accessLogArn: logGroup,
              webAclArn: null,
              throttling: { rate: 50, burst: 100 },
              tracing: true,
              variables: { table: 'orders' },
            },
            { ...NO_STAGE, name: 'plain' },
          ),
          manualStages: [],
          domains: [{ name: domainName, minimumTls: 'TLS_1_0' }],
        },
      };
    },
  },
  {
    kind: 'api',
    what: 'a REST API with nothing on it',
    notOnLocalCloud: { endpointTypes: 'makes it regional where nobody chose; the default is edge-optimized' },
    prepare: async (_, { rest }) => {
      const { id } = await rest('POST', '/restapis', { name: 'bare' });
      return {
        resource: apiResource(MEMBER, REGION, String(id)),
        expected: {
          protocol: 'REST',
          name: 'bare',
          // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html: the default.
          endpointTypes: ['EDGE'],
          policy: null,
          tags: {},
          routes: [],
          authorizers: [],
          stages: [],
          manualStages: [],
          domains: [],
        },
      };
    },
  },
  {
    kind: 'api',
    what: 'an HTTP API with everything on it',
    notOnMoto: { authorizers: 'fails at GetAuthorizers of a newer API' },
    prepare: async (_, { rest }) => {
      const { apiId } = await rest('POST', '/v2/apis', { name: 'front', protocolType: 'HTTP', tags: { team: 'b' } });
      const { authorizerId } = await rest('POST', `/v2/apis/${apiId}/authorizers`, {
        name: 'jwt',
        authorizerType: 'JWT',
        identitySource: ['$request.header.Authorization'],
        jwtConfiguration: { audience: ['shop'], issuer: 'https://issuer.example.com' },
      });
      const { integrationId } = await rest('POST', `/v2/apis/${apiId}/integrations`, {
        integrationType: 'AWS_PROXY',
        integrationUri: functionArn,
        payloadFormatVersion: '2.0',
      });
      const route = (input: object) => rest('POST', `/v2/apis/${apiId}/routes`, input);
      await route({ routeKey: 'GET /open', target: `integrations/${integrationId}` });
      await route({ routeKey: '$default', authorizationType: 'JWT', authorizerId });
      await rest('POST', `/v2/apis/${apiId}/stages`, {
        stageName: '$default',
        autoDeploy: true,
        accessLogSettings: { destinationArn: logGroup, format: '$context.requestId' },
        defaultRouteSettings: { throttlingRateLimit: 5, throttlingBurstLimit: 10 },
        stageVariables: { key: 'v' },
      });
      const domainName = `${newName('front')}.example.com`;
      await rest('POST', '/v2/domainnames', {
        domainName,
        domainNameConfigurations: [{ endpointType: 'REGIONAL', securityPolicy: 'TLS_1_2' }],
      });
      await rest('POST', `/v2/domainnames/${domainName}/apimappings`, { apiId, stage: '$default' });
      return {
        resource: apiResource(MEMBER, REGION, String(apiId)),
        expected: {
          protocol: 'HTTP',
          name: 'front',
          endpointTypes: [],
          policy: null,
          tags: { team: 'b' },
          routes: new InAnyOrder(
            { ...NO_ROUTE, key: 'GET /open', functionArns: [functionArn] },
            { ...NO_ROUTE, key: '$default', authorization: 'JWT', authorizerId },
          ),
          authorizers: [{ id: authorizerId, name: 'jwt', kind: 'JWT', audiences: ['shop'] }],
          stages: [
            {
              ...NO_STAGE,
              name: '$default',
              accessLogArn: logGroup,
              throttling: { rate: 5, burst: 10 },
              variables: { key: 'v' },
            },
          ],
          manualStages: [],
          domains: [{ name: domainName, minimumTls: 'TLS_1_2' }],
        },
      };
    },
  },
  {
    kind: 'api',
    what: 'a WebSocket API',
    notOnMoto: { authorizers: 'fails at GetAuthorizers of a newer API' },
    prepare: async (_, { rest }) => {
      const { apiId } = await rest('POST', '/v2/apis', {
        name: 'live',
        protocolType: 'WEBSOCKET',
        routeSelectionExpression: '$request.body.action',
      });
      await rest('POST', `/v2/apis/${apiId}/routes`, { routeKey: '$connect', authorizationType: 'AWS_IAM' });
      await rest('POST', `/v2/apis/${apiId}/stages`, { stageName: 'prod' });
      return {
        resource: apiResource(MEMBER, REGION, String(apiId)),
        expected: {
          protocol: 'WEBSOCKET',
          name: 'live',
          endpointTypes: [],
          policy: null,
          tags: {},
          routes: [{ ...NO_ROUTE, key: '$connect', authorization: 'AWS_IAM' }],
          authorizers: [],
          stages: [{ ...NO_STAGE, name: 'prod' }],
          manualStages: ['prod'],
          domains: [],
        },
      };
    },
  },
];
