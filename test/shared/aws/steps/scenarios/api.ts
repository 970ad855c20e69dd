import { apiResource, type Resource } from '../../../../../shared/model/resource.ts';
import { answer as answered } from '../../cloud/everything.ts';
import { createExecutionRole, createFunction, MEMBER, type MemberCloud, newName, REGION } from '../../cloud/member-cloud.ts';
import { rawCalls } from '../../cloud/raw-calls.ts';
import type { Scenario } from './scenario.ts';

const functionUri = (name: string): string =>
  `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:${REGION}:${MEMBER}:function:${name}/invocations`;

/** To API Gateway a setting that is empty and one that is not there are the same. */
const answer = async (asked: Promise<unknown>): Promise<unknown> => withoutEmpty(await answered(asked));
const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => !isEmpty(inner) && inner !== false && inner !== null);
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

/** A REST API with two methods on a function, deployed to `prod`. */
export async function restApi(cloud: MemberCloud) {
  const { rest } = rawCalls(cloud.cloud.credentials(MEMBER));
  const fn = await createFunction(cloud, newName('api'), await createExecutionRole(cloud, newName('role')));
  const { id } = await rest('POST', '/restapis', { name: newName('orders') });
  const api = `/restapis/${id}`;
  const root = ((await rest('GET', `${api}/resources`)).item as { id: string }[])[0]?.id;
  const { id: orders } = await rest('POST', `${api}/resources/${root}`, { pathPart: 'orders' });
  for (const verb of ['GET', 'POST']) {
    const method = `${api}/resources/${orders}/methods/${verb}`;
    await rest('PUT', method, { authorizationType: 'NONE', apiKeyRequired: false });
    await rest('PUT', `${method}/integration`, { type: 'AWS_PROXY', httpMethod: 'POST', uri: functionUri(fn.name) });
  }
  await rest('POST', `${api}/deployments`, { stageName: 'prod', description: 'by hand' });
  const look = async () => ({
    api: await answer(rest('GET', api)),
    resources: await answer(rest('GET', `${api}/resources?embed=methods`)),
    stages: await answer(rest('GET', `${api}/stages`)),
    deployments: await answer(rest('GET', `${api}/deployments`)),
  });
  return { rest, api, target: apiResource(MEMBER, REGION, String(id)), ordersId: String(orders), look };
}

/** An HTTP API with two routes, which deploys by itself. */
export async function httpApi(cloud: MemberCloud) {
  const { rest } = rawCalls(cloud.cloud.credentials(MEMBER));
  const { apiId } = await rest('POST', '/v2/apis', { name: newName('orders'), protocolType: 'HTTP' });
  const api = `/v2/apis/${apiId}`;
  for (const routeKey of ['GET /orders', 'POST /orders'])
    await rest('POST', `${api}/routes`, { routeKey, authorizationType: 'NONE' });
  await rest('POST', `${api}/stages`, {
    stageName: '$default',
    autoDeploy: true,
    defaultRouteSettings: { detailedMetricsEnabled: true },
  });
  const look = async () => ({
    api: await answer(rest('GET', api)),
    routes: await answer(rest('GET', `${api}/routes`)),
    stages: await answer(rest('GET', `${api}/stages`)),
  });
  return { rest, api, target: apiResource(MEMBER, REGION, String(apiId)), look };
}

const NONE = { type: 'NONE', authorizerId: null } as const;
const IAM = { type: 'AWS_IAM', authorizerId: null } as const;
const LOGS = {
  destinationArn: `arn:aws:logs:${REGION}:${MEMBER}:log-group:access`,
  format: '$context.requestId $context.status',
};

/** The same step on an API of each kind. */
const onBoth = (
  kind: Scenario['kind'],
  step: (target: Resource<'api'>, protocol: 'REST' | 'HTTP', stage: string) => Awaited<ReturnType<Scenario['prepare']>>['step'],
  notOnMoto: { readonly rest?: string; readonly http?: string } = {},
): Scenario[] => [
  {
    kind,
    what: 'of a REST API',
    ...(notOnMoto.rest ? { notOnMoto: notOnMoto.rest } : {}),
    prepare: async (cloud) => {
      const { target, look } = await restApi(cloud);
      return { step: step(target, 'REST', 'prod'), look };
    },
  },
  {
    kind,
    what: 'of an HTTP API',
    ...(notOnMoto.http ? { notOnMoto: notOnMoto.http } : {}),
    prepare: async (cloud) => {
      const { target, look } = await httpApi(cloud);
      return { step: step(target, 'HTTP', '$default'), look };
    },
  },
];

const NO_SUMMARY = 'tells no apiSummary of a deployment, so that what waits to be deployed can not be seen';
const NO_UPDATE = 'lacks UpdateStage of HTTP APIs';

/** A step on the stage of a REST API. */
const onStage = (
  kind: Scenario['kind'],
  step: (target: Resource<'api'>) => Awaited<ReturnType<Scenario['prepare']>>['step'],
  notOnMoto?: string,
): Scenario => ({
  kind,
  what: '',
  ...(notOnMoto ? { notOnMoto } : {}),
  prepare: async (cloud) => {
    const { target, look } = await restApi(cloud);
    return { step: step(target), look };
  },
});

export const API_SCENARIOS: readonly Scenario[] = [
  ...onBoth(
    'set-route-authorization',
    (target, protocol) => ({
      kind: 'set-route-authorization',
      target,
      protocol,
      routes: [{ key: 'GET /orders', from: NONE }],
      to: IAM,
    }),
    { rest: NO_SUMMARY },
  ),
  ...onBoth(
    'set-stage-access-log',
    (target, protocol, stage) => ({ kind: 'set-stage-access-log', target, protocol, stage, to: LOGS }),
    { http: NO_UPDATE },
  ),
  onStage(
    'set-stage-throttling',
    (target) => ({ kind: 'set-stage-throttling', target, stage: 'prod', from: null, to: { rate: 100, burst: 200 } }),
    'takes no removal of the settings of all methods',
  ),
  onStage('set-stage-tracing', (target) => ({ kind: 'set-stage-tracing', target, stage: 'prod' })),
  {
    kind: 'raise-domain-tls',
    what: '',
    notOnMoto: 'lacks UpdateDomainName',
    prepare: async (cloud) => {
      const { rest, target } = await restApi(cloud);
      const domain = `${newName('api')}.example.com`;
      await rest('POST', '/domainnames', {
        domainName: domain,
        regionalCertificateArn: `arn:aws:acm:${REGION}:${MEMBER}:certificate/c`,
        securityPolicy: 'TLS_1_0',
        endpointConfiguration: { types: ['REGIONAL'] },
      });
      return {
        step: { kind: 'raise-domain-tls', target, domain, from: 'TLS_1_0', to: 'TLS_1_2' },
        look: () => answer(rest('GET', `/domainnames/${domain}`)),
      };
    },
  },
];
